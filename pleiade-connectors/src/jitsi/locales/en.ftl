### Jitsi Meet.

jitsi-rooms-title = Video meetings
jitsi-rooms-empty = No permanent room

jitsi-rooms-in-progress = { $count ->
    [one] room in use
   *[other] rooms in use
}
jitsi-participants = { $count ->
    [one] participant
   *[other] participants
}
jitsi-room-participants = { $count ->
    [one] { $count } participant
   *[other] { $count } participants
}

jitsi-action-create = Start a meeting
jitsi-action-invite = Prepare an invitation
jitsi-action-join = Join

# $link: the address of the meeting, without a token.
jitsi-invitation = Link to copy into your invitation: { $link }
