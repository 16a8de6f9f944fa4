### Messages of the Zimbra webmail.
### $sender, $fragment, $host: words of the webmail or of a person.

zimbra-mail-title = Mail
zimbra-mail-empty = No unread message
zimbra-mail-detail = { $sender } — { $fragment }
zimbra-mail-attachment = With attachment
zimbra-mail-urgent = Urgent
zimbra-mail-urgent-attachment = Urgent, with attachment
zimbra-mail-invitation = Meeting invitation
zimbra-no-subject = No subject

zimbra-unread-mail = { $count ->
    [one] unread message
   *[other] unread messages
}
zimbra-unread-total = { $count ->
    [one] unread message in all folders
   *[other] unread messages in all folders
}
zimbra-quota-used = of the mailbox used

zimbra-agenda-title = Today’s agenda
zimbra-agenda-empty = No meeting today
zimbra-meetings-today = { $count ->
    [one] meeting today
   *[other] meetings today
}
zimbra-next-meeting = next meeting
zimbra-pending-invites = { $count ->
    [one] invitation without an answer
   *[other] invitations without an answer
}
zimbra-private-event = Private event
zimbra-status-cancelled = Cancelled
zimbra-status-unanswered = Answer awaited
zimbra-status-tentative = To be confirmed

zimbra-tasks-title = Tasks
zimbra-tasks-empty = No open task
zimbra-tasks-open = { $count ->
    [one] open task
   *[other] open tasks
}
zimbra-tasks-overdue = { $count ->
    [one] overdue task
   *[other] overdue tasks
}
zimbra-private-task = Private task
zimbra-task-overdue = Overdue
zimbra-task-progress = In progress, { $percent }%
zimbra-task-started = Started
zimbra-task-waiting = Waiting for somebody
zimbra-task-deferred = Deferred
zimbra-task-urgent = High priority

zimbra-action-open = Open the webmail
zimbra-action-write = Write a message
zimbra-action-mark-read = Mark as read
zimbra-action-mark-unread = Mark as unread
zimbra-action-add-task = Add to my tasks
zimbra-action-join = Join the video conference on { $host }
zimbra-done-mark-read = The conversation is marked as read.
zimbra-done-mark-unread = The conversation is marked as unread.
zimbra-done-add-task = The task was added to your list.
