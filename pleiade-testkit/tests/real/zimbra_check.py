"""Drives a simulated Zimbra with python-zimbra: arguments are its address, an account, the preauth key of its domain, a
timestamp in milliseconds, and our signature of the account at that moment."""

import sys

from pythonzimbra.communication import Communication
from pythonzimbra.tools import auth, preauth

base, account, key, timestamp, ours = sys.argv[1:]
url = base.rstrip("/") + "/service/soap"
assert preauth.create_preauth(account, key, timestamp=int(timestamp)) == ours, "the signatures differ"

for form in ("xml", "json"):
    token = auth.authenticate(url, account, key, request_type=form, raise_on_error=True)
    # In JSON the token is an element with text, which this client hands over as it is.
    token = token["_content"] if isinstance(token, dict) else token
    assert token, f"{form}: no token"
    assert auth.authenticate(url, account, "0" * 64, request_type=form) is None, f"{form}: a wrong key was accepted"

    server = Communication(url)
    request = server.gen_request(request_type=form, token=token, set_batch=True)
    request.add_request("GetFolderRequest", {"depth": "0", "folder": {"l": "2"}}, "urn:zimbraMail")
    request.add_request("SearchRequest", {"types": "message", "query": "in:inbox is:unread"}, "urn:zimbraMail")
    request.add_request("SearchRequest", {"types": "message", "query": "what is this"}, "urn:zimbraMail")
    answer = server.send_request(request)
    assert answer.is_batch() and answer.is_fault(), f"{form}: the wrong query was not refused"
    folder = answer.get_response(1)["GetFolderResponse"]["folder"]
    folder = folder[0] if isinstance(folder, list) else folder
    assert int(folder["u"]) == 5, f"{form}: {folder}"
    mails = answer.get_response(2)["SearchResponse"]["m"]
    assert len(mails) == 5 and mails[0]["su"], f"{form}: {mails}"
    if form == "json":
        assert answer.get_fault_code() == {"3": "mail.QUERY_PARSE_ERROR"}, answer.get_fault_code()

    request = server.gen_request(request_type=form, token="0_unknown")
    request.add_request("NoOpRequest", {}, "urn:zimbraMail")
    answer = server.send_request(request)
    assert answer.is_fault() and answer.get_fault_code() == "service.AUTH_EXPIRED", f"{form}: {answer.get_body()}"

request = server.gen_request(token=token)
component = {"name": "Tâche de python-zimbra", "status": "NEED", "allDay": "1", "e": {"d": "20991130"}, "or": {"a": account}}
message = {"l": "15", "su": "Tâche", "inv": {"comp": component}, "mp": {"ct": "text/plain", "content": {"_content": "-"}}}
request.add_request("CreateTaskRequest", {"m": message}, "urn:zimbraMail")
answer = server.send_request(request)
assert not answer.is_fault(), answer.get_fault_message()
