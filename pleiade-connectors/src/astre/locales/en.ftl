### Astre: what the exchange contract hands over.

astre-approvals = Finance to approve
astre-approvals-empty = Nothing waits for your approval in Astre.
astre-budget = My budget
astre-budget-empty = Astre hands over no figure of a budget of yours.
astre-people = My leave
astre-people-empty = Astre hands over no balance and no request of yours.
astre-commitments =
    { $count ->
        [one] commitment to approve
       *[other] commitments to approve
    }
astre-orders =
    { $count ->
        [one] purchase order to approve
       *[other] purchase orders to approve
    }
astre-invoices =
    { $count ->
        [one] invoice to approve
       *[other] invoices to approve
    }
astre-late-invoices =
    { $count ->
        [one] invoice past its time for payment
       *[other] invoices past their time for payment
    }
astre-rejected =
    { $count ->
        [one] payment order rejected by the accountant
       *[other] payment orders rejected by the accountant
    }
astre-consumed = of the budget consumed
astre-credits = of credits available
astre-absences =
    { $count ->
        [one] absence to approve
       *[other] absences to approve
    }
astre-requests =
    { $count ->
        [one] request waiting
       *[other] requests waiting
    }
