# Cards of i-Parapheur.

iparapheur-folders = Signature book
iparapheur-folders-empty = No folder to process
iparapheur-to-process-noun = { $count ->
    [one] folder to process
   *[other] folders to process
}
iparapheur-late-noun = { $count ->
    [one] late folder
   *[other] late folders
}
iparapheur-delegated-noun = { $count ->
    [one] folder received by delegation
   *[other] folders received by delegation
}
iparapheur-rejected-noun = { $count ->
    [one] rejected folder that came back to you
   *[other] rejected folders that came back to you
}
iparapheur-finished-noun = { $count ->
    [one] folder at the end of its circuit
   *[other] folders at the end of their circuit
}
iparapheur-drafts-noun = { $count ->
    [one] folder in preparation
   *[other] folders in preparation
}

iparapheur-folder-untitled = Untitled folder
iparapheur-on-behalf = { $place }, on behalf of the person you assist
iparapheur-asks-visa = { $late ->
    [0] Awaits your visa
   *[other] Awaits your visa, late
}
iparapheur-asks-signature = { $late ->
    [0] To sign
   *[other] To sign, late
}
iparapheur-asks-paper-signature = { $late ->
    [0] To sign on paper
   *[other] To sign on paper, late
}
iparapheur-asks-seal = { $late ->
    [0] To seal
   *[other] To seal, late
}
iparapheur-asks-external-signature = { $late ->
    [0] To have signed outside
   *[other] To have signed outside, late
}
iparapheur-asks-opinion = { $late ->
    [0] Opinion asked
   *[other] Opinion asked, late
}
iparapheur-asks-mail = { $late ->
    [0] To send by secure mail
   *[other] To send by secure mail, late
}
iparapheur-asks-other = { $late ->
    [0] To process
   *[other] To process, late
}
iparapheur-must-be-read = { $late ->
    [0] To read before the visa
   *[other] To read before the visa, late
}
iparapheur-locked = { $late ->
    [0] Being processed
   *[other] Being processed, late
}

iparapheur-desk-untitled = Unnamed desk
iparapheur-desk-counts = { $pending } to process, { $late } of them late; { $delegated } by delegation; { $rejected } rejected
iparapheur-desk-pending-and-late = { $pending } to process, { $late } of them late
iparapheur-desk-pending = { $pending } to process
iparapheur-desk-not-read = Not read this time
iparapheur-delegation = { $from } delegates to { $to }

iparapheur-desks-unread = { $count ->
    [one] One desk was not read, because there are too many: { $desks }. Totals are minimums.
   *[other] { $count } desks were not read, because there are too many: { $desks }. Totals are minimums.
}
iparapheur-desks-half-read = { $count ->
    [one] Delegations and rejections of one desk were not read: { $desks }.
   *[other] Delegations and rejections of { $count } desks were not read: { $desks }.
}
iparapheur-desks-unlisted = { $count ->
    [one] The folders of one desk are counted and not listed: { $desks }.
   *[other] The folders of { $count } desks are counted and not listed: { $desks }.
}

iparapheur-open = Open
iparapheur-sign = Sign in the signature book
iparapheur-visa = Approve
iparapheur-reject = Reject
iparapheur-reject-reason = Reason of the rejection
iparapheur-done-visa = Visa given.
iparapheur-done-reject = Folder rejected.
