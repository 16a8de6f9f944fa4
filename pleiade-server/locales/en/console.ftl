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
