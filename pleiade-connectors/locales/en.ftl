### Messages shared by every connector.

## Dates, as they stand inside a sentence.

date-month-1 = January
date-month-2 = February
date-month-3 = March
date-month-4 = April
date-month-5 = May
date-month-6 = June
date-month-7 = July
date-month-8 = August
date-month-9 = September
date-month-10 = October
date-month-11 = November
date-month-12 = December
date-weekday-1 = Monday
date-weekday-2 = Tuesday
date-weekday-3 = Wednesday
date-weekday-4 = Thursday
date-weekday-5 = Friday
date-weekday-6 = Saturday
date-weekday-7 = Sunday
date-today = today
date-tomorrow = tomorrow
date-yesterday = yesterday
# $hour and $hour12: 9; $minute: 05; $half: am or pm.
date-time = { $hour12 }:{ $minute } { $half }
date-time-on-the-hour = { $hour12 } { $half }
# $ordinal: the day of the month, a number; $weekday, $month: names above.
date-day = { $weekday } { $ordinal } { $month }
date-day-and-year = { $weekday } { $ordinal } { $month } { $year }
date-day-and-time = { $day }, { $time }
date-times = { $start } – { $end }
date-span = { $start } – { $end }

## What keeps an application from being read: the cause, then what the person can do.

error-person-unreachable = { $application } does not answer at the moment. Try again in a few minutes; if it lasts, tell your IT service.
error-person-timeout = { $application } takes too long to answer. Try again in a few minutes.
error-person-unauthenticated = { $application } no longer recognises you. Sign out of the desk, then sign in again.
error-person-not-linked = Your { $application } account is not linked to the desk yet. Link it from your profile, page “My accesses”.
error-person-forbidden = { $application } does not give you access to this. Ask the person who manages that application.
error-person-not-found = { $application } no longer finds what was asked for. Open the application to check that it still exists.
error-person-maintenance = { $application } is under maintenance. Try again later.
error-person-rate-limited = { $application } receives too many requests. Try again in a few minutes.
error-person-unsupported = This version of { $application } cannot do that. Open the application to continue.
error-person-bad-configuration = The link between the desk and { $application } is not set up correctly. Tell your IT service.
error-person-bad-answer = { $application } gave an answer that the desk does not understand. Open the application; if it lasts, tell your IT service.
error-person-too-large = { $application } gave an answer too large for the desk. Open the application to see everything.
error-person-not-handed-over = { $application } has handed nothing over that the desk could show. Try again later; if it lasts, tell your IT service.
error-person-cancelled = The request to { $application } was interrupted. Refresh the page.
error-person-internal = An error of the desk keeps it from reading { $application }. Tell your IT service, with its reference.

## The same causes for the administrator. $operation: what the connector was doing, as in the log.

error-admin-unreachable = { $application }, operation “{ $operation }”: the application cannot be reached. Check that it runs and is not under maintenance, then the host name, the network, the proxy and the certificate (a private CA must be declared).
error-admin-timeout = { $application }, operation “{ $operation }”: no complete answer within the deadline. Check the application’s load and the network.
error-admin-unauthenticated = { $application }, operation “{ $operation }”: access refused, or a sign-in page instead of an answer. Check the key, the technical account or the token exchange, and that no sign-on portal stands in front of the interface.
error-admin-not-linked = { $application }, operation “{ $operation }”: the person’s account is not linked. They link it from their profile; if the application is opened by their login, check which attribute gives it.
error-admin-forbidden = { $application }, operation “{ $operation }”: the application refuses. Check the rights of the person or of the technical account in the application.
error-admin-not-found = { $application }, operation “{ $operation }”: the address or the object does not exist. Check the base address and that the module it needs is enabled.
error-admin-maintenance = { $application }, operation “{ $operation }”: the application is under maintenance or waits for its upgrade. Nothing to do if this was planned.
error-admin-rate-limited = { $application }, operation “{ $operation }”: too many requests. The desk waits as asked; raise the limit for the desk’s address if this comes back.
error-admin-unsupported = { $application }, operation “{ $operation }”: this version cannot do it. Compare it with the versions that the connector supports.
error-admin-bad-configuration = { $application }, operation “{ $operation }”: wrong setting. Check the address and what the hint names; a host with a private address is declared in `outgoing.internal_hosts`.
error-admin-bad-answer = { $application }, operation “{ $operation }”: an answer that breaks the documented interface. Check the application’s version and what stands in front of it (proxy, maintenance page).
error-admin-too-large = { $application }, operation “{ $operation }”: an answer above the allowed size. Check that the address is the application’s.
error-admin-not-handed-over = { $application }, operation “{ $operation }”: what the application hands over is not there, cannot be read or is not as agreed. Check the export, its folder, its file or its views, and that the account of the desk may read them; the hint says what is wrong.
error-admin-cancelled = { $application }, operation “{ $operation }”: given up by the desk. Nothing to do if the desk was shutting down.
error-admin-internal = { $application }, operation “{ $operation }”: a defect of the desk. Look for the reference in the log and report it to the project.

## What a card says of what it could not read.

kit-unreadable = { $count ->
    [one] { $count } item cannot be read and is not shown.
   *[other] { $count } items cannot be read and are not shown.
}
kit-missing = A part could not be read: what is shown is not complete.

## What business applications hand over (the exchange contract).

# $label: a name or a state, in the words of the application.
kit-exchange-label = { $label }
# $label: the name of a balance, after its value.
kit-exchange-figure = { $label }
kit-exchange-untitled = Without a name
kit-exchange-not-there = The last export has not arrived: what is shown is the one before.
kit-exchange-unreadable = The export cannot be read: what is shown is the last one that was.
kit-exchange-half-written = The last export is incomplete or still being written: what is shown is the one before.
kit-exchange-short = The last export is unusually short: what is shown is the one before.
kit-exchange-refused = The last export is not as agreed: what is shown is the one before.
kit-exchange-late = The application has sent nothing newer, although it should have.
kit-exchange-waiting = Waiting
kit-exchange-in-progress = In progress
kit-exchange-late-row = Late
kit-exchange-approved = Approved
kit-exchange-declined = Refused
kit-exchange-cancelled = Cancelled
# $half: half days of an absence; $sign, $value, $rest and $unit: its length, or an amount.
kit-exchange-detail =
    { $words }{ $joined ->
        [yes] { " · " }
       *[no] { "" }
    }{ $unit ->
        [eur] { $sign }{ $value }.{ $rest } €
        [xpf] { $sign }{ $value } CFP francs
        [days] { $value ->
            [one] { $value } day
           *[other] { $value } days
        }
        [hours] { $sign }{ $value } h { $rest }
       *[none] { "" }
    }{ $half ->
        [start] { " " }(from noon)
        [end] { " " }(until noon)
        [both] { " " }(from noon to noon)
       *[none] { "" }
    }
