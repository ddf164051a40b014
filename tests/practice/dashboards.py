"""A few weeks of an agency, lived day by day: enough that every dashboard has numbers that differ."""

from __future__ import annotations

from caseload.casework import assign, custodians, referrals, stages
from caseload.casework.assign import Wish
from caseload.casework.referrals import NewReferral
from tests.practice import finding, referring
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import name_on

BETTER = dict.fromkeys((str(n) for n in range(1, 10)), "0")
WORSE = dict.fromkeys((str(n) for n in range(1, 9)), "2") | {"9": "0"}


def lived(practice: Practice) -> Practice:
    """Four weeks and two days: cases come, go, come back and change hands; contacts, scores, needs and referrals of every kind."""
    p = practice
    first = [p.open(ago=20, risk=risk, family=f"First{risk}") for risk in ("critical", "high", "medium")]
    p.open(by="cleo", worker="cleo", program="youth", risk="high", family="South")
    p.open(by="ben", worker=None, family="Waits")
    secret = p.open(by="ben", worker="bo", family="Secret", risk="high")
    p.do("ben", custodians.restrict, secret, "ben", "a threat")
    for case in first:
        finding.assess(p, case)
    p.go(7)
    p.met(first[0], kind="visit")
    p.tried(first[1])
    p.do("ana", stages.move, first[2], "closed", "moved away", override=True)
    second = [p.open(by="bo", worker="bo", family=f"Second{n}") for n in range(3)]
    p.met(*second[:2], by="bo", kind="group", minutes=30)
    finding.need(p, first[0], "housing")
    finding.need(p, first[1], "health", severity="severe")
    p.go(8)
    p.do("ben", stages.move, first[2], "active", "she is back")
    moved = p.ask(ADMIN, assign.plan, Wish(("bo",), cases=(first[0],)))
    p.do(ADMIN, assign.commit, moved, "nearer")
    p.met(first[0], by="bo")
    finding.assess(p, first[0], "phq-9", BETTER, by="bo")
    finding.assess(p, first[1], "phq-9", WORSE)
    referring.sent(p, first[1])
    office = referring.offered(p, "Housing benefit")
    p.do("ana", referrals.draft, NewReferral(first[1], "Arrears", office, kind="benefit", asked_cents=10_000))
    p.go(13)
    p.task(first[1], -1)
    p.note(first[1], "Not yet signed.")
    day = p.open(by="bo", worker="bo", family="Day")
    p.do("bo", stages.move, day, "closed", "a mistake", override=True)
    kept = p.open(by="ben", worker="bo", family="Kept")
    name_on(p, kept, "ana", "deny")
    p.go(2)
    p.met(second[0], by="bo", kind="visit")
    return p
