### Messages de la messagerie Zimbra.
### $sender, $fragment, $host : mots venus de la messagerie ou d’une personne.

zimbra-mail-title = Messagerie
zimbra-mail-empty = Aucun message non lu
zimbra-mail-detail = { $sender } — { $fragment }
zimbra-mail-attachment = Avec pièce jointe
zimbra-mail-urgent = Urgent
zimbra-mail-urgent-attachment = Urgent, avec pièce jointe
zimbra-mail-invitation = Invitation à une réunion
zimbra-no-subject = Sans objet

zimbra-unread-mail = { $count ->
    [one] message non lu
   *[other] messages non lus
}
zimbra-unread-total = { $count ->
    [one] message non lu dans tous les dossiers
   *[other] messages non lus dans tous les dossiers
}
zimbra-quota-used = de la boîte utilisés

zimbra-agenda-title = Agenda du jour
zimbra-agenda-empty = Aucune réunion aujourd’hui
zimbra-meetings-today = { $count ->
    [one] réunion aujourd’hui
   *[other] réunions aujourd’hui
}
zimbra-next-meeting = prochaine réunion
zimbra-pending-invites = { $count ->
    [one] invitation sans réponse
   *[other] invitations sans réponse
}
zimbra-private-event = Rendez-vous privé
zimbra-status-cancelled = Annulée
zimbra-status-unanswered = Réponse attendue
zimbra-status-tentative = À confirmer

zimbra-tasks-title = Tâches
zimbra-tasks-empty = Aucune tâche en cours
zimbra-tasks-open = { $count ->
    [one] tâche en cours
   *[other] tâches en cours
}
zimbra-tasks-overdue = { $count ->
    [one] tâche en retard
   *[other] tâches en retard
}
zimbra-private-task = Tâche privée
zimbra-task-overdue = En retard
zimbra-task-progress = En cours, { $percent } %
zimbra-task-started = Commencée
zimbra-task-waiting = En attente de quelqu’un
zimbra-task-deferred = Différée
zimbra-task-urgent = Prioritaire

zimbra-action-open = Ouvrir la messagerie
zimbra-action-write = Écrire un message
zimbra-action-mark-read = Marquer comme lu
zimbra-action-mark-unread = Marquer comme non lu
zimbra-action-add-task = Ajouter à mes tâches
zimbra-action-join = Rejoindre la visioconférence sur { $host }
zimbra-done-mark-read = La conversation est marquée comme lue.
zimbra-done-mark-unread = La conversation est marquée comme non lue.
zimbra-done-add-task = La tâche est ajoutée à votre liste.
