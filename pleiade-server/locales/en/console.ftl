# Administration.
console = Administration
console-section-people = People
console-section-sync = Synchronisation
console-section-applications = Applications
console-section-audit = Journal
console-person-back = Everybody
console-person-ties = Affiliations
console-person-sessions = Open sessions
console-person-sessions-none = No open session.
console-person-close-sessions = Close all their sessions
console-person-journal = Last operations
console-audit-intro = Nobody can change this log. Its lines are kept for as long as the operator of the portal decided, then dropped.
console-audit-none = Nothing is written yet.
console-audit-older = Older lines
console-person-why = Why these rights?
console-person-ways = Ways of signing in
console-person-ways-none = No way of signing in that belongs to this organisation.
console-person-way-close = Close this way
console-person-way-open = Open this way again
console-person-accesses = Connected applications
console-person-accesses-none = No connected application.
console-person-access-revoke = Withdraw this access
console-rule-first = First way into this account.
console-rule-directory = Recognised by the organisation’s directory.
console-rule-mail = Taken over from the former identity service, by a verified address.
console-rule-proof = Added by the person.
console-rule-administrator = Added by an administrator.
console-way-taken = This person already has another open way of signing in with this service.
console-oneself = This is you: in the console nobody decides about their own account. What you may change is in your profile; for the rest, ask another administrator.
console-last-administrator = This person is the last who administers one of their local authorities. Give this right to somebody else first.
console-told-sessions = Their sessions are closed.
console-told-access = This access is taken away.
confirm-disable = Disable the account of { $name }?
confirm-way = Close a way in of { $name }?
confirm-way-ends = { $name } will not come in by “{ $source }” any more. The sessions that it opened are closed, and what this way alone gives ends: connected applications, delegations given and received.
confirm-way-again = Opening it again later will bring none of this back.
confirm-clear = Take away the second factors of { $name }?
confirm-clear-ends = Their authenticator applications, passkeys and recovery codes are erased, and their sessions are closed.
confirm-clear-then = Their password will then be enough to come in, or to add a new second factor. Make sure that it is { $name } who asks.
confirm-sessions = Close all sessions of { $name }?
confirm-sessions-ends =
    { $count ->
        [one] One session for { $tenant } is closed, with what is not saved in it.
       *[other] { $count } sessions for { $tenant } are closed, with what is not saved in them.
    }
confirm-access = Take away the access of { $name } to { $application }?
confirm-access-ends = The portal forgets this access and revokes it in the application where that is possible. The cards of { $application } stay empty until { $name } connects their account again.
confirm-own-access = Revoke your access to { $application }?
confirm-own-access-ends = The portal forgets this access and revokes it in { $application } where that is possible. Your cards stay empty until you connect your account again.
confirm-delegation = End the delegation from { $giver } to { $receiver }?
confirm-delegation-ends = It cannot be taken up again: another one will have to be given.
console-person-way-give = Give to another person
give-title = Give away a way in of { $name }
give-text = Way in: “{ $source }”. It will open the account of the other person from now on. To be done only if both accounts are of one and the same person, who cannot bring them together.
give-search = Name, login or address of the other person
give-choose = Give to this person
give-taken = The other person already has an open way in with this service: close it first.
confirm-give = Give a way in of { $name } to { $to }?
confirm-give-ends = { $name } will not come in by “{ $source }” any more. The sessions that it opened are closed, and what was connected or delegated by it ends.
confirm-give-button = Give to { $name }
confirm-give-then = { $name } will come in by “{ $source }” and see what this service tells. Both people are told.
console-person-number = Number in the log
console-applications-intro = How the applications of the local authority are doing, after the last readings of this server. Showing this page calls none of them.
console-applications-none = No application is connected to this local authority.
console-application-answers = Answers. Last answer: { $when }.
console-application-answered = Last answer: { $when }.
console-application-fails = Could not be read. Last failure: { $when }.
console-application-not-asked = Not read yet since the server started.
console-application-left-alone = Next try: { $when }.
console-application-waiting =
    { $count ->
        [one] { $count } reading waits for its turn.
       *[other] { $count } readings wait for their turn.
    }
console-application-certificate = The certificate of the portal is valid until: { $when }.
console-application-certificate-soon = The certificate of the portal ends soon: { $when }. Have its successor issued and replace its files; the server takes them without a restart.
console-application-certificate-ended = The certificate of the portal has ended: { $when }. The application refuses the portal until its files are replaced.
console-application-reference = Reference in the server’s log: { $reference }
console-application-shared = This application serves several local authorities: the operator looks after it.
console-application-retry = Try again now
console-application-retried = Noted: the application is asked again as soon as somebody opens their desk, and passwords or keys that it had refused are sent to it again.
console-application-retried-lately = Another try was asked for less than a minute ago. Wait a little before you ask for one more.
