# Cartes de Ciril. Les espaces devant « : ! ? » sont insécables.

ciril-open = Ouvrir dans Civil
ciril-not-shown = Ces tâches sont celles d’un compte commun, et réservées aux groupes que l’opérateur a désignés.
ciril-answer = { $label }
ciril-answered = Votre réponse est enregistrée dans Civil.

ciril-tasks = Tâches Ciril
ciril-tasks-empty = Aucune tâche dans votre panier
ciril-tasks-count = { $count ->
    [one] tâche à traiter
   *[other] tâches à traiter
}
ciril-group-count = { $count ->
   *[other] { $name }
}
ciril-task = Tâche sans libellé
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

ciril-orders = Bons de commande à viser
ciril-orders-empty = Aucun bon de commande n’attend votre visa
ciril-orders-count = { $count ->
    [one] bon de commande à viser
   *[other] bons de commande à viser
}
ciril-order = Bon de commande { $number }

ciril-finances = Finances
ciril-finances-empty = Ciril ne vous transmet rien sur les finances
ciril-people = Ressources humaines
ciril-people-empty = Ciril ne vous transmet aucun solde ni aucune demande
ciril-commitments = { $count ->
    [one] engagement à valider
   *[other] engagements à valider
}
ciril-invoices = { $count ->
    [one] facture à viser
   *[other] factures à viser
}
ciril-late-invoices = { $count ->
    [one] facture hors délai de paiement
   *[other] factures hors délai de paiement
}
ciril-open-orders = { $count ->
    [one] bon de commande en cours
   *[other] bons de commande en cours
}
ciril-credits = de crédits disponibles
ciril-absences = { $count ->
    [one] absence à valider
   *[other] absences à valider
}
ciril-interviews = { $count ->
    [one] entretien à faire
   *[other] entretiens à faire
}
ciril-requests = { $count ->
    [one] demande en attente
   *[other] demandes en attente
}
