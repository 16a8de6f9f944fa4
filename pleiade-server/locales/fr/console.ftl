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
