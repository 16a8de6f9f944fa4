# Cartes de Kelio. Les espaces devant « : ! ? » sont insécables.

kelio-open = Ouvrir dans Kelio
kelio-unknown-person = Kelio ne connaît pas votre numéro d’agent.
kelio-request = Demande sans libellé
kelio-duration = { $typed ->
    [yes] { $type } ·{" "}
   *[no] {""}
}{ $days } j{ $half ->
    [none] {""}
    [start] {", à partir de midi"}
    [end] {", jusqu’à midi"}
   *[both] {", de midi à midi"}
}
kelio-state-pending = En attente
kelio-state-approved = Validée
kelio-state-refused = Refusée
kelio-state-cancelled = Annulée
kelio-state-unknown = État inconnu

kelio-balances = Mes soldes
kelio-balances-empty = Aucun compteur
kelio-balance = { $name }{ $dated ->
    [yes] {" "}({ $day })
   *[no] {""}
}

kelio-requests = Mes demandes d’absence
kelio-requests-empty = Aucune demande en cours
kelio-requests-count = { $count ->
    [one] demande en attente
   *[other] demandes en attente
}

kelio-approvals = Absences à valider
kelio-approvals-empty = Aucune demande à valider
kelio-approvals-count = { $count ->
    [one] demande à valider
   *[other] demandes à valider
}

kelio-clockings = Mes pointages du jour
kelio-clockings-empty = Aucun pointage aujourd’hui
kelio-clockings-count = { $count ->
    [one] pointage aujourd’hui
   *[other] pointages aujourd’hui
}
kelio-clocking = { $direction ->
    [in] Entrée
    [out] Sortie
   *[unknown] Pointage
}
