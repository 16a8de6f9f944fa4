# Cartes de i-Parapheur. Les espaces devant « : ! ? » sont insécables.

iparapheur-folders = Parapheur
iparapheur-folders-empty = Aucun dossier à traiter
iparapheur-to-process-noun = { $count ->
    [one] dossier à traiter
   *[other] dossiers à traiter
}
iparapheur-late-noun = { $count ->
    [one] dossier en retard
   *[other] dossiers en retard
}
iparapheur-delegated-noun = { $count ->
    [one] dossier reçu en délégation
   *[other] dossiers reçus en délégation
}
iparapheur-rejected-noun = { $count ->
    [one] dossier rejeté, revenu chez vous
   *[other] dossiers rejetés, revenus chez vous
}
iparapheur-finished-noun = { $count ->
    [one] dossier en fin de circuit
   *[other] dossiers en fin de circuit
}
iparapheur-drafts-noun = { $count ->
    [one] dossier en préparation
   *[other] dossiers en préparation
}

iparapheur-folder-untitled = Dossier sans titre
iparapheur-on-behalf = { $place }, au nom de la personne que vous assistez
iparapheur-asks-visa = { $late ->
    [0] À viser
   *[other] À viser, en retard
}
iparapheur-asks-signature = { $late ->
    [0] À signer
   *[other] À signer, en retard
}
iparapheur-asks-paper-signature = { $late ->
    [0] À signer sur papier
   *[other] À signer sur papier, en retard
}
iparapheur-asks-seal = { $late ->
    [0] Cachet à apposer
   *[other] Cachet à apposer, en retard
}
iparapheur-asks-external-signature = { $late ->
    [0] À faire signer à l’extérieur
   *[other] À faire signer à l’extérieur, en retard
}
iparapheur-asks-opinion = { $late ->
    [0] Avis demandé
   *[other] Avis demandé, en retard
}
iparapheur-asks-mail = { $late ->
    [0] À envoyer par courriel sécurisé
   *[other] À envoyer par courriel sécurisé, en retard
}
iparapheur-asks-other = { $late ->
    [0] À traiter
   *[other] À traiter, en retard
}
iparapheur-must-be-read = { $late ->
    [0] À lire avant de viser
   *[other] À lire avant de viser, en retard
}
iparapheur-locked = { $late ->
    [0] Action en cours
   *[other] Action en cours, en retard
}

iparapheur-desk-untitled = Bureau sans nom
iparapheur-desk-counts = { $pending } à traiter, dont { $late } en retard ; { $delegated } en délégation ; { $rejected } { $rejected ->
    [one] rejeté
   *[other] rejetés
}
iparapheur-desk-pending-and-late = { $pending } à traiter, dont { $late } en retard
iparapheur-desk-pending = { $pending } à traiter
iparapheur-desk-not-read = Pas lu cette fois
iparapheur-delegation = { $from } délègue à { $to }

iparapheur-desks-unread = { $count ->
    [one] Un bureau n’a pas été lu, car il y en a trop : { $desks }. Les totaux sont des minimums.
   *[other] { $count } bureaux n’ont pas été lus, car il y en a trop : { $desks }. Les totaux sont des minimums.
}
iparapheur-desks-half-read = { $count ->
    [one] Délégations et rejets d’un bureau n’ont pas été lus : { $desks }.
   *[other] Délégations et rejets de { $count } bureaux n’ont pas été lus : { $desks }.
}
iparapheur-desks-unlisted = { $count ->
    [one] Les dossiers d’un bureau sont comptés sans être listés : { $desks }.
   *[other] Les dossiers de { $count } bureaux sont comptés sans être listés : { $desks }.
}

iparapheur-open = Ouvrir
iparapheur-sign = Signer dans le parapheur
iparapheur-visa = Viser
iparapheur-reject = Rejeter
iparapheur-reject-reason = Motif du rejet
iparapheur-done-visa = Dossier visé.
iparapheur-done-reject = Dossier rejeté.
