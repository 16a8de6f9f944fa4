leave-own-title = Mes congés
leave-own-empty = Aucune demande de congé
leave-pending = { $count ->
    [one] demande en attente
   *[other] demandes en attente
}
leave-team-title = Congés à valider
leave-team-empty = Rien à valider
leave-to-decide = { $count ->
    [one] demande à valider
   *[other] demandes à valider
}
leave-kind-paid = Congé annuel
leave-kind-recovery = Récupération
leave-kind-other = Autre absence
leave-state-pending = En attente
leave-state-accepted = Validée
leave-state-refused = Refusée
leave-accept = Accepter
leave-accepted = La demande est acceptée.
