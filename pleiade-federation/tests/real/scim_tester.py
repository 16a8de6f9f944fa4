"""Runs every check of scim2-tester on a SCIM service and fails when one does: scim_tester.py BASE TOKEN."""

import sys

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

base, token = sys.argv[1:]
client = httpx2.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=300)
results = check_server(SyncSCIMClient(client))
done = [result for result in results if result.status is not Status.SKIPPED]
failed = [
    result
    for result in done
    if result.status not in (Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE)
]
for result in failed:
    print(result.status.name, result.resource_type, result.title, result.reason, result.data, sep=" | ")
print(f"{len(results)} checks, {len(results) - len(done)} skipped, {len(failed)} failed")
sys.exit(1 if failed or len(done) < 40 else 0)
