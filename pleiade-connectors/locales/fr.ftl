### Messages communs à tous les connecteurs.
### Espaces insécables (U+00A0) devant : ; ! ? » et après « : un test les vérifie.

## Dates, en minuscules : elles se lisent aussi au milieu d’une phrase.

date-month-1 = janvier
date-month-2 = février
date-month-3 = mars
date-month-4 = avril
date-month-5 = mai
date-month-6 = juin
date-month-7 = juillet
date-month-8 = août
date-month-9 = septembre
date-month-10 = octobre
date-month-11 = novembre
date-month-12 = décembre
date-weekday-1 = lundi
date-weekday-2 = mardi
date-weekday-3 = mercredi
date-weekday-4 = jeudi
date-weekday-5 = vendredi
date-weekday-6 = samedi
date-weekday-7 = dimanche
date-today = aujourd’hui
date-tomorrow = demain
date-yesterday = hier
# $hour et $hour12 : 9 ; $minute : 05 ; $half : am ou pm.
date-time = { $hour } h { $minute }
date-time-on-the-hour = { $hour } h
# $ordinal : le jour du mois, nombre ; $weekday, $month : noms ci-dessus.
date-day = { $weekday } { $ordinal ->
    [1] 1er
   *[other] { $ordinal }
} { $month }
date-day-and-year = { $weekday } { $ordinal ->
    [1] 1er
   *[other] { $ordinal }
} { $month } { $year }
date-day-and-time = { $day }, { $time }
date-times = { $start } – { $end }
date-span = { $start } – { $end }

## Ce qui empêche de lire une application : la cause, puis ce que la personne peut faire.

error-person-unreachable = { $application } ne répond pas en ce moment. Réessayez dans quelques minutes ; si cela dure, prévenez votre service informatique.
error-person-timeout = { $application } met trop de temps à répondre. Réessayez dans quelques minutes.
error-person-unauthenticated = { $application } ne vous reconnaît plus. Déconnectez-vous du bureau, puis reconnectez-vous.
error-person-not-linked = Votre compte { $application } n’est pas encore relié au bureau. Reliez-le depuis votre profil, page « Mes accès ».
error-person-forbidden = { $application } ne vous donne pas accès à ces informations. Demandez l’accès à la personne qui gère cette application.
error-person-not-found = { $application } ne trouve plus ce qui était demandé. Ouvrez l’application pour vérifier qu’il existe encore.
error-person-maintenance = { $application } est en maintenance. Réessayez plus tard.
error-person-rate-limited = { $application } reçoit trop de demandes. Réessayez dans quelques minutes.
error-person-unsupported = Cette version de { $application } ne sait pas faire cela. Ouvrez l’application pour continuer.
error-person-bad-configuration = Le lien entre le bureau et { $application } est mal réglé. Signalez-le à votre service informatique.
error-person-bad-answer = { $application } a donné une réponse que le bureau ne comprend pas. Ouvrez l’application ; si cela dure, prévenez votre service informatique.
error-person-too-large = { $application } a donné une réponse trop volumineuse pour le bureau. Ouvrez l’application pour tout voir.
error-person-not-handed-over = { $application } n’a rien transmis au bureau qui puisse être affiché. Réessayez plus tard ; si cela dure, prévenez votre service informatique.
error-person-cancelled = La demande à { $application } a été interrompue. Actualisez la page.
error-person-internal = Une erreur du bureau empêche de lire { $application }. Signalez-la à votre service informatique, avec sa référence.

## Les mêmes causes pour l’administrateur. $operation : ce que le connecteur faisait, en anglais comme dans le journal.

error-admin-unreachable = { $application }, opération « { $operation } » : l’application n’est pas joignable. Vérifiez qu’elle est en service et qu’elle n’est pas en maintenance, puis le nom d’hôte, le réseau, le mandataire et le certificat (autorité privée à déclarer).
error-admin-timeout = { $application }, opération « { $operation } » : pas de réponse complète dans le délai. Vérifiez la charge de l’application et le réseau.
error-admin-unauthenticated = { $application }, opération « { $operation } » : accès refusé ou page de connexion à la place de la réponse. Vérifiez la clé, le compte technique ou l’échange de jetons, et qu’aucun portail d’authentification ne se place devant l’interface.
error-admin-not-linked = { $application }, opération « { $operation } » : la personne n’a pas relié son compte. Rien à régler ; elle peut le relier depuis son bureau.
error-admin-forbidden = { $application }, opération « { $operation } » : l’application refuse. Vérifiez les droits de la personne ou du compte technique dans l’application.
error-admin-not-found = { $application }, opération « { $operation } » : l’adresse ou l’objet n’existe pas. Vérifiez l’adresse de base et que le module nécessaire est activé.
error-admin-maintenance = { $application }, opération « { $operation } » : application en maintenance ou en attente de mise à niveau. Rien à régler si l’interruption est prévue.
error-admin-rate-limited = { $application }, opération « { $operation } » : trop de demandes. Le bureau attend le délai demandé ; relevez la limite pour l’adresse du bureau si cela revient.
error-admin-unsupported = { $application }, opération « { $operation } » : cette version ne le permet pas. Comparez-la aux versions prises en charge par le connecteur.
error-admin-bad-configuration = { $application }, opération « { $operation } » : réglage incorrect. Vérifiez l’adresse et ce que nomme l’indication ; un hôte à l’adresse privée se déclare dans `outgoing.internal_hosts`.
error-admin-bad-answer = { $application }, opération « { $operation } » : réponse contraire à l’interface documentée. Vérifiez la version de l’application et ce qui se trouve devant elle (mandataire, page de maintenance).
error-admin-too-large = { $application }, opération « { $operation } » : réponse au-delà de la taille permise. Vérifiez que l’adresse est celle de l’application.
error-admin-not-handed-over = { $application }, opération « { $operation } » : ce que l’application transmet n’est pas là, ne peut pas être lu ou n’est pas conforme. Vérifiez l’export, son dossier, son fichier ou ses vues, et que le compte du bureau peut les lire ; l’indication dit ce qui ne va pas.
error-admin-cancelled = { $application }, opération « { $operation } » : demande abandonnée par le bureau. Rien à faire si le bureau était en cours d’arrêt.
error-admin-internal = { $application }, opération « { $operation } » : défaut du bureau. Cherchez la référence dans le journal et signalez-la au projet.

## Ce qu’une carte dit de ce qu’elle n’a pas pu lire.

kit-unreadable = { $count ->
    [one] { $count } élément illisible n’est pas affiché.
   *[other] { $count } éléments illisibles ne sont pas affichés.
}
kit-missing = Une partie n’a pas pu être lue : ce qui s’affiche n’est pas complet.

## Ce que transmettent les applications métier (contrat d’échange).

# $label : un libellé ou un état, dans les mots de l’application.
kit-exchange-label = { $label }
# $label : le nom d’un solde, après sa valeur.
kit-exchange-figure = { $label }
kit-exchange-untitled = Sans libellé
kit-exchange-not-there = Le dernier export n’est pas arrivé : ce qui s’affiche est celui d’avant.
kit-exchange-unreadable = L’export ne peut pas être lu : ce qui s’affiche est le dernier qui l’a été.
kit-exchange-half-written = Le dernier export est incomplet ou en cours d’écriture : ce qui s’affiche est celui d’avant.
kit-exchange-short = Le dernier export est anormalement court : ce qui s’affiche est celui d’avant.
kit-exchange-refused = Le dernier export n’est pas conforme : ce qui s’affiche est celui d’avant.
kit-exchange-late = L’application n’a rien transmis de plus récent, alors qu’elle aurait dû.
kit-exchange-waiting = En attente
kit-exchange-in-progress = En cours
kit-exchange-late-row = En retard
kit-exchange-approved = Validé
kit-exchange-declined = Refusé
kit-exchange-cancelled = Annulé
# $half : demi-journées d’une absence ; $sign, $value, $rest et $unit : sa durée, ou un montant.
kit-exchange-detail =
    { $words }{ $joined ->
        [yes] { " · " }
       *[no] { "" }
    }{ $unit ->
        [eur] { $sign }{ $value },{ $rest } €
        [xpf] { $sign }{ $value } F CFP
        [days] { $value ->
            [one] { $value } jour
           *[other] { $value } jours
        }
        [hours] { $sign }{ $value } h { $rest }
       *[none] { "" }
    }{ $half ->
        [start] { " " }(à partir de midi)
        [end] { " " }(jusqu’à midi)
        [both] { " " }(de midi à midi)
       *[none] { "" }
    }
