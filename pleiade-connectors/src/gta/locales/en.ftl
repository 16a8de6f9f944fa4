### Time and attendance: what the exchange contract hands over.

gta-balances = My balances
gta-balances-empty = No balance of yours is handed over.
# $sign: plus, zero or minus.
gta-hours =
    { $sign ->
        [minus] owed
       *[other] in credit
    }
gta-requests-title = My requests
gta-requests-empty = No request and no absence under way.
gta-requests =
    { $count ->
        [one] request waiting
       *[other] requests waiting
    }
gta-approvals-title = Requests to approve
gta-approvals-empty = No request waits for your approval.
gta-approvals =
    { $count ->
        [one] request to approve
       *[other] requests to approve
    }
gta-present =
    { $count ->
        [one] present in the team
       *[other] present in the team
    }
gta-clockings = My clockings today
gta-clockings-empty = No clocking today.
gta-came-in = In
gta-went-out = Out
gta-anomalies =
    { $count ->
        [one] clocking to justify
       *[other] clockings to justify
    }
