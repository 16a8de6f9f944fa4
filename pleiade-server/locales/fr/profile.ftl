# Mon profil.
profile = Mon profil
profile-section-me = Qui je suis
profile-section-security = Connexion et sécurité
profile-section-accesses = Mes accès
profile-section-delegations = Délégations
profile-section-data = Mes données
person-kind-agent = Agent
person-kind-elu = Élu
person-kind-partner = Partenaire
role-tenant-administrator = Administrateur de la collectivité
role-operator = Opérateur
profile-name = Nom
profile-login = Identifiant
profile-mail = Adresse électronique
profile-signed-in-by = Connecté par
profile-ties = Mes collectivités
profile-tie-acting = Vous agissez pour elle en ce moment.
profile-tie-act = Agir pour { $name }
profile-function = Fonction
profile-groups = Groupes
profile-rights = Droits dans le portail
profile-rights-none = Aucun droit particulier
profile-why = Pourquoi ai-je ces droits ?
profile-sessions = Mes sessions
profile-session-this = Cette session
profile-session-close = Fermer cette session
profile-session-since = Ouverte : { $when }.
profile-session-used = Dernière utilisation : { $when }.
profile-sessions-close-others = Fermer toutes les autres
profile-sessions-only-this = Vous n’avez pas d’autre session ouverte.
profile-data-intro = Le portail garde votre nom, votre adresse et vos rattachements tels que votre collectivité les donne, vos sessions, votre dernier menu, et un journal de vos connexions et des changements de vos droits. Les jetons et les accès sont scellés, les mots de passe ne sont gardés que sous une forme qui ne permet pas de les relire.
profile-data-file = Télécharger mes données (JSON)
profile-data-journal = Mes dernières opérations
profile-data-correct = Une erreur ? Le nom, la fonction et les groupes viennent de l’annuaire de votre collectivité : demandez-lui de les corriger, le portail suivra.
people = Annuaire
people-search = Rechercher une personne
people-search-field = Nom, identifiant ou adresse
people-search-button = Rechercher
people-hint = Deux lettres au moins.
people-none = Personne ne correspond dans cette collectivité.
people-count =
    { $count ->
        [one] Une personne
       *[other] { $count } personnes
    }
people-more = Seules les { $count } premières sont montrées : précisez la recherche.
people-telephone = Téléphone
people-service = Service
profile-data-directory = Ce que disent les annuaires
profile-data-accesses = Applications connectées
profile-data-factors = Seconds facteurs
profile-data-none = Rien.
profile-data-changed = Modifié : { $when }.
profile-data-left = Désactivé : { $when }.
