# Cartes d’i-delibRE. Les espaces devant « : ! ? » sont insécables.

idelibre-sittings = Séances
idelibre-sittings-empty = Aucune séance à venir
idelibre-sittings-to-come = { $count ->
    [one] séance à venir
   *[other] séances à venir
}
idelibre-untitled = Séance sans nom
idelibre-open = Ouvrir le dossier (connexion i-delibRE requise)
idelibre-legal-time = Heure légale : { $day }, { $hour } h { $minute } ({ $zone })
idelibre-next = { $legal ->
    [yes] Heure légale : { $day }, { $hour } h { $minute } ({ $zone }){" · "}
   *[no] {""}
}{ $placed ->
    [yes] { $place }{" · "}
   *[no] {""}
}{ $projects ->
    [0] aucun projet
    [one] { $projects } projet
   *[other] { $projects } projets
}, { $annexes ->
    [0] aucune annexe
    [one] { $annexes } annexe
   *[other] { $annexes } annexes
}

idelibre-convocations = Convocations
idelibre-convocations-empty = Aucune convocation à traiter
idelibre-to-answer = { $count ->
    [one] réponse à donner
   *[other] réponses à donner
}
idelibre-to-acknowledge = { $count ->
    [one] convocation dont accuser réception
   *[other] convocations dont accuser réception
}
idelibre-answer = Répondre (connexion i-delibRE requise)
idelibre-acknowledge = Accuser réception (connexion i-delibRE requise)
idelibre-several-accounts = Plusieurs comptes d’i-delibRE répondent à votre nom : vos propres convocations ne sont pas montrées. Demandez à l’administrateur de les distinguer.

idelibre-unanswered = Réponse attendue{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-never-answered = Sans réponse{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-invited = Invitation{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-present = Présence annoncée{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-absent = Absence annoncée{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-absent-proxy = Absence annoncée, pouvoir à { $name }{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-poa = Absence annoncée, pouvoir donné{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-remote = Présence à distance annoncée{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-deputy = Absence annoncée, suppléance demandée{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-deputy-named = Absence annoncée, suppléance de { $name }{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}
idelibre-answered = Réponse donnée{ $unread ->
    [yes] , accusé de réception attendu
   *[no] {""}
}

idelibre-missing-answers = { $count ->
    [one] réponse manquante, sans compter les suppléants
   *[other] réponses manquantes, sans compter les suppléants
}
idelibre-answers = { $count ->
    [one] réponse reçue, sans compter les suppléants
   *[other] réponses reçues, sans compter les suppléants
}
idelibre-follow-up = { $received ->
    [0] Aucune réponse reçue
    [one] { $received } réponse reçue
   *[other] { $received } réponses reçues
}, { $missing ->
    [0] aucune manquante
    [one] { $missing } manquante
   *[other] { $missing } manquantes
}{ $deputies ->
    [0] {""}
    [one] , et { $deputies } d’un suppléant
   *[other] , et { $deputies } de suppléants
}
idelibre-follow-up-unsent = Convocations pas encore envoyées
idelibre-follow-up-open = Suivre les réponses (connexion i-delibRE requise)
