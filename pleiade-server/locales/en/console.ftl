# Administration.
console = Administration
console-section-people = People
console-section-sync = Synchronisation
console-section-audit = Journal
console-person-back = Everybody
console-person-ties = Affiliations
console-person-sessions = Open sessions
console-person-sessions-none = No open session.
console-person-close-sessions = Close all their sessions
console-person-journal = Last operations
console-audit-intro = This log cannot be changed: neither this console nor the portal can erase a line.
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
