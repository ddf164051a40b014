"""An agency in which everything that people can type is hostile: written past the verbs that would have made it inert.

Which columns those are is read from the tables, so that a new one is poisoned the day it is made.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import CheckConstraint, Text, select

from caseload.casework import (
    absences,
    access,
    alerts,
    appointments,
    assessments,
    attention,
    authorising,
    backgrounds,
    budgets,
    care_plan,
    clients,
    comments,
    consents,
    contacts,
    custodians,
    directory,
    disclosures,
    documents,
    goals,
    groups,
    intake,
    needs,
    notes,
    offered,
    packets,
    payments,
    questionnaires,
    referrals,
    setup,
    staff,
    steps,
    tasks,
    topics,
    transfers,
    views,
)
from caseload.casework.instruments import answers, shipped
from caseload.models import case_stage, closing_override, glass, metadata
from caseload.store.connect import connect
from caseload.store.database import Database

from .world import TODAY, ZONE, Made, doing, settings_for

# A row that is none, behind every kind of line break there is.
FORGED = "2026-000000 FORGED"
_BREAKS = ("\n", "\r\n", "\r", "\u2028", "\x85", "\v", "\f")
# What a terminal would obey, each with numbers that nothing of ours ever sends.
ORDERS = (
    "\x1b[38;5;213m", "\x1b[13;37H", "\x1b]52;c;ZXZpbA==\x07", "\x1b]8;;http://evil.example\x1b\\", "\x1b]0;evil\x07", "\x1bP1$qm\x1b\\",
    "\x9b38;5;213m", "\x9d52;c;ZXZpbA==\x9c", "\x90evil\x9c", "\x08\x08\x08", "\x07", "\x00", "\x7f", "\x1b",
)  # fmt: skip
LETTERS = (
    "[red]r[/] [/] [@click=app.quit]q[/]", "\u202eexe.\u202c\u2066i\u2069\u061c\u200f", "\u200b\ufeff\u00ad\u2061\u3164", "漢字かな",
    "👩‍👩‍👧👍🏽☎️🏴\U000e0067\U000e007f🇮🇹1️⃣", "z" + "\u0301\u20dd" * 60, '=HYPERLINK("http://evil.example")',
)  # fmt: skip
HOSTILE = f"Q[/]{''.join(f'{one}{FORGED}' for one in _BREAKS)}\t{' '.join(LETTERS)} {''.join(ORDERS)}"
LONG = HOSTILE + "x" * 10_000
FORMULA = '=HYPERLINK("http://evil.example")' + HOSTILE
_TEXTS = {
    ("narrative", "body"): LONG, ("task", "title"): LONG, ("appointment", "title"): FORMULA, ("case_file", "source"): FORMULA,
    ("program", "name"): FORMULA, ("worker", "name"): FORMULA, ("team", "name"): FORMULA, ("saved_view", "name"): FORMULA,
}  # fmt: skip

# Text that only the program writes: codes in a list of their own, keys, clocks, queries, evidence.
_OURS = {
    "agency": ("timezone", "currency", "document_years"),
    "document": ("sha256",),
    "worker": ("languages",),
    "policy": ("contact_kinds",),
    "cover": ("query",),
    "saved_view": ("folded", "query", "sort", "columns"),
    "appointment_series": ("rule",),
    "client_code": ("field",),
    "consent": ("kinds",),
    "disclosure": ("kinds",),
    "change": ("verb", "login", "software", "uid"),
    "assessment": ("instrument", "edition", "rules"),
    "assessment_offer": ("instrument",),
    # A file that would not read any more is none that was ever brought; its words are hostile from the start.
    "instrument": ("code", "body"),
    "assessment_answer": ("link", "value"),
    "assessment_score": ("scale",),
    "provider": ("name_key",),
    "service": ("name_key", "place_key", "languages"),
    "service_word": ("word",),
}
_NOT_TYPED = {
    "journal",
    "payload",
    "seal",
    "scratch",
    "scratch_key",
    "external_id",
    "name_key",
    "acting",
    "look",
    "content",
}


def typed() -> dict[str, list[str]]:
    """The columns of each table that hold what people typed."""
    found: dict[str, list[str]] = {}
    for table in metadata.sorted_tables:
        coded = {
            str(check.sqltext).partition(" IN ")[0] for check in table.constraints if isinstance(check, CheckConstraint)
        }
        names = [
            column.name
            for column in table.columns
            if type(column.type) is Text
            and not column.unique
            and column.name not in coded
            and column.name not in _OURS.get(table.name, ())
        ]
        if names and table.name not in _NOT_TYPED:
            found[table.name] = names
    return found


def fill(made: Made, db: Database) -> None:
    """One of everything on the hostile case, and of what the team pages show."""
    key, number = made.case["hostile"], made.number["hostile"]
    at = datetime(2026, 11, 20, 9, tzinfo=ZONE)
    doing(db, "worker", staff.add_worker, "gus", staff.WorkerFields(name="Gus Leaver", team="north", capacity=3))
    doing(db, "alert", alerts.raise_alert, key, "dog")
    doing(db, "task", tasks.add, key, "ring", TODAY)
    doing(db, "task", tasks.add, key, "write", TODAY - timedelta(3))
    for hour in (9, 9, 15):
        doing(
            db,
            "appointment",
            appointments.appoint,
            appointments.NewAppointment(key, at.replace(hour=hour), title="a", place="b"),
        )
    doing(db, "draft", notes.write, notes.NewNote(key, "soap", "Subjective:\nTired."))
    signed = doing(db, "note", notes.write, notes.NewNote(key, text="All well.", sign=True)).data["note"]
    doing(db, "addendum", notes.write, notes.NewNote(key, text="More.", sign=True, addendum_to=signed))
    doing(db, "comment", comments.add, key, "And the rent?", note_id=signed)
    met = contacts.NewContact((key,), "visit", "made", at=at - timedelta(4), note="Met.")
    doing(db, "contact", contacts.log, met)
    both = [groups.Taking(key, words="Sang."), groups.Taking(made.case["calm1"], "absent")]
    doing(db, "group", groups.log, groups.NewGroup(both, "Choir.", topics=("food",)))
    form = consents.NewConsent(
        key,
        "aunt",
        ("identity",),
        "where",
        "a visit",
        until=TODAY + timedelta(9),
        event="moved",
        signer="guardian",
        signer_name="G",
    )
    for who in ("aunt", "uncle"):
        given = doing(db, "consent", consents.give, replace(form, recipient=who)).data["consent"]
    doing(db, "revoke", consents.revoke, given, "by letter")
    told = disclosures.NewDisclosure(
        key,
        "court",
        ("notes",),
        "when",
        "the trial",
        basis="court",
        address="here",
        consulted="ben",
        client_told=False,
        untold="away",
    )
    doing(db, "told", disclosures.add_to, doing(db, "told", disclosures.tell, told).data["disclosure"], "more")
    ana = connect(settings_for(made.url, "ana"))
    asked = doing(ana, "packet", packets.approve, packets.NewPacket(key, "demo", TODAY, "Tired.", "A visit?", "a song"))
    ana.close()
    doing(db, "answer", packets.answer, asked.data["packet"], "Go.")
    paper = documents.NewDocument(key, Path(__file__))
    doing(db, "document", documents.add, paper)
    gone = doing(db, "document", documents.add, paper).data["document"]
    doing(db, "withdraw", documents.withdraw, gone, "Not hers.")
    plan = doing(db, "plan", care_plan.begin, key, wants="Peace.").data["plan"]
    wish = goals.NewGoal("A flat", "A lease", due=TODAY, agreed="yes", words="At last.")
    of = doing(db, "goal", goals.add, plan, wish).data["goal"]
    doing(db, "step", steps.add, of, steps.NewStep("Ring", who="other", name="Her sister", due=TODAY))
    form = shipped.shipped("phq-9").questionnaire
    given = answers.typed_all(form, dict.fromkeys((str(n) for n in range(1, 9)), "1"))
    doing(db, "assess", assessments.record, assessments.NewAssessment(key, "phq-9", given, words="Tired of it."))
    doing(db, "offer", offered.decline, key, "client-voice", phase="closing")
    doing(db, "bring", questionnaires.bring, _hostile_form())
    ours = assessments.NewAssessment(key, "tea", {"a": ("c",), "b": ("Hot.",)})
    doing(db, "assess", assessments.record, ours)
    with db.work("passed") as w:
        stage = w.conn.execute(select(case_stage.c.id).where(case_stage.c.case_id == key)).scalars().first()
        w.add(closing_override, case_id=key, stage_id=stage, worker_id=w.me.id, gate="goals", behind=1, why="Gone.")
        w.receipt("Passed")
    doing(db, "need", needs.add, needs.NewNeed(key, "housing", words="A door", strengths="Her aunt"))
    doing(db, "history", backgrounds.write, key, "social", "By the sea.")
    offers = doing(db, "provider", directory.add_provider, directory.NewProvider("Harbour", "Beds", "Pisa")).data
    bed = doing(db, "service", directory.add_service, directory.NewService(offers["provider"], "A bed", "Tonight")).data
    doing(db, "refer", referrals.draft, referrals.NewReferral(key, service=bed["service"], reason="Cold."))
    days = (TODAY, TODAY + timedelta(30))
    doing(db, "budget", budgets.add, budgets.NewBudget(900_00, *days, case=key, name="Fund", single=200_00))
    form = authorising.NewAuthorisation(
        key, *days, 100_00, 9, "night", bed["service"], "With breakfast", reason="Cold outside."
    )
    may = doing(db, "authorise", authorising.ask, form).data["authorisation"]
    paid = doing(db, "pay", payments.pay, payments.NewPayment(may, 10_00, 1, None, "Harbour", "7/26")).data["payment"]
    doing(db, "pay", payments.take_back, paid, "A slip.")
    ana = connect(settings_for(made.url, "ana"))
    rent = authorising.NewAuthorisation(key, *days, 300_00, item="Rent", reason="Else she is out.")
    waits = doing(ana, "authorise", authorising.ask, rent).data["authorisation"]
    ana.close()
    doing(db, "authorise", authorising.send_back, waits, "Half of it.")
    doing(db, "tag", alerts.set_tags, [key], add=("rent",))
    doing(db, "edit", clients.edit, key, {"phone": "055 1", "address": "Via Roma"}, **_seen(db, key))
    doing(db, "snooze", attention.snooze_until, (made.case["calm1"],), TODAY + timedelta(3), "court")
    doing(db, "restrict", custodians.restrict, made.number["calm2"], "ben", "a relative works here")
    doing(db, "name", access.name, key, "gus", "deny", "his cousin")
    doing(db, "agency", setup.decide, {"break_glass": "yes"})
    with db.work("glass") as w:
        w.add(glass, case_id=key, worker_id=w.me.id, why="At the door", at=w.now, until_at=w.now + timedelta(hours=4))
        w.receipt("Opened")
    doing(db, "offer", transfers.offer, [number], "ben", "nearer")
    doing(db, "offer", transfers.offer, [made.number["calm3"]], "demo", "nearer")
    again = intake.NewCase("Ned", "Waits", "housing", source="court", opened=TODAY - timedelta(9))
    doing(db, "intake", intake.open_case, again)
    share = absences.Share(("cleo",), None)
    doing(db, "cover", absences.set_cover, "ana", (share,), TODAY - timedelta(2), TODAY + timedelta(2), "leave")
    doing(db, "contact", contacts.log, contacts.NewContact((key,), "phone", "made", note="While away."))
    for who in ("ana", "demo"):
        doing(db, "topic", topics.bring, "stuck", case=key, about=who)
        spoken = doing(db, "topic", topics.bring, "tired", case=key, about=who).data["topic"]
        doing(db, "discussed", topics.discuss, spoken, "we go", then=topics.NewTask("ring", TODAY))
    for n, team in ((5, "north"), (6, None)):
        doing(db, "view", views.save, views.NewView(f"v{n}", "risk:high", number=n, team=team))


def _hostile_form() -> str:
    """A questionnaire of the agency's own in which every word is hostile."""
    choice = {"valueCoding": {"code": "c", "display": HOSTILE}}
    items = [
        {"linkId": "a", "type": "choice", "text": HOSTILE, "prefix": HOSTILE, "answerOption": [choice]},
        {"linkId": "b", "type": "text", "text": HOSTILE},
    ]
    whole = {"resourceType": "Questionnaire", "name": "tea", "title": HOSTILE, "copyright": HOSTILE, "item": items}
    return json.dumps(whole)


def _seen(db: Database, key: int) -> dict[str, int]:
    with db.read() as r:
        return {"seen": clients.read(r, key).version}


def poison(made: Made) -> None:
    """Overwrites all that people typed, behind the back of the triggers."""
    conn = sqlite3.connect(made.url.removeprefix("sqlite:///"))
    triggers = conn.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
    for name, _sql in triggers:
        conn.execute(f'drop trigger "{name}"')
    for table, columns in typed().items():
        for column in columns:
            text = _TEXTS.get((table, column), HOSTILE)
            conn.execute(f'update "{table}" set "{column}" = ? where "{column}" is not null', (text,))
    # Codes are checked when they are given; one that came another way is no reason to break.
    conn.execute("update worker set handle = ? where handle = 'cleo'", (HOSTILE,))
    conn.execute("update program set code = ? where code = 'housing'", (HOSTILE,))
    for _name, sql in triggers:
        conn.execute(sql)
    conn.commit()
    conn.close()


def build(made: Made) -> Made:
    """Fills and poisons the agency at that place."""
    db = connect(settings_for(made.url, "demo"))
    try:
        fill(made, db)
    finally:
        db.close()
    poison(made)
    return made
