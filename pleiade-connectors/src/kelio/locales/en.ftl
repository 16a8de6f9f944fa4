# Cards of Kelio.

kelio-open = Open in Kelio
kelio-unknown-person = Kelio does not know your employee number.
kelio-request = Request without a label
kelio-duration = { $typed ->
    [yes] { $type } ·{" "}
   *[no] {""}
}{ $days } d{ $half ->
    [none] {""}
    [start] {", from noon"}
    [end] {", until noon"}
   *[both] {", from noon to noon"}
}
kelio-state-pending = Pending
kelio-state-approved = Approved
kelio-state-refused = Refused
kelio-state-cancelled = Cancelled
kelio-state-unknown = Unknown state

kelio-balances = My balances
kelio-balances-empty = No counter
kelio-balance = { $name }{ $dated ->
    [yes] {" "}({ $day })
   *[no] {""}
}

kelio-requests = My requests of leave
kelio-requests-empty = No request in progress
kelio-requests-count = { $count ->
    [one] pending request
   *[other] pending requests
}

kelio-approvals = Absences to approve
kelio-approvals-empty = No request to approve
kelio-approvals-count = { $count ->
    [one] request to approve
   *[other] requests to approve
}

kelio-clockings = My clockings of today
kelio-clockings-empty = No clocking today
kelio-clockings-count = { $count ->
    [one] clocking today
   *[other] clockings today
}
kelio-clocking = { $direction ->
    [in] In
    [out] Out
   *[unknown] Clocking
}
