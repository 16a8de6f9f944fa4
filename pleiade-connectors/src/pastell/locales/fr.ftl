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

pastell-deposit = Envoyer des PDF à la signature
pastell-deposit-subtype-unsaid = Rien n’a été envoyé : ce circuit demande un sous-type, qui n’a pas été écrit.
pastell-deposit-subtype = Sous-type du parapheur, écrit comme dans Pastell
pastell-deposit-sent = Transmis au circuit de signature.
pastell-deposit-unknown = Pastell n’a pas répondu à l’envoi : le document n’a pas été renvoyé, vérifiez dans Pastell s’il est parti
pastell-deposit-draft-found = Pastell n’a pas répondu à la création : rien n’a été envoyé à la signature. Un brouillon sans titre est apparu depuis ; s’il est de vous, supprimez-le dans Pastell
pastell-deposit-draft-unknown = Pastell n’a pas répondu à la création : rien n’a été envoyé à la signature. Vérifiez dans Pastell qu’il n’y reste pas de brouillon sans titre
pastell-deposit-refused = Pastell a refusé une étape : rien n’a été envoyé à la signature, un brouillon est resté dans Pastell
pastell-deposit-lost = Pastell n’a pas répondu pendant la préparation : rien n’a été envoyé à la signature{ $draft ->
    [gone] { "" }
   *[left] , un brouillon est resté dans Pastell
}.
pastell-deposit-incomplete = Pastell ne permet pas l’envoi, il manque quelque chose au formulaire de ce flux : rien n’a été envoyé à la signature{ $draft ->
    [gone] { "" }
   *[left] , un brouillon est resté dans Pastell
}.
pastell-deposit-no-subtype = Le parapheur n’a pas ce sous-type : rien n’a été envoyé à la signature{ $draft ->
    [gone] { "" }
   *[left] , un brouillon est resté dans Pastell
}.
