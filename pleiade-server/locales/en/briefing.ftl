# “What awaits me?” and the calendar of deadlines.
briefing = What awaits me?
briefing-speak = Read aloud
briefing-stop = Stop reading
briefing-text = Text only
briefing-now = Today is { $day }, it is { $time }.
briefing-kinds = In detail: { $kinds }.
briefing-sign = { $count ->
    [one] one to sign
   *[other] { $count } to sign
}
briefing-approve = { $count ->
    [one] one to approve
   *[other] { $count } to approve
}
briefing-correct = { $count ->
    [one] one to correct
   *[other] { $count } to correct
}
briefing-answer = { $count ->
    [one] one to answer
   *[other] { $count } to answer
}
briefing-read = { $count ->
    [one] one to read
   *[other] { $count } to read
}
briefing-do = { $count ->
    [one] one to do
   *[other] { $count } to do
}
briefing-late = Late since { $day }: { $title }.
briefing-today = Today: { $title }.
briefing-first = To be seen first: { $title }.
briefing-due = Before the end of { $day }: { $title }.
briefing-undated = Without a date: { $title }.
briefing-for = { $what } It is for { $tenant }.
briefing-event = { $where ->
    [yes] Next appointment at { $time }: { $title }, { $place }.
   *[no] Next appointment at { $time }: { $title }.
}
briefing-event-now = { $where ->
    [yes] Now and until { $time }: { $title }, { $place }.
   *[no] Now and until { $time }: { $title }.
}
briefing-no-event = No more appointments today.
briefing-sitting = Next sitting: { $title }, { $day }.
calendar-title = My deadlines in my calendar
calendar-intro = Your calendar can subscribe to your deadlines. It gets their kind, application, local authority and date, and no title, as your desk knew them at your last visit.
calendar-made = The address is ready. The one before, if any, leads nowhere any more.
calendar-once = Copy it into your calendar: it is shown only once. Whoever knows it reads your deadlines; give it to nobody.
calendar-since = Address made: { $when }.
calendar-used = Last read: { $when }.
calendar-unused = Never read.
calendar-open = Make the address
calendar-renew = Change the address
calendar-close = Close
calendar-closed = The calendar is closed: its address leads nowhere any more.
calendar-name = My deadlines (Pléiade)
calendar-line = { $kind }: { $application }, { $tenant }
calendar-known = Last change: { $time }.
