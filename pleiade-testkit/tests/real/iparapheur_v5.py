"""Reads the simulated i-Parapheur 5 with a client that openapi-python-client made of the published file, and prints what it saw as JSON.

Usage: iparapheur_v5.py URL TOKEN FOLDER (which holds the package `standard`)
"""

import json
import re
import sys

url, token, folder = sys.argv[1:4]
sys.path.insert(0, folder)

from standard.api.desk import get_api_standard_v_1_tenant_tenant_id_desk as desks
from standard.api.desk import get_api_standard_v_1_tenant_tenant_id_desk_desk_id_state as folders
from standard.api.tenant import get_api_standard_v1_tenant as tenants
from standard.api.workflow import (
    put_api_standard_v_1_tenant_tenant_id_desk_desk_id_folder_folder_id_task_task_id_visa as visa,
)
from standard.client import AuthenticatedClient
from standard.models import ErrorResponse, SimpleTaskParams, State

seen = {}
client = AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True)

refused = tenants.sync_detailed(client=AuthenticatedClient(base_url=url, token="none"))
seen["refused"] = [refused.status_code, type(refused.parsed) is ErrorResponse]

page = tenants.sync(client=client)
known = {tenant.name: tenant.id for tenant in page.content}
seen["tenants"] = sorted(known)
seen["desks"] = {}
for name, tenant in known.items():
    for desk in desks.sync(tenant_id=tenant, client=client, size=50).content:
        seen["desks"][desk.name] = [name, (desk.tenant_id, desk.id)]

tenant, finances = seen["desks"]["Adjoint aux finances"][1]
seen["desks"] = {desk: place[0] for desk, place in seen["desks"].items()}


def listed(state, **options):
    return folders.sync(tenant_id=tenant, desk_id=finances, state=state, client=client, **options)


pending = listed(State.PENDING, size=2)
seen["pending"] = [pending.total_elements, pending.total_pages, len(pending.content)]
rest = [listed(State.PENDING, size=2, page=number).content for number in range(pending.total_pages)]
seen["titles"] = sorted(folder.name for folder in sum(rest, []))
seen["late"] = listed(State.LATE).total_elements
seen["rejected"] = [folder.name for folder in listed(State.REJECTED).content]
seen["dated"] = all(folder.due_date is None or folder.due_date.tzinfo for folder in sum(rest, []))
other = folders.sync_detailed(tenant_id=tenant, desk_id="nowhere", state=State.PENDING, client=client)
seen["nowhere"] = [other.status_code, other.parsed.status, other.parsed.path.startswith("/api/standard/")]

# What a folder asks for, and under which task, stands in its PREMIS document alone, of which the generator makes nothing.
folder = next(folder for folder in sum(rest, []) if folder.name.startswith("Convention"))
place = f"/api/standard/v1/tenant/{tenant}/desk/{finances}/folder/{folder.id}"
premis = client.get_httpx_client().get(f"{place}/premis").text
waiting = re.findall(r"<eventIdentifierValue>([^<]+)</eventIdentifierValue></eventIdentifier><eventType>VISA</eventType>", premis)
done = visa.sync_detailed(
    tenant_id=tenant, desk_id=finances, folder_id=folder.id, task_id=waiting[0], client=client,
    body=SimpleTaskParams(public_annotation="Vu"),
)
seen["visa"] = [len(waiting), done.status_code]
seen["pending_after"] = listed(State.PENDING).total_elements
again = visa.sync_detailed(
    tenant_id=tenant, desk_id=finances, folder_id=folder.id, task_id=waiting[0], client=client, body=SimpleTaskParams(),
)
seen["again"] = [again.status_code, type(again.parsed) is ErrorResponse]

json.dump(seen, sys.stdout)
