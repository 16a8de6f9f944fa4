gallery-many = Gallery: all is well
gallery-empty = Gallery: nothing waits
gallery-long = Gallery: long or hostile texts
gallery-stale = Gallery: old value
gallery-hanging = Gallery: first reading under way
gallery-unreachable = Gallery: unreachable
gallery-timeout = Gallery: too slow
gallery-unauthenticated = Gallery: session refused
gallery-not-linked = Gallery: account not linked
gallery-forbidden = Gallery: access refused
gallery-not-found = Gallery: not found
gallery-rate-limited = Gallery: too many requests
gallery-unsupported = Gallery: not supported
gallery-bad-configuration = Gallery: wrongly configured
gallery-bad-answer = Gallery: answer not understood
gallery-too-large = Gallery: answer too large
gallery-maintenance = Gallery: under maintenance
gallery-cancelled = Gallery: request interrupted
gallery-internal = Gallery: error of the desk
gallery-nothing = Nothing to show, as it should be.
gallery-things =
    { $count ->
        [one] thing
       *[other] things
    }
gallery-share = of the room taken
gallery-task = Something to do
