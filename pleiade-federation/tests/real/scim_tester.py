"""Runs every check of scim2-tester on a SCIM service: scim_tester.py BASE TOKEN. Fails unless each one succeeds or is named below."""

import sys

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

# What is no plain success, as (status, check, kind of resource): why it is right all the same.
# A line that no check answers any more fails too.
ALLOWED = {}
# Fewer checks than these: the tester has not found our schemas.
FEWEST = 100

base, token = sys.argv[1:]
client = httpx2.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=300)
results = check_server(SyncSCIMClient(client))
perfect = [result for result in results if result.status in (Status.SUCCESS, Status.COMPLIANT)]
seen, failed = set(), []
for result in results:
    if result not in perfect:
        case = (result.status.name, result.title, result.resource_type)
        if case in ALLOWED:
            seen.add(case)
        else:
            failed.append(case + (result.reason, result.data))
stale = ALLOWED.keys() - seen
for line in failed:
    print("NOT PERFECT", *line, sep=" | ")
for case in stale:
    print("ALLOWED FOR NOTHING", *case, sep=" | ")
print(f"{len(results)} checks, {len(perfect)} perfect, {len(seen)} kinds allowed, {len(failed)} not, {len(stale)} stale")
sys.exit(1 if failed or stale or len(perfect) < FEWEST else 0)
