"""One case as a Bundle of R4: the whole record as it leaves on paper, for a body that takes it over or for the client.

As there: one private file with a manifest, under a consent or an exception that names who gets it, on record as a disclosure. Money and
the accounting of disclosures have no place in these resources and are said to be left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlalchemy import select

from caseload.errors import Usage
from caseload.messages import _
from caseload.models import case_file, client, identity, worker
from caseload.reports import casefile, record
from caseload.reports.formats import Written
from caseload.reports.formats.json_text import encoded
from caseload.reports.table import Column, Report, ReportTable, Tick

from . import log, method, people, terms
from .draft import Draft, Resource

if TYPE_CHECKING:
    from pathlib import Path

    from caseload.casework.page import CasePage
    from caseload.reports.casefile import Put, Wish
    from caseload.store.database import Database, Reading

PURPOSES = ("transfer", "access")


def export(db: Database, wish: Wish, tick: Tick = lambda done, total: None) -> Put:
    """Write the Bundle of one case. Raises as `casefile.case_file` does."""
    if wish.purpose not in PURPOSES:
        raise Usage(_("A Bundle is --for transfer or --for access; for a court: caseload case-file."))

    def build(r: Reading, page: CasePage) -> tuple[ReportTable, ...]:
        return (_table(resources(r, page, wish)),)

    left = (
        _("Left out: money, and the accounting of what was told to whom. FHIR R4 has no place for them in a Bundle."),
    )
    return casefile.leave(db, wish, "fhir", _("The case as a FHIR Bundle"), build, left, tick)


def resources(r: Reading, page: CasePage, wish: Wish) -> dict[str, Resource]:
    """Every resource of a case by its address, each after those it refers to, but for the Provenance at the end."""
    own = wish.purpose == "access"
    who = r.conn.execute(
        select(identity, client.c.uid.label("client_uid"), client.c.language, client.c.deceased_on, case_file.c.uid.label("case_uid"))
        .join(client, client.c.id == identity.c.client_id)
        .join(case_file, case_file.c.client_id == client.c.id)
        .where(case_file.c.id == page.row.id)
    ).one()  # fmt: skip
    names = {row.handle: row.name for row in r.conn.execute(select(worker.c.handle, worker.c.name))}
    d = Draft(who.case_uid, r.agency.name, r.zone, names, record.hiding(r, page))
    subject = people.client(d, page, who)
    people.around(d, page, subject, own)
    episode = people.case(d, page, who.case_uid, subject)
    people.risks(d, page, subject)
    method.assessments(r, d, page, subject)
    method.background(d, page, subject)
    method.needs(d, page, subject)
    method.plans(d, page, subject)
    method.referrals(d, page, subject)
    method.tasks(d, page, subject, episode)
    log.contacts(d, page, subject, episode)
    log.notes(d, page, subject, episode)
    log.documents(d, page, subject)
    log.appointments(d, page, subject)
    people.permissions(d, page, subject)
    d.row(
        "Provenance", "case", "provenance", target=[episode, subject], recorded=d.at(r.now), activity=terms.concept(wish.purpose),
        reason=[terms.concept(d.said(wish.why))], agent=[{"who": d.worker(r.me.handle), "onBehalfOf": d.agency()}],
    )  # fmt: skip
    return d.resources


def _table(found: dict[str, Resource]) -> ReportTable:
    columns = (
        Column(
            "address", _("Address"), "code", _("Where the other resources of the Bundle find it: Bundle.entry.fullUrl.")
        ),
        Column(
            "resource",
            _("Resource"),
            "text",
            _("A resource of FHIR R4, 4.0.1: Bundle.entry.resource."),
            identifying=True,
        ),
    )
    return ReportTable("bundle", _("Bundle"), columns, _Entries(found))


class _Entries:
    """The resources as rows."""

    def __init__(self, found: dict[str, Resource]) -> None:
        self.found = found

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self.found.items())


def write(report: Report, target: BinaryIO, scratch: Path) -> Written:
    """The Bundle as JSON, one resource a line; the rows of each part are the resources of each type."""
    [table] = report.tables
    entries = list(table.rows)
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": report.as_of.isoformat(timespec="seconds")}
    target.write(encoded(head)[:-1] + b', "entry": [\n')
    for place, (address, resource) in enumerate(entries):
        target.write((b",\n" if place else b"") + encoded({"fullUrl": address, "resource": resource}))
    target.write(b"\n]}\n")
    return Written(dict(Counter(resource["resourceType"] for _address, resource in entries)))
