# Synchronisation of directories.
sync-intro = Directories say who works here. The portal reads them and never writes to them.
sync-none = No directory is followed.
sync-shared = This directory serves several local authorities: the operator decides about it, you see what concerns yours.
sync-never-read = Never read.
sync-room =
    { $resources ->
        [one] { $resources } person or group received, { $percent }% of this source’s room.
       *[other] { $resources } people and groups received, { $percent }% of this source’s room.
    }
sync-room-nearly-full =
    { $resources } people and groups received, { $percent }% of this source’s room. Beyond it, your identity manager can add nothing more: have it delete what is no longer used.
sync-read-at = Read { $when }.
sync-full-at = Read as a whole { $when }.
sync-simulate = Simulate a complete reading
sync-no-run = No reading has changed anything yet.
sync-run-at = Reading, { $when }
sync-outcome-applied = applied
sync-outcome-unchanged = nothing has changed
sync-outcome-simulated = simulated, nothing is written
sync-outcome-first = first reading, waiting for a decision
sync-outcome-held = held, waiting for a decision
sync-outcome-refused = refused, nothing is written
sync-outcome-failed = the directory did not answer as it should
sync-count-new = { $count ->
    [one] { $count } new person
   *[other] { $count } new people
}
sync-count-changed = { $count ->
    [one] { $count } person changed
   *[other] { $count } people changed
}
sync-count-departed = { $count ->
    [one] { $count } departure
   *[other] { $count } departures
}
sync-count-returned = { $count ->
    [one] { $count } return
   *[other] { $count } returns
}
sync-count-cut = { $count ->
    [one] { $count } person without all of their groups
   *[other] { $count } people without all of their groups
}
sync-held = { $tenant }: { $ending } departures out of { $of } people, more than usual.
sync-decide-intro = Nothing is written yet. The directory will be read again: if it tells of more departures, the reading waits again.
sync-decide = Apply what is told
sync-who = Who is concerned
sync-more = { $count ->
    [one] And { $count } more person.
   *[other] And { $count } more people.
}
sync-aside = { $count ->
    [one] { $count } person unknown to the portal, left aside
   *[other] { $count } people unknown to the portal, left aside
}
sync-person-aside-disabled = { $name }: account disabled in the directory
sync-person-aside-outside = { $name }: in no local authority
sync-person-new = { $name }: new
sync-person-returned = { $name }: back
sync-person-absent = { $name }: absent from the directory
sync-person-disabled = { $name }: account disabled in the directory
sync-person-outside = { $name }: in no local authority any more
sync-person-cut = { $name }: too many groups, or nested more than ten levels deep; the others do not count
sync-person-changed = { $name }: { $what }
sync-person-forgotten = Somebody forgotten
sync-aspect-names = name
sync-aspect-login = login
sync-aspect-mail = mail address
sync-aspect-function = function, service, telephone or employee number
sync-aspect-groups = groups
sync-aspect-tenants = local authorities
sync-said-asked = The reading has begun. Reload this page in a moment to see its report.
sync-said-busy = A reading of this directory is under way.
sync-said-old = This reading is no longer the last one: look at the one that replaces it.
