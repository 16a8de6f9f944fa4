orders-title = Purchase orders to approve
orders-empty = No order waits for your approval.
orders-no-supplier = Supplier not given
orders-to-approve =
    { $count ->
        [one] { $count } order to approve
       *[other] { $count } orders to approve
    }
orders-open =
    { $count ->
        [one] { $count } order waiting in the collectivité
       *[other] { $count } orders waiting in the collectivité
    }
