# Ce qui est dit une fois à une personne, jusqu’à ce qu’elle l’ait lu.
notices-title = À savoir
notice-put-away = J’ai compris
notice-told-put-away = C’est noté : cet avis n’est plus montré.
notice-way-added = Un moyen de connexion a été ajouté à votre compte : { $source } ({ $when }). Si ce n’est pas vous, prévenez votre administrateur.
notice-way-removed = Un moyen de connexion ne mène plus à votre compte : { $source } ({ $when }). Si vous ne l’avez pas demandé, prévenez votre administrateur.
notice-connect-again = Le portail a été mis à jour. Les comptes d’applications que vous aviez connectés sont à connecter de nouveau.
notice-delegate-again = Le portail a été mis à jour. Les délégations que vous aviez données ou reçues ont pris fin ; elles sont à refaire.
notice-account-reset = Un administrateur a créé un lien qui permet de choisir un nouveau mot de passe pour votre compte « { $source } » ({ $when }). Si vous ne l’avez pas demandé, prévenez l’exploitant du portail.
notice-factors-cleared = Un administrateur a retiré les seconds facteurs de votre compte : { $source } ({ $when }). Si vous ne l’avez pas demandé, prévenez l’exploitant du portail.
