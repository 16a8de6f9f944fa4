"""Drives a homeserver with matrix-nio as somebody's own client would, and prints what it saw as JSON.

matrix-nio refuses answers that do not have the shape of the specification.
Usage: matrix_nio.py HOMESERVER USER PASSWORD
"""

import asyncio
import json
import sys

from nio import AsyncClient, ErrorResponse


def good(response):
    if isinstance(response, ErrorResponse):
        raise SystemExit(f"{type(response).__name__}: {response.message}")
    return response


def unread(client):
    return {
        room.display_name: [room.unread_notifications, room.unread_highlights]
        for room in client.rooms.values()
        if room.unread_notifications
    }


async def main(homeserver, user, password):
    client = AsyncClient(homeserver, user)
    seen = {}
    try:
        refused = await client.login("wrong")
        seen["wrong_password"] = refused.status_code if isinstance(refused, ErrorResponse) else "accepted"
        good(await client.login(password))
        seen["whoami"] = good(await client.whoami()).user_id
        good(await client.sync(timeout=0, full_state=False))
        seen["unread"] = unread(client)
        seen["invitations"] = sorted(room.display_name for room in client.invited_rooms.values())
        for room_id in list(client.invited_rooms):
            good(await client.join(room_id))
        room_id = next(room.room_id for room in client.rooms.values() if room.unread_highlights)
        last = good(await client.room_messages(room_id, start="", limit=1)).chunk[0]
        good(await client.room_read_markers(room_id, last.event_id, last.event_id))
        good(await client.room_send(room_id, "m.room.message", {"msgtype": "m.text", "body": "C’est relu."}))
        good(await client.sync(timeout=0))
        seen["unread_after"] = unread(client)
        seen["invitations_after"] = len(client.invited_rooms)
        seen["joined"] = len(good(await client.joined_rooms()).rooms)
        token = client.access_token
        good(await client.logout())
        # The client forgets its token; a thief would not.
        client.access_token = token
        again = await client.whoami()
        seen["after_logout"] = again.status_code if isinstance(again, ErrorResponse) else "accepted"
    finally:
        await client.close()
    print(json.dumps(seen))


asyncio.run(main(*sys.argv[1:]))
