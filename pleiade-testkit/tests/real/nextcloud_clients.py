"""Reads the simulated Nextcloud with clients that others wrote, and prints what they saw as JSON.

Usage: nextcloud_clients.py URL LOGIN USER_ID APP_PASSWORD START END (dates, YYYY-MM-DD)
"""

import json
import sys
from datetime import datetime, timezone

import caldav
from nc_py_api import Nextcloud

url, login, user_id, password, start, end = sys.argv[1:7]


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


seen = {}

nextcloud = Nextcloud(nextcloud_url=url, nc_auth_user=login, nc_auth_pass=password)
seen["version"] = nextcloud.srv_version["string"]
seen["user"] = nextcloud.users.get_user().user_id
seen["notifications"] = [one.subject for one in nextcloud.notifications.get_all()]
seen["rooms"] = {room.token: room.unread_messages_count for room in nextcloud.talk.get_user_conversations()}

client = caldav.DAVClient(url=url + "/remote.php/dav/", username=login, password=password)
home = caldav.CalendarSet(client, url=f"{url}/remote.php/dav/calendars/{user_id}/")
seen["calendars"] = sorted(calendar.get_display_name() for calendar in home.calendars())
personal = caldav.Calendar(client, url=f"{url}/remote.php/dav/calendars/{user_id}/personal/")
events = personal.search(event=True, start=moment(start), end=moment(end), server_expand=True)
seen["events"] = sorted({str(event.icalendar_component["SUMMARY"]) for event in events})
tasks = caldav.Calendar(client, url=f"{url}/remote.php/dav/calendars/{user_id}/taches/")
seen["tasks"] = sorted(str(task.icalendar_component["SUMMARY"]) for task in tasks.search(todo=True))

json.dump(seen, sys.stdout)
