# Synchronisation des annuaires.
sync-intro = Les annuaires disent qui travaille ici. Le portail les lit et n’y écrit jamais.
sync-none = Aucun annuaire n’est suivi.
sync-shared = Cet annuaire sert plusieurs collectivités : l’opérateur en décide, vous voyez ce qui concerne la vôtre.
sync-never-read = Jamais lu.
sync-room =
    { $resources ->
        [one] { $resources } personne ou groupe reçu, { $percent } % de la place de cette source.
       *[other] { $resources } personnes et groupes reçus, { $percent } % de la place de cette source.
    }
sync-room-nearly-full =
    { $resources } personnes et groupes reçus, { $percent } % de la place de cette source. Au-delà, votre gestionnaire d’identités ne pourra plus rien ajouter : faites-lui supprimer ce qui ne sert plus.
sync-read-at = Lu { $when }.
sync-full-at = Lu en entier { $when }.
sync-simulate = Simuler une lecture complète
sync-no-run = Aucune lecture n’a encore rien changé.
sync-run-at = Lecture, { $when }
sync-outcome-applied = appliquée
sync-outcome-unchanged = rien n’a changé
sync-outcome-simulated = simulée, rien n’est écrit
sync-outcome-first = première lecture, en attente de décision
sync-outcome-held = retenue, en attente de décision
sync-outcome-refused = refusée, rien n’est écrit
sync-outcome-failed = l’annuaire n’a pas répondu comme il faut
sync-count-new = { $count ->
    [one] { $count } nouvelle personne
   *[other] { $count } nouvelles personnes
}
sync-count-changed = { $count ->
    [one] { $count } personne modifiée
   *[other] { $count } personnes modifiées
}
sync-count-departed = { $count ->
    [one] { $count } départ
   *[other] { $count } départs
}
sync-count-returned = { $count ->
    [one] { $count } retour
   *[other] { $count } retours
}
sync-count-cut = { $count ->
    [one] { $count } personne sans tous ses groupes
   *[other] { $count } personnes sans tous leurs groupes
}
sync-held = { $tenant } : { $ending } départs sur { $of } personnes, plus que d’ordinaire.
sync-decide-intro = Rien n’est encore écrit. L’annuaire sera relu : s’il annonce davantage de départs, la lecture attendra de nouveau.
sync-decide = Appliquer ce qui est annoncé
sync-who = Qui est concerné
sync-more = { $count ->
    [one] Et { $count } autre personne.
   *[other] Et { $count } autres personnes.
}
sync-aside = { $count ->
    [one] { $count } personne inconnue du portail, laissée de côté
   *[other] { $count } personnes inconnues du portail, laissées de côté
}
sync-person-aside-disabled = { $name } : compte désactivé dans l’annuaire
sync-person-aside-outside = { $name } : rattaché à aucune collectivité
sync-person-new = { $name } : nouvelle personne
sync-person-returned = { $name } : de retour
sync-person-absent = { $name } : absente de l’annuaire
sync-person-disabled = { $name } : compte désactivé dans l’annuaire
sync-person-outside = { $name } : plus rattachée à une collectivité
sync-person-cut = { $name } : groupes trop nombreux ou imbriqués sur plus de dix niveaux, les autres ne comptent pas
sync-person-changed = { $name } : { $what }
sync-person-forgotten = Personne effacée
sync-aspect-names = nom
sync-aspect-login = identifiant
sync-aspect-mail = adresse de messagerie
sync-aspect-function = fonction, service, téléphone ou matricule
sync-aspect-groups = groupes
sync-aspect-tenants = collectivités
sync-said-asked = La lecture est lancée. Rechargez cette page dans un instant pour en voir le compte rendu.
sync-said-busy = Une lecture de cet annuaire est en cours.
sync-said-old = Cette lecture n’est plus la dernière : regardez celle qui la remplace.
