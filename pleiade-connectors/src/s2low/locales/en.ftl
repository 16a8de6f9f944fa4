# Cards of S²LOW.

s2low-not-shown = This is about the whole local authority, and for the groups that the operator has named.
s2low-open = Open in S²LOW (certificate required)
s2low-state-error = In error
s2low-state-refused = Refused

s2low-acts = Acts (legality review)
s2low-acts-empty = No act or letter to see to
s2low-letters-count = { $count ->
    [one] unread letter of the préfecture
   *[other] unread letters of the préfecture
}
s2low-errors-count = { $count ->
    [one] act in error
   *[other] acts in error
}
s2low-waiting-count = { $count ->
    [one] act to sign or to post
   *[other] acts to sign or to post
}
s2low-in-progress-count = { $count ->
    [one] act sent, acknowledgement awaited
   *[other] acts sent, acknowledgements awaited
}
s2low-overdue = { $count ->
    [one] { $count } act sent more than { $hours } hours ago has no acknowledgement.
   *[other] { $count } acts sent more than { $hours } hours ago have no acknowledgement.
}
s2low-overdue-at-least = { $count ->
    [one] At least { $count } act sent more than { $hours } hours ago has no acknowledgement.
   *[other] At least { $count } acts sent more than { $hours } hours ago have no acknowledgement.
}
s2low-letter-plain = Letter of the préfecture{ $numbered ->
    [yes] {" "}about act { $number }
   *[no] {""}
}
s2low-letter-documents = Request for missing documents{ $numbered ->
    [yes] {" "}about act { $number }
   *[no] {""}
}
s2low-letter-observations = Letter of observations{ $numbered ->
    [yes] {" "}about act { $number }
   *[no] {""}
}
s2low-letter-referral = Referral to the administrative court{ $numbered ->
    [yes] {" "}of act { $number }
   *[no] {""}
}
s2low-letter-other = Message of the préfecture{ $numbered ->
    [yes] {" "}about act { $number }
   *[no] {""}
}
s2low-act = Act{ $numbered ->
    [yes] {" "}{ $number }
   *[no] {" "}without a subject
}
s2low-act-detail = { $numbered ->
    [yes] Act { $number }
   *[no] Act without a number
}{ $dated ->
    [yes] {" · "}decision of { $day }
   *[no] {""}
}{ $reasoned ->
    [yes] {" · "}{ $reason }
   *[no] {""}
}
s2low-mark-letter = Mark as read for the whole local authority
s2low-done-letter = The letter is marked as read for the whole local authority.

s2low-flows = Accounting flows (HELIOS)
s2low-flows-empty = No flow to see to
s2low-returns-count = unread PES Retour{ $count ->
    [one] {""}
   *[other] {""}
}
s2low-pes-errors-count = { $count ->
    [one] PES flow in error
   *[other] PES flows in error
}
s2low-pes-refused-count = { $count ->
    [one] PES flow refused
   *[other] PES flows refused
}
s2low-pes = PES flow{ $numbered ->
    [yes] {" "}no. { $number }
   *[no] {""}
}
s2low-pes-return = PES Retour{ $numbered ->
    [yes] {" "}no. { $number }
   *[no] {""}
}
s2low-mark-pes = Mark as read for the whole local authority
s2low-done-pes = The PES Retour is marked as read for the whole local authority.

s2low-mails = Secure mails
s2low-mails-empty = No secure mail sent
s2low-mails-count = { $count ->
    [one] secure mail sent
   *[other] secure mails sent
}
