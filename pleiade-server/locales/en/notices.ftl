# What a person is told once, until they have read it.
notices-title = For your information
notice-put-away = Understood
notice-told-put-away = Understood: this notice is shown no more.
notice-way-added = A way to sign in was added to your account: { $source } ({ $when }). If it was not you, tell your administrator.
notice-way-removed = A way to sign in no longer leads to your account: { $source } ({ $when }). If you did not ask for it, tell your administrator.
notice-connect-again = The portal was upgraded. The accounts of applications that you had connected are to be connected again.
notice-delegate-again = The portal was upgraded. The delegations that you had given or received have ended; they are to be made again.
notice-account-reset = An administrator made a link by which a new password can be chosen for your account “{ $source }” ({ $when }). If you did not ask for it, tell the operator of this portal.
notice-factors-cleared = An administrator took the second factors of your account away: { $source } ({ $when }). If you did not ask for it, tell the operator of this portal.
