# Cards of Pastell.

pastell-flows = Flows
pastell-flows-empty = Nothing to take up again in your flows
pastell-errors-noun = { $count ->
    [one] document in error
   *[other] documents in error
}
pastell-refused-noun = { $count ->
    [one] refused document
   *[other] refused documents
}
pastell-waiting-noun = { $count ->
    [one] document that waits for somebody
   *[other] documents that wait for somebody
}
pastell-drafts-noun = { $count ->
    [one] document being written
   *[other] documents being written
}
pastell-family-errors-noun = { $count ->
    [one] in error ({ $family })
   *[other] in error ({ $family })
}
pastell-family-refused-noun = { $count ->
    [one] refused ({ $family })
   *[other] refused ({ $family })
}
pastell-family-waiting-noun = { $count ->
    [one] waiting ({ $family })
   *[other] waiting ({ $family })
}
pastell-family-drafts-noun = { $count ->
    [one] being written ({ $family })
   *[other] being written ({ $family })
}
pastell-document-untitled = Untitled
pastell-state = { $state }
pastell-edit = Edit
pastell-delete = Delete

pastell-creation = New document
pastell-creation-empty = No document under way
pastell-in-progress-noun = { $count ->
    [one] document under way
   *[other] documents under way
}
pastell-create = Create: { $flow }
pastell-create-in = Create: { $flow }, { $entity }

pastell-deposit = Send PDFs to be signed
pastell-deposit-subtype-unsaid = Nothing was sent: this circuit wants a sub-type, which was not written.
pastell-deposit-subtype = Sub-type of the signature book, written as in Pastell
pastell-deposit-sent = Handed over to the signature circuit
pastell-deposit-unknown = Pastell did not answer the sending: the document was not sent again, check in Pastell whether it has left
pastell-deposit-draft-found = Pastell did not answer the creation: nothing was sent to be signed. An untitled draft has appeared since; if it is yours, delete it in Pastell
pastell-deposit-draft-unknown = Pastell did not answer the creation: nothing was sent to be signed. Check in Pastell that no untitled draft is left there
pastell-deposit-refused = Pastell refused a step: nothing was sent to be signed, a draft is left in Pastell
pastell-deposit-lost = Pastell did not answer during the preparation: nothing was sent to be signed{ $draft ->
    [gone] { "" }
   *[left] , a draft is left in Pastell
}.
pastell-deposit-incomplete = Pastell does not allow the sending, something is missing from the form of this flow: nothing was sent to be signed{ $draft ->
    [gone] { "" }
   *[left] , a draft is left in Pastell
}.
pastell-deposit-no-subtype = The signature book has no such sub-type: nothing was sent to be signed{ $draft ->
    [gone] { "" }
   *[left] , a draft is left in Pastell
}.
