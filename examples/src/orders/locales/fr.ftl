orders-title = Commandes à valider
orders-empty = Aucune commande n’attend votre validation.
orders-no-supplier = Fournisseur non renseigné
orders-to-approve =
    { $count ->
        [one] { $count } commande à valider
       *[other] { $count } commandes à valider
    }
orders-open =
    { $count ->
        [one] { $count } commande en attente dans la collectivité
       *[other] { $count } commandes en attente dans la collectivité
    }
