# What the portal says when its own storage takes nothing any more.
unwritten-signed-out = You are signed out of this browser
unwritten-signed-out-text = This server no longer accepts your session. The portal could not write down yet that you signed out: it will as soon as it can. Until then another of its servers may still accept this session, at the latest until this moment: { $when }.
unwritten-not-signed-out = Signing out could not be written down
unwritten-not-signed-out-text = This browser no longer holds your session, but the portal could not end it: it stays valid at the latest until this moment: { $when }. Tell your IT service if this device is not yours.
unwritten-closed = Sessions refused, their end not written down yet
unwritten-closed-text = This server no longer accepts these sessions. The portal could not write their end down yet: it will as soon as it can. Until then another of its servers may still accept them, at the latest until this moment: { $when }.
unwritten-provider = Sign out of the identity service too
unwritten-sign-in = Back to signing in
unwritten-back = Back to the sessions
sign-in-storage = The portal can store nothing at the moment, so it cannot sign anybody in. Try again shortly; if it lasts, tell your IT service.
