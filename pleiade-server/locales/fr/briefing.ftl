# « Qu’est-ce qui m’attend ? » et le calendrier des échéances.
briefing = Qu’est-ce qui m’attend ?
briefing-speak = Lire à voix haute
briefing-stop = Arrêter la lecture
briefing-text = Texte seul
briefing-now = Nous sommes { $day }, il est { $time }.
briefing-kinds = En détail : { $kinds }.
briefing-sign = { $count ->
    [one] une à signer
   *[other] { $count } à signer
}
briefing-approve = { $count ->
    [one] une à valider
   *[other] { $count } à valider
}
briefing-correct = { $count ->
    [one] une à corriger
   *[other] { $count } à corriger
}
briefing-answer = { $count ->
    [one] une demande une réponse
   *[other] { $count } demandent une réponse
}
briefing-read = { $count ->
    [one] une à lire
   *[other] { $count } à lire
}
briefing-do = { $count ->
    [one] une à faire
   *[other] { $count } à faire
}
briefing-late = En retard depuis le { $day } : { $title }.
briefing-today = Aujourd’hui : { $title }.
briefing-first = À voir d’abord : { $title }.
briefing-due = Avant la fin du { $day } : { $title }.
briefing-undated = Sans date : { $title }.
briefing-for = { $what } C’est pour { $tenant }.
briefing-event = { $where ->
    [yes] Prochain rendez-vous à { $time } : { $title }, { $place }.
   *[no] Prochain rendez-vous à { $time } : { $title }.
}
briefing-event-now = { $where ->
    [yes] En ce moment et jusqu’à { $time } : { $title }, { $place }.
   *[no] En ce moment et jusqu’à { $time } : { $title }.
}
briefing-no-event = Plus de rendez-vous aujourd’hui.
briefing-sitting = Prochaine séance : { $title }, { $day }.
calendar-title = Mes échéances dans mon agenda
calendar-intro = Votre agenda peut s’abonner à vos échéances. Il en reçoit la nature, l’application, la collectivité et la date, sans aucun titre, telles que votre bureau les connaissait à votre dernière visite.
calendar-made = L’adresse est prête. Celle d’avant, s’il y en avait une, ne mène plus à rien.
calendar-once = Copiez-la dans votre agenda : elle n’est montrée qu’une fois. Qui la connaît lit vos échéances ; ne la confiez à personne.
calendar-since = Adresse créée : { $when }.
calendar-used = Dernière lecture : { $when }.
calendar-unused = Jamais lue.
calendar-open = Créer l’adresse
calendar-renew = Changer l’adresse
calendar-close = Fermer
calendar-closed = Le calendrier est fermé : son adresse ne mène plus à rien.
calendar-name = Mes échéances (Pléiade)
calendar-line = { $kind } : { $application }, { $tenant }
calendar-known = Dernier changement : { $time }.
