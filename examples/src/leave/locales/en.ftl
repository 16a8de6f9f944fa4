leave-own-title = My leave
leave-own-empty = No leave request
leave-pending = { $count ->
    [one] pending request
   *[other] pending requests
}
leave-team-title = Leave to decide
leave-team-empty = Nothing to decide
leave-to-decide = { $count ->
    [one] request to decide
   *[other] requests to decide
}
leave-kind-paid = Paid leave
leave-kind-recovery = Time off in lieu
leave-kind-other = Other absence
leave-state-pending = Pending
leave-state-accepted = Approved
leave-state-refused = Refused
leave-accept = Accept
leave-accepted = The request is accepted.
