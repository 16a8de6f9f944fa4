# Administration.
console = Administration
console-section-people = Personnes
console-section-sync = Synchronisation
console-section-audit = Journal
