"""Reads the simulated i-Parapheur 4 with iparapheur-utils3, which its editor wrote, and prints what it saw as JSON.

Usage: iparapheur_v4.py HOST:PORT LOGIN PASSWORD
"""

import contextlib
import json
import os
import sys
import tempfile
from configparser import ConfigParser

# The client leaves a log where it runs.
os.chdir(tempfile.gettempdir())
from parapheur.parapheur import Client

server, login, password = sys.argv[1:4]
seen = {}


def client(secret):
    config = ConfigParser(interpolation=None)
    config["Parapheur"] = {"server": server, "schema": "http", "username": login, "password": secret}
    return Client(config)


# The client tells its progress on the standard output.
with contextlib.redirect_stdout(sys.stderr):
    seen["wrong_password"] = client(password + "x").islogged
    rest = client(password)
    seen["logged"] = [rest.islogged, rest.loggedAs]
    seen["level"] = rest.doget("/parapheur/api/getApiLevel")["level"]
    desks = rest.doget("/parapheur/bureaux")
    seen["desks"] = {desk["name"]: [desk["a-traiter"], desk["retournes"]] for desk in desks}
    finances = next(desk for desk in desks if desk["name"] == "Adjoint aux finances")
    desk = finances["nodeRef"].rsplit("/", 1)[1]
    folders = rest.doget("/parapheur/dossiers", {"bureau": desk, "corbeilleName": "a-traiter", "pageSize": "100"})
    seen["folders"] = sorted(folder["title"] for folder in folders)
    visa = next(folder for folder in folders if folder["actionDemandee"] == "VISA")["id"]
    seen["visa"] = rest.dopost(f"/parapheur/dossiers/{visa}/visa", {"bureauCourant": desk}) is not False
    after = rest.doget("/parapheur/dossiers", {"bureau": desk, "corbeilleName": "a-traiter", "pageSize": "100"})
    seen["folders_after"] = len(after)
    seen["elsewhere"] = rest.doget("/parapheur/dossiers", {"bureau": "nowhere", "corbeilleName": "a-traiter"})

json.dump(seen, sys.stdout)
