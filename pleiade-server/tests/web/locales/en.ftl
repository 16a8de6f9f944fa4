fake-title = { $name } card
fake-empty = Nothing in { $name }.
fake-count =
    { $count ->
        [one] message
       *[other] messages
    }
fake-do = Approve
fake-status = Waiting
