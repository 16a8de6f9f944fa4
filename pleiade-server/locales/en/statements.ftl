# The foot of a page and what it leads to.
statement-foot = About this site
statement-accessibility = Accessibility
statement-legal = Legal notice
statement-protection = Personal data
statement-help = Help
statement-nobody = Your local authority has not said yet whom to write to. Ask at its front desk.
statement-not-entered = Not entered.
accessibility-foot = Accessibility: { $state }
accessibility-state = State of conformity
accessibility-not-audited = not conforming, not audited yet
accessibility-outdated = not conforming, audit older than three years
accessibility-not = not conforming
accessibility-partly = partly conforming
accessibility-fully = fully conforming
# $by: who audited; $day: a day; $met: a number from 0 to 100.
accessibility-audit = According to the audit by { $by }, which ended on { $day }, { $met }% of the criteria of the RGAA 4.1 that apply are met.
accessibility-no-audit = Nobody has audited this desk against the RGAA 4.1 yet: it must therefore be held not to conform.
accessibility-duty = This declaration is required by article 47 of the French law n° 2005-102 of 11 February 2005 and by the decree n° 2019-768 of 24 July 2019.
accessibility-declaration = Read the whole declaration
accessibility-tell = Report a difficulty
accessibility-tell-text = If you cannot read or use a page, say which one: you will be offered another form of it.
accessibility-complain = Complaints
accessibility-complain-text = If you have reported a difficulty and are not satisfied with the answer, you may turn to the French Defender of Rights.
accessibility-complain-form = Write to the Defender of Rights
accessibility-complain-delegate = Find their delegate near you
accessibility-complain-post = By post, free of charge: Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07
legal-notice-editor = Publisher
legal-notice-collectivite = Local authority
legal-notice-publisher = Person responsible for publication
legal-notice-host = Hosting
legal-notice-operator = Desk operated by:
legal-notice-software = Software
protection-who = Who is responsible
protection-controller = Controller:
protection-processor = Operator of the desk, on its behalf:
protection-what = What the desk keeps
protection-identity = Your identity, functions and groups, as your local authority’s directory gives them.
protection-readings = What your applications announce (numbers, titles, deadlines), in memory and for a day at most. No document and no message is copied.
protection-accesses = The accesses that you link, encrypted, until you remove them.
protection-choices = Your choices: applications pinned and last opened, tasks put off, local authority chosen last, language and theme; and the deadlines of the calendar to which you subscribe, without titles, until you close it.
# $count: a number of days.
protection-journal = { $count ->
    [one] The log of what is decided here, for one day.
   *[other] The log of what is decided here, for { $count } days.
}
protection-cookies = The cookies without which the desk does not work. There is no audience measurement, no advertising and no third party.
protection-rights = Your rights
protection-rights-text = You may read, have corrected and take away what concerns you, and ask for its erasure.
protection-complain = If you are not satisfied with the answer:
protection-cnil = lodge a complaint with the CNIL
help-whom = Whom to ask
help-whom-text = Your local authority helps you to sign in, with a missing application or with a right.
help-reference = If a page or a card bears a reference, quote it: it tells what happened.
help-keyboard = With the keyboard
help-key-tab = Moves to the next link or button. The first one leads to the content.
help-key-escape = Closes the menu or the question, and takes you back to where you were.
help-key-search = Opens the search from any page. The arrows go from answer to answer, Enter opens the first.
help-key-slash = Opens the search too, outside a field.
help-slash-off = No longer open the search with the / key
help-slash-on = Open the search with the / key
help-states = What the cards say
help-state-age = The time in the corner of a card: what it shows is of that moment.
help-state-silent = “Does not answer”: the application did not answer. What was known stays, with its time, and the desk asks again by itself.
help-state-link = “Account to be linked”: the application waits for you to link your account, under My access.
