### Astre : ce que transmet le contrat d’échange.

astre-approvals = Finances à viser
astre-approvals-empty = Rien n’attend votre visa dans Astre.
astre-budget = Mon budget
astre-budget-empty = Astre ne vous transmet aucun chiffre de budget.
astre-people = Mes congés
astre-people-empty = Astre ne vous transmet aucun solde ni aucune demande.
astre-commitments =
    { $count ->
        [one] engagement à valider
       *[other] engagements à valider
    }
astre-orders =
    { $count ->
        [one] bon de commande à viser
       *[other] bons de commande à viser
    }
astre-invoices =
    { $count ->
        [one] facture à viser
       *[other] factures à viser
    }
astre-late-invoices =
    { $count ->
        [one] facture hors délai de paiement
       *[other] factures hors délai de paiement
    }
astre-rejected =
    { $count ->
        [one] mandat rejeté par le comptable
       *[other] mandats rejetés par le comptable
    }
astre-consumed = du budget consommé
astre-credits = de crédits disponibles
astre-absences =
    { $count ->
        [one] absence à valider
       *[other] absences à valider
    }
astre-requests =
    { $count ->
        [one] demande en attente
       *[other] demandes en attente
    }
