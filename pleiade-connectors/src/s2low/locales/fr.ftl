# Cartes de S²LOW. Les espaces devant « : ! ? » sont insécables.

s2low-not-shown = Ces informations sont celles de toute la collectivité, et réservées aux groupes que l’opérateur a désignés.
s2low-open = Ouvrir dans S²LOW (certificat requis)
s2low-state-error = En erreur
s2low-state-refused = Refusé

s2low-acts = Actes (contrôle de légalité)
s2low-acts-empty = Aucun acte ni courrier à traiter
s2low-letters-count = { $count ->
    [one] courrier de la préfecture non lu
   *[other] courriers de la préfecture non lus
}
s2low-errors-count = { $count ->
    [one] acte en erreur
   *[other] actes en erreur
}
s2low-waiting-count = { $count ->
    [one] acte à signer ou à poster
   *[other] actes à signer ou à poster
}
s2low-in-progress-count = { $count ->
    [one] acte transmis, accusé de réception attendu
   *[other] actes transmis, accusés de réception attendus
}
s2low-overdue = { $count ->
    [one] { $count } acte transmis depuis plus de { $hours } heures n’a pas d’accusé de réception.
   *[other] { $count } actes transmis depuis plus de { $hours } heures n’ont pas d’accusé de réception.
}
s2low-overdue-at-least = { $count ->
    [one] Au moins { $count } acte transmis depuis plus de { $hours } heures n’a pas d’accusé de réception.
   *[other] Au moins { $count } actes transmis depuis plus de { $hours } heures n’ont pas d’accusé de réception.
}
s2low-letter-plain = Courrier de la préfecture{ $numbered ->
    [yes] {" "}sur l’acte { $number }
   *[no] {""}
}
s2low-letter-documents = Demande de pièces complémentaires{ $numbered ->
    [yes] {" "}sur l’acte { $number }
   *[no] {""}
}
s2low-letter-observations = Lettre d’observations{ $numbered ->
    [yes] {" "}sur l’acte { $number }
   *[no] {""}
}
s2low-letter-referral = Déféré au tribunal administratif{ $numbered ->
    [yes] {" "}de l’acte { $number }
   *[no] {""}
}
s2low-letter-other = Message de la préfecture{ $numbered ->
    [yes] {" "}sur l’acte { $number }
   *[no] {""}
}
s2low-act = Acte{ $numbered ->
    [yes] {" "}{ $number }
   *[no] {" "}sans objet
}
s2low-act-detail = { $numbered ->
    [yes] Acte { $number }
   *[no] Acte sans numéro
}{ $dated ->
    [yes] {" · "}décision du { $day }
   *[no] {""}
}{ $reasoned ->
    [yes] {" · "}{ $reason }
   *[no] {""}
}
s2low-mark-letter = Marquer comme lu pour toute la collectivité
s2low-done-letter = Le courrier est marqué comme lu pour toute la collectivité.

s2low-flows = Flux comptables (HELIOS)
s2low-flows-empty = Aucun flux à traiter
s2low-returns-count = PES Retour { $count ->
    [one] non lu
   *[other] non lus
}
s2low-pes-errors-count = { $count ->
    [one] flux PES en erreur
   *[other] flux PES en erreur
}
s2low-pes-refused-count = { $count ->
    [one] flux PES refusé
   *[other] flux PES refusés
}
s2low-pes = Flux PES{ $numbered ->
    [yes] {" "}n° { $number }
   *[no] {""}
}
s2low-pes-return = PES Retour{ $numbered ->
    [yes] {" "}n° { $number }
   *[no] {""}
}
s2low-mark-pes = Marquer comme lu pour toute la collectivité
s2low-done-pes = Le PES Retour est marqué comme lu pour toute la collectivité.

s2low-mails = Mails sécurisés
s2low-mails-empty = Aucun mail sécurisé envoyé
s2low-mails-count = { $count ->
    [one] mail sécurisé envoyé
   *[other] mails sécurisés envoyés
}
