# Words of the desk. The messages of connectors are in their own folders.
skip-to-content = Skip to content
desk-title = My desk
applications = Applications
applications-none = No application is open to you yet. Ask your administrator for them.
search = Search
search-label = Application, action, task, document, message, person
search-do = Search
search-close = Close
# A script puts the number in the place of the 0.
search-count = Answers: { $count }
search-actions = Actions
search-lines = In your cards
search-pages = Pages
search-waits = Still searching:
search-nothing = Nothing that you may see has these words.
elected-next = Next sitting
elected-no-sitting = No sitting is announced.
elected-in-days = { $count ->
    [0] today
    [1] tomorrow
   *[other] in { $count } days
}
elected-sign = { $count ->
    [one] file to sign
   *[other] files to sign
}
elected-answer = { $count ->
    [one] answer expected
   *[other] answers expected
}
elected-delegations = { $count ->
    [one] delegation received
   *[other] delegations received
}
applications-other = Other
launcher-all = All my applications
launcher-pins = Pinned
launcher-recent = Opened recently
launcher-view = View
launcher-tiles = Tiles
launcher-list = List
launcher-pin = Pin
launcher-unpin = Unpin
launcher-up = Move up
launcher-down = Move down
launcher-pinned = “{ $application }” is pinned at the top of your applications.
launcher-unpinned = “{ $application }” is no longer pinned.
launcher-moved = “{ $application }” has moved.
launcher-at-end = “{ $application }” is already at the end.
launcher-full = 24 applications are pinned already. Unpin one first.
launcher-missing = Why is an application not in this list?
launcher-missing-who = This list holds the applications that your local authority offers to everyone and those that your desk asks on your behalf.
launcher-missing-portal = The sign-in portal adds those that your groups open to you. A right given just now appears within ten minutes.
launcher-missing-rights = Your groups and your functions decide the rest.
launcher-missing-why = See why I have these rights
launcher-missing-ask = If an application is missing, ask your local authority for it.
service-answers = Answers
service-not-linked = Account to be linked
service-refuses = Access refused
service-maintenance = Under maintenance
service-busy = Too busy
service-silent = Does not answer
service-broken = Answers wrongly
menu-last-known = The LemonLDAP::NG menu does not answer. Last known menu: { $when }.
menu-unknown = The LemonLDAP::NG menu does not answer and was never read before. It will come back by itself.
shortcuts = Shortcuts
thumb-desk = Desk
thumb-me = Me
new-window = (new window)
acting-for = You act for
act-for = Act for
acting-now = (now)
my-account = my account
theme = Appearance
theme-auto = Automatic
theme-light = Light
theme-dark = Dark
language = Language
sign-out = Sign out
refresh = Refresh
back-to-desk = Back to the desk
board-updated = Your desk was updated.
board-not-live = The desk is no longer kept up to date. It tries again by itself.
demonstration = Demonstration
demonstration-notice = Demonstration: people, local authorities and applications are imaginary.
demonstration-not-kept = Nothing is kept.
demonstration-kept = What the desk remembers is kept in the chosen folder; the simulated applications begin anew at each start.
demonstration-cut = Cut an application off
demonstration-cut-why = To see what the desk shows when it no longer answers. It is cut off for everybody.
demonstration-cut-now = Cut off at the moment: { $name }
demonstration-cut-one = Cut { $name } off
demonstration-bring-back = Bring { $name } back
greeting = Hello { $name }
waiting-count =
    { $count ->
        [one] One thing waits for you.
       *[other] { $count } things wait for you.
    }
waiting-count-at-least =
    { $count ->
        [one] At least one thing waits for you.
       *[other] At least { $count } things wait for you.
    }
waiting-none = Nothing waits for you.
waiting-none-known = Nothing waits for you in the applications that have answered.
waiting-asked = Your applications have not all answered yet.
waiting-late =
    { $count ->
        [one] One is late.
       *[other] { $count } are late.
    }
waiting-late-at-least =
    { $count ->
        [one] At least one is late.
       *[other] At least { $count } are late.
    }
# What waits for somebody in whose place the reader is.
delegated-count =
    { $count ->
        [one] One thing to look after.
       *[other] { $count } things to look after.
    }
delegated-count-at-least =
    { $count ->
        [one] At least one thing to look after.
       *[other] At least { $count } things to look after.
    }
delegated-note = For { $name }: { $counted }
delegated-none = Nothing waits among what is delegated to you.
delegated-none-known = Nothing waits in the applications that have answered.
delegated-asked = Their applications have not all answered yet.
todo-title = To do
todo-all =
    { $count ->
        [one] The task
       *[other] All { $count } tasks
    }
todo-all-at-least = All tasks
todo-none = Nothing waits for you. What your applications ask of you will come here.
todo-none-chosen = No task answers this choice.
todo-none-snoozed = No task is snoozed.
todo-also = { $application }: “{ $title }”
todo-portal = The portal
todo-waiting = Waiting
todo-snoozed = Snoozed
todo-snoozed-until = snoozed until { $day }
todo-by-application = Application
todo-every-application = Every application
todo-by-tenant = Local authority
todo-every-tenant = Every local authority
todo-option = { $name } ({ $count })
todo-filter = Filter
todo-elsewhere = What waits for you behind your other ways of signing in is not in this list. To see it, sign in with: { $links }.
todo-elsewhere-link = My ways of signing in
line-more = Other actions: { $line }
outcome-undo = Undo
batch-choose = Choose: { $line }
batch-button = Selection: { $action } ({ $application })
batch-ask =
    { $count ->
        [one] { $action }: one line?
       *[other] { $action }: { $count } lines?
    }
batch-left-out =
    { $count ->
        [one] One chosen line is left out: it does not offer this action, or is no longer in the list.
       *[other] { $count } chosen lines are left out: they do not offer this action, or are no longer in the list.
    }
batch-none = Nothing was sent: choose lines that offer this action.
batch-too-many = Nothing was sent: choose at most { $max } lines.
batch-engages = These actions are taken in your name, and cannot be undone from the desk.
batch-done = What was done
batch-line-done = Done
batch-line-failed = Refused
batch-line-unknown = Not known
batch-unsent = Not sent
batch-unsent-text = Nothing was sent for this line.
batch-back = Back to the list
task-gone = This line is no longer in the list: it was dealt with, or its application no longer gives it.
snooze-ask = Snooze
snooze-wake = Show again
snooze-title = Snooze “{ $line }”
snooze-tomorrow = Tomorrow
snooze-monday = On { $day }
snooze-week = In a week
snooze-month = In a month
snooze-day = Until
snooze-button = Snooze until this date
snooze-done = “{ $line }” comes back to the list on { $day }.
snooze-woken = The line is in the list again.
snooze-due = Nothing was snoozed: it is due today or late, or the letter says until when.
snooze-wrong-day = Nothing was snoozed: choose a day from { $first } to { $last }.
todo-count =
    { $count ->
        [one] task
       *[other] tasks
    }
todo-kinds = Filter the tasks
todo-kind-all = All
todo-kind-sign = To sign
todo-kind-approve = To approve
todo-kind-correct = To correct
todo-kind-answer = To answer
todo-kind-read = To read
todo-kind-do = To do
todo-group-first = To see first
todo-group-late = Late
todo-group-today = Today
todo-group-this-week = This week
todo-group-later = Later
todo-group-no-deadline = Without a deadline
todo-since = since: { $when }
todo-aged = by the last answer, { $time }
todo-scope = All my applications
todo-incomplete = No usable answer from: { $applications }. Tasks may be missing.
card-loading = Loading
card-updated = Updated: { $time }
card-aged = Old value: { $time }
card-age = { $time }
card-see-all =
    { $count ->
        [one] See { $count }
       *[other] See all { $count }
    }
card-see-rest = See all
figures-title = Today’s figures
figures-unknown = { $application }: figure unavailable
family-collaboration = Collaboration
family-administration = Paperless procedures
family-business = Business
family-information = Information
card-open = Open { $application }
card-stale = Last known state: { $time }.
card-stale-retry = Last known state: { $time }; next attempt: { $retry }.
card-relink = { $application } no longer accepts the access that you connected. Connect your account again.
card-ticket-visit = { $application } opens here through “{ $source }”, where you have no session. Sign in there too.
card-ticket-visit-link = Sign in with { $source }
card-ticket-other = { $application } opens here for those who sign in with “{ $source }”. Sign out of the desk, then sign in with “{ $source }”.
card-ticket-nowhere = { $application } does not open with your way of signing in. Tell your IT service.
tickets-kept = You are signed in at “{ $source }”: your applications are being read.
tickets-other-host = “{ $source }” does not lead back to this address: open the desk at its usual one, or ask your administrator for it.
tickets-no-answer = “{ $source }” did not answer as it should. Try again in a few minutes.
tickets-none = “{ $source }” gave nothing that opens your applications. Try again; if it happens again, tell your IT service.
tickets-somebody-else = “{ $source }” knows you by another login than the desk does: nothing has changed here. Sign out of “{ $source }”, then try again with your login of the desk.
card-retry = Next attempt: { $retry }.
card-reference = Reference { $reference }.
count-at-least = { $count }+
percent = { $value }%
severity-warning = to watch
severity-alert = to handle
deadline-may-open = May open a delay, see the letter
deadline-late-days =
    { $days ->
        [0] Late
        [one] Late by one day
       *[other] Late by { $days } days
    }
deadline-today = Today
deadline-today-at = Today before { $time }
deadline-tomorrow = Due tomorrow
deadline-tomorrow-at = Tomorrow before { $time }
deadline-day = Due { $day }
deadline-day-at = Before { $day }, { $time }
when-soon =
    { $minutes ->
        [0] Now
        [one] In 1 min
       *[other] In { $minutes } min
    }
when-now = Under way
action-told = { $text }
action-failed = Nothing was changed. { $why }
action-unknown = It is not known whether this was done: the application’s answer did not come, or was not understood. See what the line says before you try again. { $why }
action-lost = The answer did not reach us: it is not known whether the action was done. Load the page again before you try once more.
action-ask = { $action } “{ $line }”?
action-ask-engages = This action is taken in your name, and cannot be undone from the desk.
action-ask-unknown = Confirm this action?
action-ask-unknown-button = Confirm
action-ask-elsewhere = You act for { $acting }; this line is { $tenant }’s.
action-ask-text = Comment or reason, if the application wants one
action-ask-again = Nothing was sent: the question had expired. Begin again from the line.
action-sent-already = This action was sent already: it was not sent twice.
page-not-found = Page not found
page-not-found-text = This address leads nowhere. It may have been copied wrongly.
page-forbidden = Access refused
page-forbidden-text = Your account may not open this page. If you need it, ask your administrator.
page-unknown-host = Unknown address
page-unknown-host-text = This name belongs to no local authority of this service. Check the address your administrator gave you.
page-bad-request = Request refused
page-bad-request-text = The request is incomplete or comes from another site. Go back to the desk and start again.
page-moved = Nothing was done
page-moved-acting = You now act for { $now }. This action was meant for { $then }.
page-moved-acting-gone = You now act for { $now }. This action was meant for a local authority that you no longer act for here.
page-moved-link = The session that is open now is that of { $name }, for { $now }. The page of this action had been opened in another one.
page-moved-unmarked = You act for { $now }. The page of this action was too old or incomplete.
page-moved-choose = Choose how to go on. The action will not be done again by itself.
page-moved-here = Open the desk: { $name }
page-moved-there = Act for { $name }
confirm-back = Cancel and go back
question-close = Give up
page-defect = An error of the desk
page-defect-text = The desk met an error that should not have happened. Nothing says whether what you asked for is done: look before you try again.
page-broken = Service briefly unavailable
page-broken-text = The desk could not read its data. Your applications are not at fault. Try again in a minute.
page-reference = Reference for your administrator: { $reference }.
amount-count = { $count }
amount-eur = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) } €
amount-xpf = { NUMBER($value, maximumFractionDigits: 0) } CFP francs
amount-days =
    { $value ->
        [one] { $value } day
       *[other] { $value } days
    }
amount-hours = { $sign }{ $hours }h{ $minutes }
amount-instant = { $when }
today = { $day }.
sign-in-title = Sign in
sign-in-with = Continue with
sign-in-login = Login
sign-in-password = Password
sign-in-samples = People of the demonstration
sign-in-no-way = No way to sign in is open at this address. Tell your administrator.
sign-in-signed-out = You are signed out of the desk.
sign-out-frame = Signing out
sign-in-bad-credentials = The login or the password is not right. Check them and try again.
sign-in-must-change = Your password has expired or must be changed. Change it with your IT service, then come back.
sign-in-too-many = Too many attempts. Wait five minutes before you try again.
sign-in-busy = Many people are signing in at this moment. Try again in a few seconds.
sign-in-unreachable = Your local authority’s identity service does not answer. Try again in a minute; if it lasts, tell your IT service.
sign-in-refused = Signing in did not succeed. Try again; if it happens again, tell your IT service.
sign-in-expired = Signing in took too long or was started in another browser. Try again.
sign-in-no-right = Your account is known but belongs to no local authority of this desk. Ask your administrator.
sign-in-password-title = Your password
sign-in-password-expires =
    { $count ->
        [0] Your password expires in less than a day.
        [one] Your password expires in one day.
       *[other] Your password expires in { $count } days.
    }
sign-in-password-grace =
    { $count ->
        [0] Your password has expired, and this sign-in was the last that it allowed.
        [one] Your password has expired. It allows one more sign-in.
       *[other] Your password has expired. It allows { $count } more sign-ins.
    }
sign-in-password-change = Change it with your IT service. You are signed in.
sign-in-password-go-on = Continue

# My day
day-title = My day
day-now = Now, { $time }
day-whole = All day
day-cancelled = Cancelled
day-unanswered = Answer awaited
day-tentative = To be confirmed
day-join = Join
day-nothing = Nothing in the calendar today.
day-nothing-known = Nothing known in the calendar today.
day-partial = A part of the calendars could not be read or shown. Appointments may be missing.
day-incomplete = { $applications }: no answer. Appointments may be missing or may have changed.
