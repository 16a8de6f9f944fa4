"""Reads simulators over SOAP with zeep, by their own service descriptions, and prints what it saw as JSON."""
import datetime
import json
import pathlib
import sys

import requests
import zeep
from requests.auth import HTTPBasicAuth
from zeep.transports import Transport

ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
SCHEMA = pathlib.Path(__file__).with_name("soap-encoding.xsd").read_bytes()


class Local(Transport):
    """Fetches from the simulator alone: the encoding's schema is the one beside this file."""

    def __init__(self, base, session):
        super().__init__(session=session)
        self.base = base

    def load(self, url):
        if url.rstrip("/") + "/" == ENCODING:
            return SCHEMA
        if not url.startswith(self.base):
            raise AssertionError(f"{url} is not to be fetched")
        return super().load(url)


def client(base, path, login, password, **settings):
    session = requests.Session()
    session.auth = HTTPBasicAuth(login, password)
    session.trust_env = False
    return zeep.Client(base + path, transport=Local(base, session), settings=zeep.Settings(**settings))


def ciril(base, login, password, civil_login, civil_password):
    prefix = "cgi-bin/ws.exe/cgi-bin/"

    def service(program, binding):
        described = client(base, f"{prefix}{program}?wsdl", login, password)
        # The description names an address of its own, which is never the right one.
        return described.create_service(binding, f"{base}{prefix}{program}?ws")

    access = service("acces.exe", "{Ciril:Ciril:AccessInfo}AccessInfoBinding")
    basket = service("ciril_panier_tache.exe", "{Ciril:Ciril:PanierTache}PanierTacheBinding")

    def refused(call, *arguments):
        try:
            call(*arguments)
            return None
        except zeep.exceptions.Fault as fault:
            return fault.code
        except requests.HTTPError as error:
            return error.response.status_code

    def seen(groups):
        return [
            {
                "application": group.application, "label": group.libtache, "count": group.nbtache,
                "tasks": [
                    [task.numTache, task.codAtt, task.valeursPossible, [d.nomFic for d in items(task.documents)]]
                    for task in items(group.details)
                ],
            }
            for group in groups
        ]

    def items(array):
        if array is None:
            return []
        return array if isinstance(array, list) else array.item

    points = items(access.getAccessList(civil_login, civil_password, "", "192.0.2.10"))
    url = next(point.URL for point in points if point.netApplication == "CNF")
    before = items(basket.getTaches(url))
    number = before[0].details[0].numTache if isinstance(before[0].details, list) else before[0].details.item[0].numTache
    said = basket.setActionTaches(url, number, "VISA", "O")
    other = access.getAccessList("CDURAND", civil_password.replace(civil_login, "CDURAND"), "", "192.0.2.10")
    empty = items(basket.getTaches(items(other)[0].URL))
    try:
        wrong_account = service_refused(base, prefix, login)
    except requests.HTTPError as error:
        wrong_account = error.response.status_code
    return {
        "points": [[point.application, point.netApplication, point.label, point.group] for point in points],
        "ampersand": "&" in url,
        "before": seen(before),
        "said": said,
        "after": seen(items(basket.getTaches(url))),
        "empty": len(empty),
        "wrong_password": refused(access.getAccessList, civil_login, "faux", "", "192.0.2.10"),
        "wrong_access": refused(basket.getTaches, "/cgi-bin/web2java.exe?x=0"),
        "wrong_account": wrong_account,
    }


def service_refused(base, prefix, login):
    client(base, f"{prefix}acces.exe?wsdl", login, "faux")
    return None


def kelio(base, login, password, number):
    def ask(service, operation, **arguments):
        described = client(base, f"open/services/{service}?wsdl", login, password, strict=False)
        binding = "{http://echange.service.open.bodet.com}" + service + "Binding"
        return getattr(described.create_service(binding, f"{base}open/services/{service}"), operation)(**arguments)

    today = datetime.date.fromisoformat(sys.argv[-1])
    one = {"employeeIdentificationNumber": number, "populationMode": 1}
    days = {"startDate": today, "endDate": today, "dateMode": 0}
    soon = {"startDate": today, "endDate": today + datetime.timedelta(days=60), "dateMode": 0}
    counters = ask("TypeService", "exportAbsenceBalanceTypes")
    leave = next(counter.typeKey for counter in counters if counter.typeAbbreviation == "CA")
    people = ask("LightEmployeeService", "exportLightEmployeesList", exportFilter={"AskedPopulation": [one]})
    requests_ = ask("AbsenceRequestService", "exportAbsenceRequestsList", exportFilter={"AbsenceRequestFilter": [{**one, **soon}]})
    totals = ask(
        "AbsenceBalanceTotalService", "exportPeriodicalAbsenceBalanceTotalsList",
        accountFilter={"AccountFilter": [{**one, **days, "typeKey": leave}]},
    )
    clockings = ask("ClockingService", "exportClockings", employeeList={"AskedPopulationWithPeriod": [{**one, **days}]})
    return {
        "counters": [[counter.typeKey, counter.typeAbbreviation] for counter in counters],
        "people": [[person.employeeIdentificationNumber, person.employeeSurname, person.errorMessage] for person in people],
        "requests": [
            [request.employeeIdentificationNumber, request.requestState, request.absenceTypeAbbreviation, request.startInTheMorning, request.durationInDays]
            for request in requests_
        ],
        "totals": [[total.employeeIdentificationNumber, total.endDays] for total in totals],
        "clockings": [[clocking.time, clocking.inOutIndicator] for clocking in clockings],
    }


if __name__ == "__main__":
    which, base, *arguments = sys.argv[1:]
    seen = ciril(base, *arguments) if which == "ciril" else kelio(base, *arguments[:-1])
    print(json.dumps(seen))
