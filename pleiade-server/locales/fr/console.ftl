# Administration.
console = Administration
console-section-people = Personnes
console-section-sync = Synchronisation
console-section-applications = Applications
console-section-audit = Journal
console-person-back = Toutes les personnes
console-person-ties = Rattachements
console-person-sessions = Sessions ouvertes
console-person-sessions-none = Aucune session ouverte.
console-person-close-sessions = Fermer toutes ses sessions
console-person-journal = Dernières opérations
console-audit-intro = Personne ne peut modifier ce journal. Ses lignes sont gardées aussi longtemps que l’exploitant du portail l’a décidé, puis retirées.
console-audit-none = Rien n’est encore écrit.
console-audit-older = Lignes plus anciennes
console-person-why = Pourquoi ces droits ?
console-person-ways = Moyens de connexion
console-person-ways-none = Aucun moyen de connexion qui dépende de cette collectivité.
console-person-way-close = Fermer ce moyen
console-person-way-open = Rouvrir ce moyen
console-person-accesses = Applications connectées
console-person-accesses-none = Aucune application connectée.
console-person-access-revoke = Retirer cet accès
console-rule-first = Premier moyen de ce compte.
console-rule-directory = Reconnu par l’annuaire de la collectivité.
console-rule-mail = Repris de l’ancien service d’identité, par une adresse vérifiée.
console-rule-proof = Ajouté par la personne.
console-rule-administrator = Ajouté par un administrateur.
console-way-taken = Cette personne a déjà un autre moyen de connexion ouvert auprès de ce service.
console-oneself = C’est vous : dans l’administration, on ne décide pas de son propre compte. Ce que vous pouvez changer est dans votre profil ; pour le reste, demandez à un autre administrateur.
console-last-administrator = Cette personne est la dernière à administrer une de ses collectivités. Donnez d’abord ce droit à quelqu’un d’autre.
console-told-sessions = Ses sessions sont fermées.
console-told-access = Cet accès est retiré.
confirm-disable = Désactiver le compte de { $name } ?
confirm-way = Fermer un moyen de connexion de { $name } ?
confirm-way-ends = { $name } n’entrera plus par « { $source } ». Les sessions ouvertes par là se ferment, et ce que ce moyen est seul à donner prend fin : applications connectées, délégations données et reçues.
confirm-way-again = Le rouvrir plus tard ne rendra rien de cela.
confirm-clear = Retirer les seconds facteurs de { $name } ?
confirm-clear-ends = Ses applications de codes, ses clés d’accès et ses codes de secours sont effacés, et ses sessions se ferment.
confirm-clear-then = Son mot de passe suffira ensuite pour entrer, ou pour ajouter un nouveau second facteur. Assurez-vous que la demande vient bien de { $name }.
confirm-sessions = Fermer toutes les sessions de { $name } ?
confirm-sessions-ends =
    { $count ->
        [one] Une session pour { $tenant } se ferme, avec ce qui n’y est pas enregistré.
       *[other] { $count } sessions pour { $tenant } se ferment, avec ce qui n’y est pas enregistré.
    }
confirm-access = Retirer l’accès de { $name } à { $application } ?
confirm-access-ends = Le portail oublie cet accès et le révoque dans l’application si elle le permet. Les cartes de { $application } restent vides jusqu’à ce que { $name } relie son compte de nouveau.
confirm-own-access = Révoquer votre accès à { $application } ?
confirm-own-access-ends = Le portail oublie cet accès et le révoque dans { $application } si elle le permet. Vos cartes restent vides jusqu’à ce que vous reliiez votre compte de nouveau.
confirm-delegation = Mettre fin à la délégation de { $giver } à { $receiver } ?
confirm-delegation-ends = Elle ne pourra pas être reprise : il faudra en donner une autre.
console-person-way-give = Donner à une autre personne
give-title = Donner un moyen de connexion de { $name }
give-text = Moyen de connexion : « { $source } ». Il ouvrira désormais le compte de l’autre personne. À faire seulement si ces deux comptes sont ceux d’une même personne, qui ne peut pas les réunir elle-même.
give-search = Nom, identifiant ou adresse de l’autre personne
give-choose = Donner à cette personne
give-taken = L’autre personne a déjà un moyen de connexion ouvert auprès de ce service : fermez-le d’abord.
confirm-give = Donner à { $to } un moyen de connexion de { $name } ?
confirm-give-ends = { $name } n’entrera plus par « { $source } ». Les sessions ouvertes par là se ferment, et ce qui y était connecté ou délégué prend fin.
confirm-give-button = Donner à { $name }
confirm-give-then = { $name } entrera par « { $source } » et verra ce que ce service indique. Les deux personnes en sont averties.
console-person-number = Numéro dans le journal
console-applications-intro = Comment vont les applications de la collectivité, d’après les dernières lectures de ce serveur. Afficher cette page n’en appelle aucune.
console-applications-none = Aucune application n’est raccordée à cette collectivité.
console-application-answers = Répond. Dernière réponse : { $when }.
console-application-answered = Dernière réponse : { $when }.
console-application-fails = N’a pas pu être lue. Dernier échec : { $when }.
console-application-not-asked = Pas encore lue depuis le démarrage du serveur.
console-application-left-alone = Nouvel essai : { $when }.
console-application-waiting =
    { $count ->
        [one] { $count } lecture attend son tour.
       *[other] { $count } lectures attendent leur tour.
    }
console-application-certificate = Certificat du portail valable jusqu’à : { $when }.
console-application-certificate-soon = Le certificat du portail prend bientôt fin : { $when }. Faites émettre son successeur et remplacez ses fichiers ; le serveur les prend sans redémarrer.
console-application-certificate-ended = Le certificat du portail a pris fin : { $when }. L’application refuse le portail jusqu’à ce que ses fichiers soient remplacés.
console-application-reference = Référence dans le journal du serveur : { $reference }
console-application-shared = Cette application sert plusieurs collectivités : l’opérateur en a la charge.
console-application-retry = Réessayer maintenant
console-application-retried = C’est noté : l’application est interrogée de nouveau dès qu’une personne ouvre son bureau, et les mots de passe ou clés qu’elle avait refusés lui sont présentés de nouveau.
console-application-retried-lately = Un essai a été demandé il y a moins d’une minute. Attendez un peu avant d’en demander un autre.
