# Mots du bureau. Les messages des connecteurs sont dans leur propre dossier.
skip-to-content = Aller au contenu
desk-title = Mon bureau
applications = Applications
applications-none = Aucune application ne vous est encore ouverte. Demandez-les à votre administrateur.
search = Rechercher
search-label = Application, action, tâche, document, message, personne
search-do = Rechercher
search-close = Fermer
# Le nombre est remplacé par un script : « 0 » tient sa place.
search-count = Réponses : { $count }
search-actions = Actions
search-lines = Dans vos cartes
search-pages = Pages
search-waits = Cherche encore :
search-nothing = Rien de ce que vous pouvez voir ne porte ces mots.
elected-next = Prochaine séance
elected-no-sitting = Aucune séance n’est annoncée.
elected-in-days = { $count ->
    [0] aujourd’hui
    [1] demain
   *[other] dans { $count } jours
}
elected-sign = { $count ->
    [0] à signer
    [one] dossier à signer
   *[other] dossiers à signer
}
elected-answer = { $count ->
    [0] réponse attendue
    [one] réponse attendue
   *[other] réponses attendues
}
elected-delegations = { $count ->
    [0] délégation reçue
    [one] délégation reçue
   *[other] délégations reçues
}
applications-other = Autres
launcher-all = Toutes mes applications
launcher-pins = Épinglées
launcher-recent = Ouvertes récemment
launcher-view = Présentation
launcher-tiles = Tuiles
launcher-list = Liste
launcher-pin = Épingler
launcher-unpin = Ne plus épingler
launcher-up = Monter
launcher-down = Descendre
launcher-pinned = « { $application } » est épinglée en haut de vos applications.
launcher-unpinned = « { $application } » n’est plus épinglée.
launcher-moved = « { $application } » a changé de place.
launcher-at-end = « { $application } » est déjà au bout.
launcher-full = Il y a déjà 24 applications épinglées. Retirez-en une d’abord.
launcher-missing = Pourquoi une application n’est-elle pas dans cette liste ?
launcher-missing-who = Cette liste réunit les applications que votre collectivité propose à toutes et à tous et celles que votre bureau interroge pour vous.
launcher-missing-portal = S’y ajoute ce que le portail d’authentification vous ouvre d’après vos groupes. Un droit donné à l’instant y paraît dans les dix minutes.
launcher-missing-rights = Vos groupes et vos fonctions décident du reste.
launcher-missing-why = Voir pourquoi j’ai ces droits
launcher-missing-ask = S’il vous manque une application, demandez-la à votre collectivité.
service-answers = Répond
service-not-linked = Compte à relier
service-refuses = Accès refusé
service-maintenance = En maintenance
service-busy = Trop sollicitée
service-silent = Ne répond pas
service-broken = Répond mal
menu-last-known = Le menu de LemonLDAP::NG ne répond pas. Dernier menu connu : { $when }.
menu-unknown = Le menu de LemonLDAP::NG ne répond pas et n’a encore jamais été lu. Il reviendra de lui-même.
shortcuts = Raccourcis
thumb-desk = Bureau
thumb-me = Moi
new-window = (nouvelle fenêtre)
acting-for = Vous agissez pour
act-for = Agir pour
acting-now = (en ce moment)
my-account = mon compte
theme = Apparence
theme-auto = Automatique
theme-light = Claire
theme-dark = Sombre
language = Langue
sign-out = Se déconnecter
refresh = Actualiser
back-to-desk = Revenir au bureau
board-updated = Votre bureau a été mis à jour.
board-not-live = Le bureau n’est plus tenu à jour en direct. Il réessaie de lui-même.
demonstration = Démonstration
demonstration-notice = Démonstration : personnes, collectivités et applications sont imaginaires.
demonstration-not-kept = Rien n’est conservé.
demonstration-kept = Ce que le bureau retient l’est dans le dossier choisi ; les applications simulées recommencent à chaque démarrage.
demonstration-cut = Couper une application
demonstration-cut-why = Pour voir ce que le bureau montre quand elle ne répond plus. Tout le monde la voit coupée.
demonstration-cut-now = Coupure en cours : { $name }
demonstration-cut-one = Couper { $name }
demonstration-bring-back = Rétablir { $name }
greeting = Bonjour { $name }
waiting-count =
    { $count ->
        [one] Une chose vous attend.
       *[other] { $count } choses vous attendent.
    }
waiting-count-at-least =
    { $count ->
        [one] Au moins une chose vous attend.
       *[other] Au moins { $count } choses vous attendent.
    }
waiting-none = Rien ne vous attend.
waiting-none-known = Rien ne vous attend dans les applications qui ont répondu.
waiting-asked = Vos applications n’ont pas encore toutes répondu.
waiting-late =
    { $count ->
        [one] Une est en retard.
       *[other] { $count } sont en retard.
    }
waiting-late-at-least =
    { $count ->
        [one] Au moins une est en retard.
       *[other] Au moins { $count } sont en retard.
    }
# Ce qui attend quelqu’un que la personne remplace.
delegated-count =
    { $count ->
        [one] Une chose à suivre.
       *[other] { $count } choses à suivre.
    }
delegated-count-at-least =
    { $count ->
        [one] Au moins une chose à suivre.
       *[other] Au moins { $count } choses à suivre.
    }
delegated-note = Pour { $name } : { $counted }
delegated-none = Rien n’attend parmi ce qui vous est délégué.
delegated-none-known = Rien n’attend dans les applications qui ont répondu.
delegated-asked = Ses applications n’ont pas encore toutes répondu.
todo-title = À faire
todo-all =
    { $count ->
        [one] La tâche
       *[other] Les { $count } tâches
    }
todo-all-at-least = Toutes les tâches
todo-none = Rien ne vous attend. Ce que vos applications vous demanderont viendra ici.
todo-none-chosen = Aucune tâche ne répond à ce choix.
todo-none-snoozed = Aucune tâche n’est reportée.
todo-also = { $application } : « { $title } »
todo-portal = Bureau virtuel
todo-waiting = Ce qui attend
todo-snoozed = Reportées
todo-snoozed-until = reportée : revient le { $day }
todo-by-application = Application
todo-every-application = Toutes les applications
todo-by-tenant = Collectivité
todo-every-tenant = Toutes les collectivités
todo-option = { $name } ({ $count })
todo-filter = Filtrer
todo-elsewhere = Ce qui vous attend derrière vos autres moyens de connexion n’est pas dans cette liste. Pour le voir, se connecter avec : { $links }.
todo-elsewhere-link = Mes moyens de connexion
line-more = Autres actions : { $line }
outcome-undo = Annuler
batch-choose = Choisir : { $line }
batch-button = La sélection : { $action } ({ $application })
batch-ask =
    { $count ->
        [one] { $action } : une ligne ?
       *[other] { $action } : { $count } lignes ?
    }
batch-left-out =
    { $count ->
        [one] Une ligne choisie est laissée de côté : elle n’offre pas cette action, ou n’est plus dans la liste.
       *[other] { $count } lignes choisies sont laissées de côté : elles n’offrent pas cette action, ou ne sont plus dans la liste.
    }
batch-none = Rien n’a été envoyé : choisissez des lignes qui offrent cette action.
batch-too-many = Rien n’a été envoyé : choisissez { $max } lignes au plus.
batch-engages = Ces actions sont faites en votre nom, et ne peuvent pas être annulées depuis le bureau.
batch-done = Ce qui a été fait
batch-line-done = Fait
batch-line-failed = Refusé
batch-line-unknown = On ne sait pas
batch-unsent = Pas envoyé
batch-unsent-text = Rien n’a été envoyé pour cette ligne.
batch-back = Revenir à la liste
task-gone = Cette ligne n’est plus dans la liste : elle a été traitée, ou son application ne la donne plus.
snooze-ask = Reporter
snooze-wake = Ne plus reporter
snooze-title = Reporter « { $line } »
snooze-tomorrow = Demain
snooze-monday = Le { $day }
snooze-week = Dans une semaine
snooze-month = Dans un mois
snooze-day = Jusqu’au
snooze-button = Reporter à cette date
snooze-done = « { $line } » revient dans la liste le { $day }.
snooze-woken = La ligne est de nouveau dans la liste.
snooze-due = Rien n’a été reporté : l’échéance est aujourd’hui, passée, ou se lit dans le courrier.
snooze-wrong-day = Rien n’a été reporté : choisissez un jour du { $first } au { $last }.
todo-count =
    { $count ->
        [one] tâche
       *[other] tâches
    }
todo-kinds = Filtrer les tâches
todo-kind-all = Tout
todo-kind-sign = À signer
todo-kind-approve = À valider
todo-kind-correct = À corriger
todo-kind-answer = À répondre
todo-kind-read = À lire
todo-kind-do = À faire
todo-group-first = À voir d’abord
todo-group-late = En retard
todo-group-today = Aujourd’hui
todo-group-this-week = Cette semaine
todo-group-later = Plus tard
todo-group-no-deadline = Sans échéance
todo-since = depuis : { $when }
todo-aged = d’après la dernière réponse, { $time }
todo-scope = Toutes mes applications
todo-incomplete = Sans réponse utilisable : { $applications }. Il manque peut-être des tâches.
card-loading = Chargement
card-updated = Mis à jour : { $time }
card-aged = Donnée ancienne : { $time }
card-age = { $time }
card-see-all =
    { $count ->
        [one] Voir { $count }
       *[other] Voir les { $count }
    }
card-see-rest = Tout voir
figures-title = Les chiffres du jour
figures-unknown = { $application } : chiffre indisponible
family-collaboration = Collaboration
family-administration = Dématérialisation
family-business = Métiers
family-information = Information
card-open = Ouvrir { $application }
card-stale = Dernier état connu : { $time }.
card-stale-retry = Dernier état connu : { $time } ; nouvel essai : { $retry }.
card-relink = { $application } n’accepte plus l’accès que vous avez connecté. Connectez votre compte à nouveau.
card-ticket-visit = { $application } s’ouvre ici par « { $source } », où vous n’avez pas de session. Connectez-vous-y aussi.
card-ticket-visit-link = Se connecter avec { $source }
card-ticket-other = { $application } s’ouvre ici pour qui se connecte avec « { $source } ». Déconnectez-vous du bureau, puis connectez-vous avec « { $source } ».
card-ticket-nowhere = { $application } ne s’ouvre pas avec votre moyen de connexion. Signalez-le à votre service informatique.
tickets-kept = La connexion à « { $source } » est faite : vos applications se remplissent.
tickets-other-host = « { $source } » ne ramène pas à cette adresse : ouvrez le bureau à son adresse habituelle, ou demandez-la à votre administrateur.
tickets-no-answer = « { $source } » n’a pas répondu comme prévu. Réessayez dans quelques minutes.
tickets-none = « { $source } » n’a rien donné pour ouvrir vos applications. Réessayez ; si cela se reproduit, signalez-le à votre service informatique.
tickets-somebody-else = « { $source } » vous connaît sous un autre identifiant que le bureau : rien n’a changé ici. Déconnectez-vous de « { $source } », puis réessayez avec votre identifiant du bureau.
card-retry = Nouvel essai : { $retry }.
card-reference = Référence { $reference }.
count-at-least = { $count }+
percent = { $value } %
severity-warning = à surveiller
severity-alert = à traiter
deadline-may-open = Peut ouvrir un délai, voir le courrier
deadline-late-days =
    { $days ->
        [0] En retard
        [one] En retard d’un jour
       *[other] En retard de { $days } jours
    }
deadline-today = Aujourd’hui
deadline-today-at = Aujourd’hui avant { $time }
deadline-tomorrow = Pour demain
deadline-tomorrow-at = Demain avant { $time }
deadline-day = Pour le { $day }
deadline-day-at = Avant le { $day }, { $time }
when-soon =
    { $minutes ->
        [0] Maintenant
        [one] Dans 1 min
       *[other] Dans { $minutes } min
    }
when-now = En cours
action-told = { $text }
action-failed = Rien n’a été changé. { $why }
action-unknown = On ne sait pas si l’action a été faite : la réponse de l’application n’est pas venue, ou n’a pas été comprise. Regardez ce que la ligne en dit avant de recommencer. { $why }
action-lost = La réponse ne nous est pas parvenue : on ne sait pas si l’action a été faite. Rechargez la page avant de recommencer.
action-ask = { $action } « { $line } » ?
action-ask-engages = Cette action est faite en votre nom, et ne peut pas être annulée depuis le bureau.
action-ask-unknown = Confirmer cette action ?
action-ask-unknown-button = Confirmer
action-ask-elsewhere = Vous agissez pour { $acting } ; cette ligne est de { $tenant }.
action-ask-text = Annotation ou motif, si l’application en demande
action-ask-again = Rien n’a été envoyé : la question avait expiré. Recommencez depuis la ligne.
action-sent-already = Cette action a déjà été envoyée : elle ne l’a pas été deux fois.
page-not-found = Page introuvable
page-not-found-text = Cette adresse ne mène à rien. Elle a peut-être été mal recopiée.
page-forbidden = Accès refusé
page-forbidden-text = Votre compte n’a pas le droit d’ouvrir cette page. Si vous devez y accéder, demandez-le à votre administrateur.
page-unknown-host = Adresse inconnue
page-unknown-host-text = Ce nom ne correspond à aucune collectivité de ce service. Vérifiez l’adresse reçue de votre administrateur.
page-bad-request = Demande refusée
page-bad-request-text = La demande n’est pas complète ou vient d’un autre site. Revenez au bureau et recommencez.
page-moved = Rien n’a été fait
page-moved-acting = Vous agissez maintenant pour { $now }. Cette action visait { $then }.
page-moved-acting-gone = Vous agissez maintenant pour { $now }. Cette action visait une collectivité pour laquelle vous n’agissez plus ici.
page-moved-link = La session ouverte maintenant est celle de { $name }, pour { $now }. La page d’où venait cette action avait été ouverte dans une autre.
page-moved-unmarked = Vous agissez pour { $now }. La page d’où venait cette action était trop ancienne ou incomplète.
page-moved-choose = Choisissez comment continuer. L’action ne sera pas refaite d’elle-même.
page-moved-here = Ouvrir le bureau : { $name }
page-moved-there = Agir pour { $name }
confirm-back = Annuler et revenir
question-close = Renoncer
page-defect = Erreur du bureau
page-defect-text = Le bureau a rencontré une erreur qui n’aurait pas dû se produire. Rien ne dit si ce que vous demandiez est fait : vérifiez avant de recommencer.
page-broken = Service momentanément indisponible
page-broken-text = Le bureau n’a pas pu lire ses données. Vos applications, elles, ne sont pas en cause. Réessayez dans une minute.
page-reference = Référence à communiquer à votre administrateur : { $reference }.
amount-count = { $count }
amount-eur = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) } €
amount-xpf = { NUMBER($value, maximumFractionDigits: 0) } F CFP
amount-days =
    { $value ->
        [one] { $value } jour
       *[other] { $value } jours
    }
amount-hours = { $sign }{ $hours } h { $minutes }
amount-instant = { $when }
today = { $day }.
sign-in-title = Se connecter
sign-in-with = Continuer avec
sign-in-login = Identifiant
sign-in-password = Mot de passe
sign-in-samples = Personnes de la démonstration
sign-in-no-way = Aucun moyen de connexion n’est ouvert à cette adresse. Prévenez votre administrateur.
sign-in-signed-out = Vous êtes déconnecté du bureau.
sign-out-frame = Déconnexion
sign-in-bad-credentials = L’identifiant ou le mot de passe n’est pas le bon. Vérifiez-les et recommencez.
sign-in-must-change = Votre mot de passe est expiré ou doit être changé. Changez-le auprès de votre service informatique, puis revenez.
sign-in-too-many = Trop d’essais. Attendez cinq minutes avant de recommencer.
sign-in-busy = Beaucoup de personnes se connectent en ce moment. Recommencez dans quelques secondes.
sign-in-unreachable = Le service d’identité de votre collectivité ne répond pas. Réessayez dans une minute ; si cela dure, prévenez votre service informatique.
sign-in-refused = La connexion n’a pas abouti. Recommencez ; si cela se répète, prévenez votre service informatique.
sign-in-expired = La connexion a pris trop de temps ou a été ouverte dans un autre navigateur. Recommencez.
sign-in-no-right = Votre compte est reconnu, mais il n’est rattaché à aucune collectivité de ce bureau. Demandez-le à votre administrateur.
sign-in-password-title = Votre mot de passe
sign-in-password-expires =
    { $count ->
        [0] Votre mot de passe expire dans moins d’un jour.
        [one] Votre mot de passe expire dans un jour.
       *[other] Votre mot de passe expire dans { $count } jours.
    }
sign-in-password-grace =
    { $count ->
        [0] Votre mot de passe est expiré, et cette connexion était la dernière qu’il permettait.
        [one] Votre mot de passe est expiré. Il permet encore une connexion.
       *[other] Votre mot de passe est expiré. Il permet encore { $count } connexions.
    }
sign-in-password-change = Changez-le auprès de votre service informatique. Vous êtes connecté.
sign-in-password-go-on = Continuer

# Ma journée
day-title = Ma journée
day-now = Maintenant, { $time }
day-whole = Toute la journée
day-cancelled = Annulé
day-unanswered = Réponse attendue
day-tentative = À confirmer
day-join = Rejoindre
day-nothing = Rien à l’agenda aujourd’hui.
day-nothing-known = Rien de connu à l’agenda aujourd’hui.
day-partial = Une partie des agendas n’a pas pu être lue ou montrée. Des rendez-vous peuvent manquer.
day-incomplete = { $applications } : pas de réponse. Des rendez-vous peuvent manquer ou avoir changé.
