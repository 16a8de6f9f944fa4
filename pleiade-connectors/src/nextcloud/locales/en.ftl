# Nextcloud's cards.

nextcloud-notifications = Notifications
nextcloud-notifications-empty = No notification
nextcloud-notifications-noun = { $count ->
    [one] unread notification
   *[other] unread notifications
}
nextcloud-notification-untitled = Untitled notification
nextcloud-dismiss = Dismiss
nextcloud-presence-online = Set me available
nextcloud-presence-away = Set me away

nextcloud-conversations = Conversations
nextcloud-conversations-empty = No unread message
nextcloud-rooms-noun = { $count ->
    [one] unread conversation
   *[other] unread conversations
}
nextcloud-mentions-noun = { $count ->
    [one] conversation that calls you
   *[other] conversations that call you
}
nextcloud-messages-noun = { $count ->
    [one] unread message
   *[other] unread messages
}
nextcloud-room-untitled = Unnamed conversation
nextcloud-room-last = { $author }: { $words }
nextcloud-room-call = Call in progress
nextcloud-room-mentioned = { $count ->
    [one] You are called, { $count } unread message
   *[other] You are called, { $count } unread messages
}
nextcloud-room-unread = { $count ->
    [one] { $count } unread message
   *[other] { $count } unread messages
}
nextcloud-mark-read = Mark as read

nextcloud-agenda = Calendar
nextcloud-agenda-empty = No event to come
nextcloud-events-noun = { $count ->
    [one] event left today
   *[other] events left today
}
nextcloud-event-untitled = Untitled event
nextcloud-event-now = In progress
nextcloud-join-call = Join the call
nextcloud-join-conference = Join the video meeting ({ $host })

nextcloud-tasks = Tasks
nextcloud-tasks-empty = No open task
nextcloud-tasks-noun = { $count ->
    [one] open task
   *[other] open tasks
}
nextcloud-tasks-overdue-noun = { $count ->
    [one] overdue task
   *[other] overdue tasks
}
nextcloud-cards-noun = { $count ->
    [one] Deck card due within seven days
   *[other] Deck cards due within seven days
}
nextcloud-task-untitled = Untitled task
nextcloud-task-late = Overdue
nextcloud-card = Deck card
nextcloud-no-task-list = You have no task list in Nextcloud yet. Create one in the Tasks app to see it here.

nextcloud-files = Files
nextcloud-files-empty = No recent file
nextcloud-quota-noun = of the space used
nextcloud-file-untitled = Unnamed file
nextcloud-file-favourite = Favourite
nextcloud-new-file = Add a file
nextcloud-favourites = See favourites

nextcloud-shares = Shares
nextcloud-shares-empty = Nothing shared with you
nextcloud-shares-pending-noun = { $count ->
    [one] share to accept
   *[other] shares to accept
}
nextcloud-shares-received-noun = { $count ->
    [one] share received
   *[other] shares received
}
nextcloud-share-owner = Shared by { $owner }
nextcloud-share-waiting = Waits for your answer
nextcloud-accept = Accept

nextcloud-done-dismissed = Notification dismissed.
nextcloud-done-read = Conversation marked as read.
nextcloud-done-presence = Your availability is up to date.
nextcloud-done-share = Share accepted.
