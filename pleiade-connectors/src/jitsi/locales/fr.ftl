### Jitsi Meet.

jitsi-rooms-title = Visioconférences
jitsi-rooms-empty = Aucun salon permanent

jitsi-rooms-in-progress = { $count ->
    [one] salon occupé
   *[other] salons occupés
}
jitsi-participants = { $count ->
    [one] participant
   *[other] participants
}
jitsi-room-participants = { $count ->
    [one] { $count } participant
   *[other] { $count } participants
}

jitsi-action-create = Créer une visio
jitsi-action-invite = Préparer une invitation
jitsi-action-join = Rejoindre

# $link : l’adresse de la réunion, sans jeton.
jitsi-invitation = Lien à copier dans votre invitation : { $link }
