### Gestion des temps : ce que transmet le contrat d’échange.

gta-balances = Mes soldes
gta-balances-empty = Aucun solde ne vous est transmis.
# $sign : plus, zero ou minus.
gta-hours =
    { $sign ->
        [minus] de débit
       *[other] de crédit
    }
gta-requests-title = Mes demandes
gta-requests-empty = Aucune demande ni absence en cours.
gta-requests =
    { $count ->
        [one] demande en attente
       *[other] demandes en attente
    }
gta-approvals-title = Demandes à valider
gta-approvals-empty = Aucune demande n’attend votre validation.
gta-approvals =
    { $count ->
        [one] demande à valider
       *[other] demandes à valider
    }
gta-present =
    { $count ->
        [one] présent dans l’équipe
       *[other] présents dans l’équipe
    }
gta-clockings = Mes pointages du jour
gta-clockings-empty = Aucun pointage aujourd’hui.
gta-came-in = Entrée
gta-went-out = Sortie
gta-anomalies =
    { $count ->
        [one] pointage à justifier
       *[other] pointages à justifier
    }
