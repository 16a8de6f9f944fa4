# My profile.
profile = My profile
profile-section-me = Who I am
profile-section-security = Sign-in and security
profile-section-accesses = My accesses
profile-section-delegations = Delegations
profile-section-data = My data
person-kind-agent = Agent
person-kind-elu = Elected official
person-kind-partner = Partner
role-tenant-administrator = Administrator of the collectivité
role-operator = Operator
profile-name = Name
profile-login = Login
profile-mail = Mail address
profile-signed-in-by = Signed in by
profile-ties = My collectivités
profile-tie-acting = You act for it now.
profile-tie-act = Act for { $name }
profile-function = Function
profile-groups = Groups
profile-rights = Rights in the portal
profile-rights-none = No particular right
profile-why = Why do I have these rights?
profile-sessions = My sessions
profile-session-this = This session
profile-session-close = Close this session
profile-session-since = Opened: { $when }.
profile-session-used = Last used: { $when }.
profile-sessions-close-others = Close all the others
profile-sessions-only-this = You have no other session open.
profile-data-intro = The portal keeps your name, your address and your ties as your collectivité gives them, your sessions, your last menu, and a log of your sign-ins and of the changes of your rights. Tokens and accesses are sealed; passwords are kept only in a form from which they cannot be read.
profile-data-file = Download my data (JSON)
profile-data-journal = My last operations
profile-data-correct = A mistake? Name, function and groups come from the directory of your collectivité: ask them to correct it, the portal will follow.
people = Directory
people-search = Search for somebody
people-search-field = Name, login or address
people-search-button = Search
people-hint = At least two letters.
people-none = Nobody matches in this collectivité.
people-count =
    { $count ->
        [one] One person
       *[other] { $count } people
    }
people-more = Only the first { $count } are shown: narrow the search.
people-telephone = Telephone
people-service = Department
profile-data-directory = What directories say
profile-data-accesses = Connected applications
profile-data-factors = Second factors
profile-data-none = Nothing.
profile-data-changed = Changed: { $when }.
profile-data-left = Disabled: { $when }.
