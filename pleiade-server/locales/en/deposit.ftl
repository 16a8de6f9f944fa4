# Files that are given to an application, one after the other.

deposit-lead = At most { $files } PDF files of { $megabytes } MB, sent one after the other in your name. Nothing of them is kept here.
deposit-place = Destination
deposit-choose = Choose
deposit-more-places = Only the first destinations are offered: the others are in { $application }.
deposit-none = { $application } offers you no destination.
deposit-file = File { $number }
deposit-file-title = Title (the name of the file by default)
deposit-file-choose = PDF file
deposit-more-files = More files
deposit-send = Send
deposit-retry = Try again
deposit-back = Back to the desk
deposit-another = Prepare another sending
deposit-sending = The files leave one after the other: keep this page open until the summary.
deposit-untitled = Untitled
deposit-state-sent = Sent
deposit-state-not-sent = Not sent
deposit-state-unknown = Uncertain
deposit-too-large = The file is too large.
deposit-other-kind = It is not a PDF file.
deposit-too-many = There are more files than one sending takes.
deposit-no-place = No destination was chosen.
deposit-gone = The application takes no files any more.
deposit-stopping = The portal is stopping: prepare another sending in a few minutes.
deposit-session-unread = The portal could not check your session: prepare another sending in a few minutes.
deposit-session-ended = Your session has ended.
deposit-not-tried = Not tried, as the file before has not left.
deposit-unknown = { $application } did not answer in time: the file was not sent again, check in the application whether it has left.
deposit-broken = The transfer broke off: what does not stand above has not left.
deposit-nothing = No file was chosen.
deposit-summary = { $sent ->
    [0] No file sent
    [one] { $sent } file sent
   *[other] { $sent } files sent
}{ $not_sent ->
    [0] { "" }
   *[other] , { $not_sent } not sent
}{ $unknown ->
    [0] { "" }
   *[other] , { $unknown } uncertain
}.
deposit-expired = This form is not valid any more: nothing was sent. Choose the files again.
deposit-busy = Another sending is under way: nothing was sent. Wait for its end and choose the files again.
deposit-sent-already = This form was sent already: nothing more was sent. Check in the application what has left.
