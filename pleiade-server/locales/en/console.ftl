# Administration.
console = Administration
console-section-people = People
console-section-sync = Synchronisation
console-section-audit = Journal
