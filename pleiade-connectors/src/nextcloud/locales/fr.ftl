# Cartes de Nextcloud. Les espaces devant « : ! ? » sont insécables.

nextcloud-notifications = Notifications
nextcloud-notifications-empty = Aucune notification
nextcloud-notifications-noun = { $count ->
    [one] notification non lue
   *[other] notifications non lues
}
nextcloud-notification-untitled = Notification sans titre
nextcloud-dismiss = Effacer
nextcloud-presence-online = Me dire disponible
nextcloud-presence-away = Me dire absent

nextcloud-conversations = Conversations
nextcloud-conversations-empty = Aucun message non lu
nextcloud-rooms-noun = { $count ->
    [one] conversation non lue
   *[other] conversations non lues
}
nextcloud-mentions-noun = { $count ->
    [one] conversation où l’on s’adresse à vous
   *[other] conversations où l’on s’adresse à vous
}
nextcloud-messages-noun = { $count ->
    [one] message non lu
   *[other] messages non lus
}
nextcloud-room-untitled = Conversation sans nom
nextcloud-room-last = { $author } : { $words }
nextcloud-room-call = Appel en cours
nextcloud-room-mentioned = { $count ->
    [one] On s’adresse à vous, { $count } message non lu
   *[other] On s’adresse à vous, { $count } messages non lus
}
nextcloud-room-unread = { $count ->
    [one] { $count } message non lu
   *[other] { $count } messages non lus
}
nextcloud-mark-read = Marquer comme lu

nextcloud-agenda = Agenda
nextcloud-agenda-empty = Aucun rendez-vous à venir
nextcloud-events-noun = { $count ->
    [one] rendez-vous restant aujourd’hui
   *[other] rendez-vous restants aujourd’hui
}
nextcloud-event-untitled = Rendez-vous sans titre
nextcloud-event-now = En cours
nextcloud-join-call = Rejoindre l’appel
nextcloud-join-conference = Rejoindre la visio ({ $host })

nextcloud-tasks = Tâches
nextcloud-tasks-empty = Aucune tâche ouverte
nextcloud-tasks-noun = { $count ->
    [one] tâche ouverte
   *[other] tâches ouvertes
}
nextcloud-tasks-overdue-noun = { $count ->
    [one] tâche en retard
   *[other] tâches en retard
}
nextcloud-cards-noun = { $count ->
    [one] carte Deck à échéance sous sept jours
   *[other] cartes Deck à échéance sous sept jours
}
nextcloud-task-untitled = Tâche sans titre
nextcloud-task-late = En retard
nextcloud-card = Carte Deck
nextcloud-no-task-list = Vous n’avez pas encore de liste de tâches dans Nextcloud. Créez-en une dans l’application Tâches pour la retrouver ici.

nextcloud-files = Fichiers
nextcloud-files-empty = Aucun fichier récent
nextcloud-quota-noun = de l’espace utilisé
nextcloud-file-untitled = Fichier sans nom
nextcloud-file-favourite = Favori
nextcloud-new-file = Ajouter un fichier
nextcloud-favourites = Voir les favoris

nextcloud-shares = Partages
nextcloud-shares-empty = Aucun partage reçu
nextcloud-shares-pending-noun = { $count ->
    [one] partage à accepter
   *[other] partages à accepter
}
nextcloud-shares-received-noun = { $count ->
    [one] partage reçu
   *[other] partages reçus
}
nextcloud-share-owner = Partagé par { $owner }
nextcloud-share-waiting = Attend votre réponse
nextcloud-accept = Accepter

nextcloud-done-dismissed = Notification effacée.
nextcloud-done-read = Conversation marquée comme lue.
nextcloud-done-presence = Votre disponibilité est à jour.
nextcloud-done-share = Partage accepté.
