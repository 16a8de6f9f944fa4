# L’échéancier légal.
legal-title = Échéancier légal
legal-intro = Ce que la loi demande à votre collectivité et qu’aucune application ne rappelle. Ce n’est pas un conseil juridique : chaque échéance porte son article, à vérifier par vos soins.
legal-others = Vos autres collectivités
legal-to-check = à vérifier par vos soins
# $article : l’article de loi ; $version : un nombre ; $date : un jour.
legal-source = { $article } (texte lu le { $date }, version { $version } de la règle)
legal-contested = règle contestée
# $days : un ou plusieurs jours, chacun avec son article.
legal-opens = au plus tôt le { $days }
legal-or = {" "}ou le{" "}
# $from, $below : nombres d’habitants.
legal-if-from = s’applique à partir de { $from } habitants : entrez la population
legal-if-below = s’applique au-dessous de { $below } habitants : entrez la population
legal-if-between = s’applique de { $from } habitants à moins de { $below } : entrez la population
legal-holiday = c’est un jour férié : { $name }
legal-holiday-unverified = ce serait un jour férié, à confirmer : { $name }
legal-sunday = c’est un dimanche
legal-enter = Entrez les dates de votre collectivité.
legal-enter-detail = Sans elles, seules les échéances à date fixe sont montrées.
legal-see = Voir l’échéancier
legal-enter-dates = Entrer les dates
legal-deadlines = Échéances à venir
legal-deadlines-none = Aucune échéance à venir.
legal-dates = Vos dates
legal-dates-none = Aucune date n’est entrée.
legal-date-kind = De quoi s’agit-il ?
legal-date-kinds-none = Dites d’abord ce qu’est votre collectivité.
legal-date-day = Le jour
legal-date-enter = Entrer cette date
legal-date-remove = Retirer
legal-sittings = Séances à retenir
# $application : l’application qui connaît la séance.
legal-sitting-known = connue par { $application }, pas encore entrée ici
legal-sitting-enter = Retenir cette date
legal-facts = Votre collectivité
legal-facts-save = Enregistrer
legal-kind = Nature
legal-kind-unknown = Non précisée
legal-kind-commune = Commune
legal-kind-epci = EPCI (communauté, syndicat…)
legal-kind-department = Département
legal-kind-region = Région
legal-kind-establishment = Autre établissement (CCAS, caisse des écoles…)
legal-population = Population publiée pour l’année
legal-territory = Territoire
legal-territory-metropole = Métropole, hors Alsace et Moselle
legal-territory-alsace-moselle = Alsace et Moselle
legal-territory-guadeloupe = Guadeloupe
legal-territory-martinique = Martinique
legal-territory-guyane = Guyane
legal-territory-la-reunion = La Réunion
legal-territory-mayotte = Mayotte
legal-territory-saint-barthelemy = Saint-Barthélemy
legal-territory-saint-martin = Saint-Martin
legal-traits = Ce qui la concerne
legal-temple = Temple protestant ou église mixte (vendredi saint férié en Alsace et en Moselle)
legal-dismiss = Écarter…
# $line : l’échéance.
legal-dismiss-title = Écarter cette échéance ? « { $line } »
legal-dismiss-for-all = Elle disparaît pour toutes les personnes de la collectivité qui la voient. Vous pourrez la rétablir.
legal-dismiss-reason = Pourquoi (faite, sans objet…)
legal-dismiss-button = Écarter
legal-dismissed = Échéances écartées
legal-dismissed-by = par { $name }, { $when }
legal-restore = Rétablir
legal-standing = Règles qui valent toute l’année
legal-told-facts = Les réponses sont enregistrées.
legal-told-wrong-facts = Ces réponses ne sont pas possibles : vérifiez la population.
legal-told-date = La date est enregistrée.
legal-told-full = Il y a trop de dates : retirez-en d’anciennes, puis entrez celle-ci de nouveau.
legal-told-wrong-date = Cette date n’est pas possible.
legal-told-removed = La date est retirée.
legal-told-gone = Cette ligne n’y est plus.
# $max : un nombre de caractères.
legal-told-no-reason = Donnez une raison, en { $max } caractères au plus.
legal-told-dismissed = Échéance écartée : { $line }
legal-told-restored = L’échéance est rétablie.
