### Matrix (Element).

matrix-rooms-title = Messages non lus
matrix-rooms-empty = Aucun message non lu
matrix-mentions-title = Mentions
matrix-mentions-empty = Personne ne vous a mentionné
matrix-invitations-title = Invitations à des salons
matrix-invitations-empty = Aucune invitation en attente

matrix-unread-rooms = { $count ->
    [one] salon non lu
   *[other] salons non lus
}
matrix-unread-messages = { $count ->
    [one] message non lu
   *[other] messages non lus
}
matrix-mentions = { $count ->
    [one] mention
   *[other] mentions
}
matrix-invites = { $count ->
    [one] invitation en attente
   *[other] invitations en attente
}

# L’état d’un salon.
matrix-room-unread = { $count ->
    [one] { $count } non lu
   *[other] { $count } non lus
}
matrix-room-mentions = { $mentions ->
    [one] { $count } non lus, dont { $mentions } mention
   *[other] { $count } non lus, dont { $mentions } mentions
}
matrix-room-mentions-only = { $mentions ->
    [one] { $mentions } mention
   *[other] { $mentions } mentions
}

matrix-empty-room = Salon vide
# $names : des noms séparés par des virgules ; $others : combien d’autres personnes.
matrix-room-people = { $others ->
    [one] { $names } et { $others } autre personne
   *[other] { $names } et { $others } autres personnes
}

# Le dernier message. $sender : un nom.
matrix-said = { $sender } : { $text }
matrix-said-self = Vous : { $text }
matrix-encrypted = { $sender } : message chiffré
matrix-encrypted-self = Vous : message chiffré
matrix-removed = { $sender } : message supprimé
matrix-removed-self = Vous : message supprimé
matrix-attachment = { $sender } : { $kind ->
    [image] une image
    [video] une vidéo
    [audio] un message vocal
    [location] un lieu
   *[file] un fichier
}
matrix-attachment-self = Vous : { $kind ->
    [image] une image
    [video] une vidéo
    [audio] un message vocal
    [location] un lieu
   *[file] un fichier
}

matrix-invitation-from = Invitation par { $sender }
matrix-invitation-direct = Discussion privée proposée par { $sender }
matrix-invitation-space = Invitation par { $sender } dans un espace

matrix-action-mark-read = Marquer comme lu
matrix-action-accept = Accepter
matrix-action-refuse = Refuser
matrix-action-new-chat = Nouvelle discussion
matrix-done-mark-read = Le salon est marqué comme lu.
matrix-done-accept = Vous avez rejoint le salon.
matrix-done-refuse = L’invitation est refusée.
