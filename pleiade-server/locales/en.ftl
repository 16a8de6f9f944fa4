# Words of the desk. The messages of connectors are in their own folders.
skip-to-content = Skip to content
desk-title = My desk
applications = Applications
applications-none = No application is open to you yet. Ask your administrator for them.
applications-other = Others
menu-last-known = The LemonLDAP::NG menu does not answer. This is the one of { $when }.
menu-unknown = The LemonLDAP::NG menu does not answer and was never read before. It will come back by itself.
shortcuts = Shortcuts
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
demonstration-notice = Demonstration: people, authorities and applications are imaginary. Nothing is kept.
greeting = Hello { $name }
greeting-nobody = Hello
waiting-count =
    { $count ->
        [0] Nothing waits for you.
        [one] One thing waits for you.
       *[other] { $count } things wait for you.
    }
waiting-late =
    { $count ->
        [one] One is late.
       *[other] { $count } are late.
    }
todo-title = To do
todo-all =
    { $count ->
        [one] The task
       *[other] All { $count } tasks
    }
todo-none = Nothing waits for you. What your applications ask of you will come here.
todo-count =
    { $count ->
        [one] task
       *[other] tasks
    }
todo-scope = All my applications
todo-incomplete = { $applications }: no answer. Some tasks may be missing.
card-loading = Loading
card-updated = Updated at { $time }
card-aged = As of { $time }
card-open = Open { $application }
card-stale = This is the state of { $time }.
card-stale-retry = This is the state of { $time }; next attempt at { $retry }.
card-retry = Next attempt at { $retry }.
card-reference = Reference { $reference }.
card-gone = The application no longer offers this card.
count-at-least = { $count }+
percent = { $value }%
severity-warning = to watch
severity-alert = to handle
deadline-late-days =
    { $days ->
        [0] Late
        [one] Late by one day
       *[other] Late by { $days } days
    }
deadline-today = Today
deadline-today-at = Before { $time }
deadline-tomorrow = Before tomorrow evening
deadline-tomorrow-at = Before { $time } tomorrow
deadline-day = Before { $day }
when-soon =
    { $minutes ->
        [0] Now
        [one] In 1 min
       *[other] In { $minutes } min
    }
when-now = Under way
action-done = Done.
action-failed = Nothing was changed. { $why }
page-not-found = Page not found
page-not-found-text = This address leads nowhere. It may have been copied wrongly.
page-forbidden = Access refused
page-forbidden-text = Your account may not open this page. If you need it, ask your administrator.
page-unknown-host = Unknown address
page-unknown-host-text = This name belongs to no authority of this service. Check the address your administrator gave you.
page-bad-request = Request refused
page-bad-request-text = The request is incomplete or comes from another site. Go back to the desk and start again.
page-broken = Service briefly unavailable
page-broken-text = The desk could not read its data. Your applications are not at fault. Try again in a minute.
page-reference = Reference for your administrator: { $reference }.
amount-count = { $count }
amount-instant = { $when }
when-at = { $at }
when-between = { $start } – { $end }
when-all-day = All day
when-day = { $day }
when-days = from { $first } to { $last }
today = { $day }.
