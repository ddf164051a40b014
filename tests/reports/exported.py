"""What exports are made of in tests: a lived-in agency, and its files read back."""

from __future__ import annotations

import json
from datetime import date, timedelta

from caseload import models as m
from caseload.reports import ExportRequest, export, names

from .agency import MONDAY, Agency, Cases, at, put
from .paper import HOSTILE

WEEK = "2026-W47"
FORMATS = ("xlsx", "csv", "json", "parquet", "html")
# What leaves in the one form that others read it in.
OWN_FORM = {"ics": "ics", "hsds": "hsds"}
EACH = tuple((name, form) for name in names() for form in ((OWN_FORM[name],) if name in OWN_FORM else FORMATS))
LINES = ("cases", "contacts", "tasks", "assignments", "accounting")
# What a database can hold of it: PostgreSQL keeps neither NUL nor half a surrogate pair.
TYPED = tuple(word for word in HOSTILE if word not in ("\ud800", "\x00"))


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


def live(agency: Agency, cases: Cases) -> None:
    """Two dozen cases with everything that can happen to them."""
    for n in range(24):
        opened = day(n * 2 - 40)
        program, holder = ("housing", "youth")[n % 2], ("ana", "ben", "cleo")[n % 3]
        typed = TYPED[n % len(TYPED)]
        case = cases.open(opened, program, given=typed, family=f"Family{n}", team="north" if n % 3 < 2 else "south")
        if n % 5 == 4:
            continue  # waits for a worker
        moves, later = n % 4 == 1, max(opened, day(n % 7))
        cases.assign(case, holder, at(opened), at(later) if moves else None, why=typed)
        if moves:
            cases.assign(case, "cleo" if holder != "cleo" else "ana", at(later))
        cases.contact(case, holder, at(day(n % 7), 9 + n % 8, n), ("made", "attempted")[n % 2], note=typed, minutes=n)
        cases.contact(case, holder, at(day(-20), 9, n), place="home", kind="visit")
        cases.task(case, day(n % 9 - 2), at(day(-15)), at(day(3)) if n % 3 == 0 else None, holder, title=typed)
        told = cases.told(case, holder, day(-n * 90), typed)
        if n % 3 == 0:
            cases.told(case, holder, day(-n), typed, addendum_to_id=told)
        cases.risk(case, ("low", "high", "critical")[n % 3], opened)
        for phase, ago, score in (("baseline", opened, 20.0), ("review", max(opened, day(n % 5)), float(n))):
            asked = put(
                cases.conn, m.assessment, case_id=case, worker_id=agency.workers["ana"], instrument="phq-9", edition="1",
                phase=phase, on_date=ago, recorded_at=at(ago), safety=False,
            )  # fmt: skip
            put(cases.conn, m.assessment_score, case_id=case, assessment_id=asked, scale="total", value=score)
        for word in ("school", "asthma")[: n % 3]:
            put(cases.conn, m.tag, case_id=case, tag=word)
        if n % 6 == 3:
            cases.stage(case, "closed", later, at(later, 17))
    cases.open(day(-50), "housing", given="Hidden", restricted=True, custodian_id=agency.workers["ben"])


def send(agency_or_db, report, path, form="json", **asked):
    db = agency_or_db.db if isinstance(agency_or_db, Agency) else agency_or_db
    return export(db, ExportRequest(report, form, str(path), **asked))


def rows(world, report, tmp_path, db=None, **asked):
    """The rows of a report of one part, or the parts of another, as json gives them."""
    send(db or world.db, report, tmp_path / "out.json", **asked)
    return json.loads((tmp_path / "out.json").read_text())


def asked_for(report):
    return {"week": WEEK} if report in ("weekly", "ics") else {}
