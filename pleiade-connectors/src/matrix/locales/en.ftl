### Matrix (Element).

matrix-rooms-title = Unread messages
matrix-rooms-empty = No unread message
matrix-mentions-title = Mentions
matrix-mentions-empty = Nobody mentioned you
matrix-invitations-title = Invitations to rooms
matrix-invitations-empty = No invitation is waiting

matrix-unread-rooms = { $count ->
    [one] unread room
   *[other] unread rooms
}
matrix-unread-messages = { $count ->
    [one] unread message
   *[other] unread messages
}
matrix-mentions = { $count ->
    [one] mention
   *[other] mentions
}
matrix-invites = { $count ->
    [one] invitation waiting
   *[other] invitations waiting
}

# The state of a room.
matrix-room-unread = { $count ->
    [one] { $count } unread
   *[other] { $count } unread
}
matrix-room-mentions = { $mentions ->
    [one] { $count } unread, { $mentions } mention among them
   *[other] { $count } unread, { $mentions } mentions among them
}
matrix-room-mentions-only = { $mentions ->
    [one] { $mentions } mention
   *[other] { $mentions } mentions
}

matrix-empty-room = Empty room
# $names: names with commas between; $others: how many more people.
matrix-room-people = { $others ->
    [one] { $names } and { $others } other
   *[other] { $names } and { $others } others
}

# The last message. $sender: a name.
matrix-said = { $sender }: { $text }
matrix-said-self = You: { $text }
matrix-encrypted = { $sender }: encrypted message
matrix-encrypted-self = You: encrypted message
matrix-removed = { $sender }: removed message
matrix-removed-self = You: removed message
matrix-attachment = { $sender }: { $kind ->
    [image] a picture
    [video] a video
    [audio] a voice message
    [location] a place
   *[file] a file
}
matrix-attachment-self = You: { $kind ->
    [image] a picture
    [video] a video
    [audio] a voice message
    [location] a place
   *[file] a file
}

matrix-invitation-from = { $sender } invites you
matrix-invitation-direct = { $sender } proposes a private conversation
matrix-invitation-space = { $sender } invites you to a space

matrix-action-mark-read = Mark as read
matrix-action-accept = Accept
matrix-action-refuse = Decline
matrix-action-new-chat = New conversation
matrix-done-mark-read = The room is marked as read.
matrix-done-accept = You joined the room.
matrix-done-refuse = The invitation is declined.
