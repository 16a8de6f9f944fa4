# Cards of i-delibRE.

idelibre-sittings = Sittings
idelibre-sittings-empty = No sitting to come
idelibre-sittings-to-come = { $count ->
    [one] sitting to come
   *[other] sittings to come
}
idelibre-untitled = Sitting without a name
idelibre-open = Open the file (i-delibRE sign-in required)
idelibre-legal-time = Legal time: { $day }, { $hour }:{ $minute } ({ $zone })
idelibre-next = { $legal ->
    [yes] Legal time: { $day }, { $hour }:{ $minute } ({ $zone }){" · "}
   *[no] {""}
}{ $placed ->
    [yes] { $place }{" · "}
   *[no] {""}
}{ $projects ->
    [0] no project
    [one] { $projects } project
   *[other] { $projects } projects
}, { $annexes ->
    [0] no annex
    [one] { $annexes } annex
   *[other] { $annexes } annexes
}

idelibre-convocations = Convocations
idelibre-convocations-empty = No convocation to see to
idelibre-to-answer = { $count ->
    [one] answer to give
   *[other] answers to give
}
idelibre-to-acknowledge = { $count ->
    [one] convocation to acknowledge
   *[other] convocations to acknowledge
}
idelibre-answer = Answer (i-delibRE sign-in required)
idelibre-acknowledge = Acknowledge (i-delibRE sign-in required)
idelibre-several-accounts = Several accounts of i-delibRE answer to your name, so your own convocations are not shown. Ask the administrator to tell them apart.

idelibre-unanswered = Answer awaited{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-never-answered = Not answered{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-invited = Invitation{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-present = You attend{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-absent = You do not attend{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-absent-proxy = You do not attend, proxy to { $name }{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-poa = You do not attend, proxy given{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-remote = You attend remotely{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-deputy = You do not attend, deputy sent{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-deputy-named = You do not attend, { $name } deputises{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}
idelibre-answered = You answered{ $unread ->
    [yes] , acknowledgement awaited
   *[no] {""}
}

idelibre-missing-answers = { $count ->
    [one] missing answer, deputies not counted
   *[other] missing answers, deputies not counted
}
idelibre-answers = { $count ->
    [one] answer received, deputies not counted
   *[other] answers received, deputies not counted
}
idelibre-follow-up = { $received ->
    [0] No answer received
    [one] { $received } answer received
   *[other] { $received } answers received
}, { $missing ->
    [0] none missing
    [one] { $missing } missing
   *[other] { $missing } missing
}{ $deputies ->
    [0] {""}
    [one] , and { $deputies } of a deputy
   *[other] , and { $deputies } of deputies
}
idelibre-follow-up-unsent = Convocations not sent yet
idelibre-follow-up-open = Follow up the answers (i-delibRE sign-in required)
