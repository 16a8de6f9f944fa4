gallery-many = Galerie : tout va bien
gallery-empty = Galerie : rien n’attend
gallery-long = Galerie : textes longs ou hostiles
gallery-stale = Galerie : valeur ancienne
gallery-hanging = Galerie : première lecture en cours
gallery-unreachable = Galerie : injoignable
gallery-timeout = Galerie : trop lente
gallery-unauthenticated = Galerie : session refusée
gallery-not-linked = Galerie : compte non relié
gallery-forbidden = Galerie : accès refusé
gallery-not-found = Galerie : introuvable
gallery-rate-limited = Galerie : trop de demandes
gallery-unsupported = Galerie : non prévu
gallery-bad-configuration = Galerie : mal réglée
gallery-bad-answer = Galerie : réponse incomprise
gallery-too-large = Galerie : réponse trop grande
gallery-maintenance = Galerie : en maintenance
gallery-cancelled = Galerie : demande interrompue
gallery-internal = Galerie : erreur du bureau
gallery-nothing = Rien à montrer, et c’est normal.
gallery-things =
    { $count ->
        [one] chose
       *[other] choses
    }
gallery-share = de la place prise
gallery-task = Une chose à faire
