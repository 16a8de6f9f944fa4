# Cards of Ciril.

ciril-open = Open in Civil
ciril-not-shown = These tasks are those of a shared account, for the groups that the operator named.
ciril-answer = { $label }
ciril-answered = Your answer is recorded in Civil.

ciril-tasks = Ciril tasks
ciril-tasks-empty = No task in your basket
ciril-tasks-count = { $count ->
    [one] task to treat
   *[other] tasks to treat
}
ciril-group-count = { $count ->
   *[other] { $name }
}
ciril-task = Task without a label
ciril-detail = { $told ->
    [yes] { $words } · { $count ->
        [one] { $count } document
       *[other] { $count } documents
    }
   *[no] { $count ->
        [one] { $count } document
       *[other] { $count } documents
    }
}

ciril-orders = Purchase orders to approve
ciril-orders-empty = No purchase order waits for your approval
ciril-orders-count = { $count ->
    [one] purchase order to approve
   *[other] purchase orders to approve
}
ciril-order = Purchase order { $number }

ciril-finances = Finances
ciril-finances-empty = Ciril hands nothing over about finances
ciril-people = Human resources
ciril-people-empty = Ciril hands over no balance and no request
ciril-commitments = { $count ->
    [one] commitment to approve
   *[other] commitments to approve
}
ciril-invoices = { $count ->
    [one] invoice to approve
   *[other] invoices to approve
}
ciril-late-invoices = { $count ->
    [one] invoice beyond its time for payment
   *[other] invoices beyond their time for payment
}
ciril-open-orders = { $count ->
    [one] open purchase order
   *[other] open purchase orders
}
ciril-credits = of credits left
ciril-absences = { $count ->
    [one] absence to approve
   *[other] absences to approve
}
ciril-interviews = { $count ->
    [one] interview to hold
   *[other] interviews to hold
}
ciril-requests = { $count ->
    [one] pending request
   *[other] pending requests
}
