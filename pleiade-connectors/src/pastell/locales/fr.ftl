# Cartes de Pastell. Les espaces devant « : ! ? » sont insécables.

pastell-flows = Flux
pastell-flows-empty = Rien à reprendre dans vos flux
pastell-errors-noun = { $count ->
    [one] dossier en erreur
   *[other] dossiers en erreur
}
pastell-refused-noun = { $count ->
    [one] dossier refusé
   *[other] dossiers refusés
}
pastell-waiting-noun = { $count ->
    [one] dossier en attente de quelqu’un
   *[other] dossiers en attente de quelqu’un
}
pastell-drafts-noun = { $count ->
    [one] dossier en cours de rédaction
   *[other] dossiers en cours de rédaction
}
pastell-family-errors-noun = { $count ->
    [one] en erreur ({ $family })
   *[other] en erreur ({ $family })
}
pastell-family-refused-noun = { $count ->
    [one] refusé ({ $family })
   *[other] refusés ({ $family })
}
pastell-family-waiting-noun = { $count ->
    [one] en attente ({ $family })
   *[other] en attente ({ $family })
}
pastell-family-drafts-noun = { $count ->
    [one] en cours de rédaction ({ $family })
   *[other] en cours de rédaction ({ $family })
}
pastell-document-untitled = Sans titre
pastell-state = { $state }
pastell-edit = Modifier
pastell-delete = Supprimer

pastell-creation = Nouveau dossier
pastell-creation-empty = Aucun dossier en cours de traitement
pastell-in-progress-noun = { $count ->
    [one] dossier en cours de traitement
   *[other] dossiers en cours de traitement
}
pastell-create = Créer : { $flow }
pastell-create-in = Créer : { $flow }, { $entity }
