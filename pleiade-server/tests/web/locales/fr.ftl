fake-title = Carte { $name }
fake-empty = Rien dans { $name }.
fake-count =
    { $count ->
        [one] message
       *[other] messages
    }
fake-do = Valider
fake-status = En attente
