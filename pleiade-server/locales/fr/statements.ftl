# Le pied de page et ce à quoi il mène.
statement-foot = Informations sur ce site
statement-accessibility = Accessibilité
statement-legal = Mentions légales
statement-protection = Données personnelles
statement-help = Aide
statement-nobody = Votre collectivité n’a pas encore indiqué à qui écrire. Adressez-vous à son accueil.
statement-not-entered = Non renseigné.
accessibility-foot = Accessibilité : { $state }
accessibility-state = État de conformité
accessibility-not-audited = non conforme, pas encore audité
accessibility-outdated = non conforme, audit de plus de trois ans
accessibility-not = non conforme
accessibility-partly = partiellement conforme
accessibility-fully = totalement conforme
# $by : qui a audité ; $day : un jour ; $met : un nombre de 0 à 100.
accessibility-audit = D’après l’audit fait par { $by }, terminé le { $day } : { $met } % des critères applicables du RGAA 4.1 sont respectés.
accessibility-no-audit = Personne n’a encore audité ce bureau d’après le RGAA 4.1 : il doit donc être tenu pour non conforme.
accessibility-duty = Cette déclaration est due par l’article 47 de la loi n° 2005-102 du 11 février 2005 et par le décret n° 2019-768 du 24 juillet 2019.
accessibility-declaration = Lire la déclaration complète
accessibility-tell = Signaler une difficulté
accessibility-tell-text = Si vous ne pouvez pas lire une page ou vous en servir, dites laquelle : une autre forme vous sera proposée.
accessibility-complain = Voie de recours
accessibility-complain-text = Si vous avez signalé une difficulté et que la réponse ne vous satisfait pas, vous pouvez saisir le Défenseur des droits.
accessibility-complain-form = Écrire au Défenseur des droits
accessibility-complain-delegate = Trouver son délégué dans votre département
accessibility-complain-post = Par courrier gratuit, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07
legal-notice-editor = Éditeur
legal-notice-collectivite = Collectivité
legal-notice-publisher = Responsable de la publication
legal-notice-host = Hébergement
legal-notice-operator = Bureau exploité par :
legal-notice-software = Logiciel
protection-who = Qui est responsable
protection-controller = Responsable du traitement :
protection-processor = Exploitant du bureau, pour son compte :
protection-what = Ce que le bureau garde
protection-identity = Votre identité, vos fonctions et vos groupes, tels que l’annuaire de votre collectivité les donne.
protection-readings = Ce que vos applications annoncent (nombres, titres, échéances), en mémoire et pour un jour au plus. Aucun document ni aucun message n’est recopié.
protection-accesses = Les accès que vous reliez, chiffrés, jusqu’à ce que vous les retiriez.
protection-choices = Vos choix : applications épinglées et ouvertes en dernier, tâches reportées, collectivité choisie en dernier, langue et thème ; et les échéances du calendrier auquel vous vous abonnez, sans titre, jusqu’à ce que vous le fermiez.
# $count : un nombre de jours.
protection-journal = { $count ->
    [one] Le journal de ce qui est décidé ici, pendant un jour.
   *[other] Le journal de ce qui est décidé ici, pendant { $count } jours.
}
protection-cookies = Les témoins de connexion sans lesquels le bureau ne marche pas. Il n’y a ni mesure d’audience, ni publicité, ni tiers.
protection-rights = Vos droits
protection-rights-text = Vous pouvez lire, faire corriger et emporter ce qui vous concerne, et en demander l’effacement.
protection-complain = Si la réponse ne vous satisfait pas :
protection-cnil = adresser une plainte à la CNIL
help-whom = À qui demander
help-whom-text = Votre collectivité vous aide pour vous connecter, pour une application qui manque ou pour un droit.
help-reference = Si une page ou une carte porte une référence, citez-la : elle permet de retrouver ce qui s’est passé.
help-keyboard = Au clavier
help-key-tab = Passe d’un lien ou d’un bouton au suivant. Le premier mène au contenu.
help-key-escape = Ferme le menu ou la question, et rend la main là où vous étiez.
help-key-search = Ouvre la recherche, de n’importe quelle page. Les flèches vont d’une réponse à l’autre, Entrée ouvre la première.
help-key-slash = Ouvre aussi la recherche, hors d’un champ.
help-slash-off = Ne plus ouvrir la recherche par la touche /
help-slash-on = Ouvrir la recherche par la touche /
help-states = Ce que disent les cartes
help-state-age = L’heure au coin d’une carte : ce qu’elle montre date de ce moment.
help-state-silent = « Ne répond pas » : l’application n’a pas répondu. Ce qui était connu reste affiché, avec son heure, et le bureau redemande de lui-même.
help-state-link = « Compte à relier » : l’application attend que vous y reliiez votre compte, dans Mes accès.
