"""Reads the simulated Pastell with pastell-admin, which Mégalis Bretagne wrote, and prints what it saw as JSON.

Usage: pastell_admin.py HOST:PORT LOGIN PASSWORD DAY (YYYY-MM-DD). The certificate is that of REQUESTS_CA_BUNDLE.
"""

import contextlib
import json
import sys

from pastelladmin.api.client import Document, Entity, Session, Stat, Version

server, login, password, day = sys.argv[1:5]
seen = {}


def ids(result):
    assert result.success, result.result
    return [one["id_d"] for one in result.result]


# The client tells its progress on the standard output.
with contextlib.redirect_stdout(sys.stderr):
    seen["wrong_password"] = Session(server, login, password + "x").valid
    session = Session(server, login, password)
    seen["valid"] = session.valid
    seen["version"] = Version(session).get().result["version"]

    entity = Entity(session)
    seen["entities"] = {one["id_e"]: one["denomination"] for one in entity.getAll().result}
    seen["below"] = [one["id_e"] for one in entity.getFilles("1").result]
    states = entity.getAllWithStatus().result
    seen["active"] = sorted(one["id_e"] for one in states["active"])

    stat = Stat(session)
    seen["counts"] = stat.get(id_e="2").result["2"]["flux"]
    seen["counts_of_flow"] = stat.get(id_e="2", type="mailsec").result["2"]["flux"]
    seen["counts_elsewhere"] = stat.get(id_e="10").result

    document = Document(session)
    whole = ids(document.getByFilter("2"))
    # Nine documents make five pages of two.
    seen["paged"] = ids(document.getByFilter("2", pagination=2)) == whole
    seen["documents"] = len(whole)
    seen["first_three"] = ids(document.getByFilter("2", pagination=2, limit=3))[:3] == whole[:3]
    signed = document.getByFilter("2", status="recu-iparapheur")
    seen["signed"] = sorted(one["titre"] for one in signed.result)
    seen["since_yesterday"] = len(ids(document.getByFilter("2", start=day)))
    elsewhere = document.getByFilter("10")
    seen["elsewhere"] = [elsewhere.success, elsewhere.result]

    draft = next(one for one in document.getByFilter("1", status="modification").result)["id_d"]
    detail = document.detail("1", draft).result
    seen["draft"] = [detail["info"]["type"], detail["last_action"]["action"], detail["action_possible"]]
    updated = document.update("1", draft, {"libelle": "Tarifs de la cantine, 2027"})
    seen["updated"] = [updated.result["result"], updated.result["content"]["info"]["titre"]]
    refused = document.action("1", draft, "send-iparapheur")
    seen["refused"] = [refused.success, json.loads(refused.result)["status"]]
    deleted = document.action("1", draft, "supression")
    seen["gone"] = document.detail("1", draft).success

json.dump(seen, sys.stdout)
