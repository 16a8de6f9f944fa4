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
