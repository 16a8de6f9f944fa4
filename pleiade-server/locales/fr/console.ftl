# Administration.
console = Administration
console-section-people = Personnes
console-section-sync = Synchronisation
console-section-audit = Journal
console-person-back = Toutes les personnes
console-person-ties = Rattachements
console-person-sessions = Sessions ouvertes
console-person-sessions-none = Aucune session ouverte.
console-person-close-sessions = Fermer toutes ses sessions
console-person-journal = Dernières opérations
console-audit-intro = Ce journal ne se modifie pas : ni cette console ni le portail ne savent effacer une ligne.
console-audit-none = Rien n’est encore écrit.
console-audit-older = Lignes plus anciennes
