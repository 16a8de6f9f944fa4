# What a person is told once, until they have read it.
notices-title = For your information
notice-put-away = Understood
notice-way-added = A way of signing in was added to your account on { $when }: { $source }. If it was not you, tell your administrator.
notice-way-removed = A way of signing in no longer leads to your account since { $when }: { $source }. If you did not ask for it, tell your administrator.
notice-connect-again = The portal was upgraded. The accounts of applications that you had connected are to be connected again.
notice-delegate-again = The portal was upgraded. The delegations that you had given or received have ended; they are to be made again.
