# Ce que le portail dit quand son propre stockage ne prend plus rien.
unwritten-signed-out = Vous êtes déconnecté de ce navigateur
unwritten-signed-out-text = Ce serveur n’accepte plus votre session. Le portail n’a pas encore pu enregistrer votre déconnexion : il le fera dès que possible. D’ici là, un autre de ses serveurs peut encore accepter cette session, au plus tard jusqu’à ce moment : { $when }.
unwritten-not-signed-out = La déconnexion n’a pas pu être enregistrée
unwritten-not-signed-out-text = Ce navigateur ne garde plus votre session, mais le portail n’a pas pu y mettre fin : elle reste valable au plus tard jusqu’à ce moment : { $when }. Prévenez votre service informatique si cet appareil n’est pas le vôtre.
unwritten-closed = Sessions refusées, fin pas encore enregistrée
unwritten-closed-text = Ce serveur n’accepte plus ces sessions. Le portail n’a pas encore pu enregistrer leur fin : il le fera dès que possible. D’ici là, un autre de ses serveurs peut encore les accepter, au plus tard jusqu’à ce moment : { $when }.
unwritten-provider = Se déconnecter aussi du service d’identité
unwritten-sign-in = Revenir à la connexion
unwritten-back = Revenir aux sessions
sign-in-storage = Le portail ne peut rien enregistrer en ce moment, et ne peut donc ouvrir aucune session. Réessayez dans quelques instants ; si cela dure, prévenez votre service informatique.
