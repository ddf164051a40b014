"""A small agency on Friday 20 November 2026, made with the practice's own verbs; each kind of reason is there once or twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from caseload.casework import alerts, appointments, attention, contacts, intake, notes, programs, staff, stages, tasks
from caseload.settings import Settings, load
from caseload.store.connect import connect
from caseload.store.database import Database, Receipt
from caseload.store.founding import Founding, found
from tests.support.lots import lots

TODAY = date(2026, 11, 20)
ZONE = ZoneInfo("Europe/Rome")
# Text as nobody should type it, and as somebody will: markup, escape sequences, a clipboard write, a direction override.
HOSTILE = "a[/]b [Smith] \x1b[31mred\x1b]52;c;ZXZpbA==\x07 \u202egnp.exe 👩‍👩‍👧 محمد"
EVIL = ("\x1b", "\x07", "\u202e", "\x9b")


# The clocks of assessment, plan and review stand still here; their own tests let them run.
WITHOUT_METHOD = {f"level_{clock}_overdue": 5 for clock in ("assessment", "plan", "review")}


class Made(NamedTuple):
    """Who and what there is, by the names tests speak of."""

    url: str
    case: dict[str, int]
    number: dict[str, str]


def settings_for(url: str, worker: str | None) -> Settings:
    return load(database=url, as_worker=worker, environ={})


def doing(db: Database, verb: str, work: Callable[..., Receipt], *args: Any, **named: Any) -> Receipt:
    with db.work(verb) as w:
        return work(w, *args, **named)


def ago(days: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, 20, hour, tzinfo=ZONE) - timedelta(days=days)


def boss(url: str) -> str | None:
    """Who holds every right there; on PostgreSQL that is the caller's login, and nobody need be named."""
    return "demo" if url.startswith("sqlite") else None


def build(url: str) -> Made:
    """Founds the agency in an empty database; on PostgreSQL its one person is the caller's login. Its day stands still."""
    settings = settings_for(url, boss(url))
    found(
        settings,
        Founding("Northside Family Services", "Europe/Rome", "demo", "Dana Demo", is_demo=True, clock_on=TODAY),
    )
    db = connect(settings)
    try:
        with lots("world"):
            return Made(url, *_fill(db))
    finally:
        db.close()


def _fill(db: Database) -> tuple[dict[str, int], dict[str, str]]:
    Fields = staff.WorkerFields
    doing(db, "team", staff.add_team, "north", "North")
    people = {
        "ana": Fields(name="Ana Rossi", role="case_manager", team="north", capacity=40),
        "ben": Fields(name="Ben Okafor", role="supervisor", team="north", capacity=10, supervises=("north",)),
        "cleo": Fields(name="Cleo Marsh", role="case_manager", team="north", capacity=20),
        "adam": Fields(name="Adam Frost", role="admin"),
    }
    for handle, fields in people.items():
        doing(db, "worker", staff.add_worker, handle, fields)
    doing(db, "worker", staff.edit_worker, "demo", Fields(team="north"))
    doing(db, "program", programs.add, "housing", "Housing First", WITHOUT_METHOD)
    doing(db, "program", programs.add, "family", "Family support", WITHOUT_METHOD)
    case: dict[str, int] = {}
    number: dict[str, str] = {}

    def opened(
        name: str,
        given: str,
        family: str,
        *,
        risk: str = "low",
        worker: str | None = "ana",
        days: int = 20,
        **more: Any,
    ) -> int:
        new = intake.NewCase(given, family, "housing", risk=risk, worker=worker, opened=TODAY - timedelta(days), **more)
        receipt = doing(db, "intake", intake.open_case, new)
        case[name], number[name] = receipt.data["id"], receipt.data["case"]
        return case[name]

    def met(key: int, days: int, outcome: str = "made", note: str = "") -> None:
        new = contacts.NewContact((key,), "phone", outcome, at=ago(days), minutes=20, note=note)
        doing(db, "contact", contacts.log, new)

    opened(
        "late",
        "Maria",
        "Conti",
        risk="critical",
        days=60,
        phone="055 123456",
        safe_to_call="no",
        born=date(1980, 5, 12),
    )
    met(case["late"], 19, note="Spoke about the rent.\nShe will call the landlord.")
    opened("alert", "Josef", "Lindqvist", days=15)
    met(case["alert"], 3)
    doing(db, "alert", alerts.raise_alert, case["alert"], "The dog bites.")
    opened("attempts", "Amina", "Haddad", days=29)
    met(case["attempts"], 5, "attempted")
    met(case["attempts"], 2, "attempted")
    opened("task", "Zoë", "O'Neil", days=25)
    met(case["task"], 4)
    doing(db, "task", tasks.add, case["task"], "Ring the school", TODAY - timedelta(2))
    opened("visit", "Kofi", "Mensah", days=12)
    met(case["visit"], 1)
    at = datetime(2026, 11, 20, 16, tzinfo=ZONE)
    doing(db, "appointment", appointments.appoint, appointments.NewAppointment(case["visit"], at, title="Home visit"))
    opened("hostile", HOSTILE, "x" * 120, days=20)
    met(case["hostile"], 17, note=HOSTILE + "\n" + HOSTILE)
    opened("draft", "Lena", "Fischer", days=20)
    met(case["draft"], 18)
    doing(db, "note", notes.write, notes.NewNote(case["draft"], "soap", "Subjective:\nTired.\n\nPlan:\nRest."))
    for index in range(16):
        opened(f"calm{index}", f"Given{index}", f"Family{index:02}", days=18)
        met(case[f"calm{index}"], 1 + index)
    opened("snoozed", "Rosa", "Blum", days=18)
    met(case["snoozed"], 5)
    doing(db, "snooze", attention.snooze_until, (case["snoozed"],), TODAY + timedelta(5), "waiting for the court")
    opened("waiting", "Paul", "Nobody", worker=None, days=6)
    opened("cleos", "Ines", "Duarte", worker="cleo", days=8, risk="medium")
    opened("closed", "Otto", "Weiss", days=100)
    doing(db, "stage", stages.move, case["closed"], "closed", "moved away")
    # Taken note of, but for one.
    noted = [key for name, key in case.items() if name not in ("waiting", "cleos", "closed", "visit")]
    doing(db, "acknowledge", attention.acknowledge, noted)
    return case, number
