# The legal calendar.
legal-title = Legal calendar
legal-intro = What the law asks of your authority and no application recalls. This is no legal advice: each deadline names its article, to be checked by you.
legal-others = Your other authorities
legal-to-check = to be checked by you
# $article: the article of the law; $version: a number; $date: a day.
legal-source = { $article } (text read on { $date }, version { $version } of the rule)
legal-contested = contested rule
# $days: one day or several, each with its article.
legal-opens = { $days } at the earliest
legal-or = {" "}or{" "}
# $from, $below: numbers of inhabitants.
legal-if-from = applies from { $from } inhabitants on: enter the population
legal-if-below = applies below { $below } inhabitants: enter the population
legal-if-between = applies from { $from } inhabitants to fewer than { $below }: enter the population
legal-holiday = a public holiday: { $name }
legal-holiday-unverified = said to be a public holiday, to be confirmed: { $name }
legal-sunday = a Sunday
legal-enter = Enter the dates of your authority.
legal-enter-detail = Without them, only deadlines of fixed date are shown.
legal-see = See the calendar
legal-enter-dates = Enter dates
legal-deadlines = Coming deadlines
legal-deadlines-none = No deadline is coming.
legal-dates = Your dates
legal-dates-none = No date has been entered.
legal-date-kind = What is it?
legal-date-kinds-none = First say what your authority is.
legal-date-day = The day
legal-date-enter = Enter this date
legal-date-remove = Remove
legal-sittings = Sittings to enter
# $application: the application that knows the sitting.
legal-sitting-known = known by { $application }, not entered here yet
legal-sitting-enter = Enter this date
legal-facts = Your authority
legal-facts-save = Save
legal-kind = Kind
legal-kind-unknown = Not said
legal-kind-commune = Commune
legal-kind-epci = EPCI (community, syndicate…)
legal-kind-department = Department
legal-kind-region = Region
legal-kind-establishment = Other establishment (CCAS, school fund…)
legal-population = Population as published for the year
legal-territory = Territory
legal-territory-metropole = Metropolitan France, but for Alsace and Moselle
legal-territory-alsace-moselle = Alsace and Moselle
legal-territory-guadeloupe = Guadeloupe
legal-territory-martinique = Martinique
legal-territory-guyane = French Guiana
legal-territory-la-reunion = Réunion
legal-territory-mayotte = Mayotte
legal-territory-saint-barthelemy = Saint-Barthélemy
legal-territory-saint-martin = Saint-Martin
legal-traits = What concerns it
legal-temple = Protestant temple or mixed church (Good Friday is a holiday in Alsace and Moselle)
legal-dismiss = Dismiss…
# $line: the deadline.
legal-dismiss-title = Dismiss this deadline? “{ $line }”
legal-dismiss-for-all = It disappears for everybody of the authority who sees it. You can bring it back.
legal-dismiss-reason = Why (done, without object…)
legal-dismiss-button = Dismiss
legal-dismissed = Dismissed deadlines
legal-dismissed-by = by { $name }, { $when }
legal-restore = Bring back
legal-standing = Rules that hold all year
legal-told-facts = The answers are saved.
legal-told-wrong-facts = These answers are not possible: check the population.
legal-told-date = The date is saved.
legal-told-full = There are too many dates: remove old ones, then enter this one again.
legal-told-wrong-date = This date is not possible.
legal-told-removed = The date is removed.
legal-told-gone = This line is no longer there.
# $max: a number of characters.
legal-told-no-reason = Give a reason of { $max } characters at most.
legal-told-dismissed = Deadline dismissed: { $line }
legal-told-restored = The deadline is back.
