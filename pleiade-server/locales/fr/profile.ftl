# Mon profil.
profile = Mon profil
profile-section-me = Qui je suis
profile-section-security = Connexion et sécurité
profile-section-accesses = Mes accès
profile-section-delegations = Délégations
profile-section-data = Mes données
