"""Intake: a new client and their first case, or a further case of a client we know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from ..errors import NotPermitted, Refused, Usage
from ..messages import _
from ..models import assignment, case_file, case_risk, case_stage, channel, client, identity, program, worker
from ..models.agency import HOLDERS
from ..models.case import RISKS
from ..models.client import SAFE
from ..store.database import Reading, Receipt, Work
from ..store.names import rekey
from . import find, languages, numbers, scratches, values
from .uids import uuid7

OLDEST_YEARS = 125
# ISO 639 with an optional ISO 3166 region, as RFC 5646 writes them.


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is asked at the door. Without a worker the case waits, at stage `referred` and unassigned."""

    given: str
    family: str
    program: str
    born: date | None = None
    source: str = ""
    risk: str = "low"
    worker: str | None = None
    opened: date | None = None
    language: str | None = None
    phone: str = ""
    safe_to_call: str = "unknown"
    client_of: str | int | None = None
    scratch: str | None = None


def open_case(w: Work, new: NewCase) -> Receipt:
    """Open a case. The receipt's data holds its number.

    Raises Usage for an unknown program or worker and for dates that cannot be, Refused for a receiver who may not hold cases.
    """
    if not w.me.sees_identity:
        raise NotPermitted(_("Your role ({role}) opens no cases.").format(role=w.me.role))
    program_id = open_program(w, new.program)
    risk = values.one_of("risk", new.risk, RISKS)
    opened = new.opened or w.today
    if opened > w.today:
        raise Usage(_("A case cannot be opened on a day ahead ({day}).").format(day=opened.isoformat()))
    holder = receiver(w, new.worker)
    client_id = find.case(w, new.client_of).client_id if new.client_of is not None else _new_client(w, new)
    row = {
        "uid": uuid7(), "number": numbers.draw(w.conn, opened.year)[0], "client_id": client_id, "program_id": program_id,
        "team_id": holder.team_id if holder else w.me.team_id, "source": values.short(_("The source"), new.source),
        "opened_on": opened, "created_at": w.now,
    }  # fmt: skip
    case_id = w.add(case_file, row)
    w.made.add(case_id)
    # The server draws it anew where the login does not see which numbers are taken.
    number = w.conn.execute(select(case_file.c.number).where(case_file.c.id == case_id)).scalar_one()
    dated = {"case_id": case_id, "on_date": opened, "at": w.now, "worker_id": w.me.id, "why": "intake"}
    w.conn.execute(insert(case_stage).values(stage="assessment" if holder else "referred", **dated))
    w.conn.execute(insert(case_risk).values(risk=risk, **dated))
    if holder:
        mine = holder.id == w.me.id
        given = {"case_id": case_id, "worker_id": holder.id, "starts_at": w.now, "starts_on": w.today, "why": "intake"}
        w.conn.execute(insert(assignment).values(**given, acknowledged_at=w.now if mine else None))
    scratches.clear(w, new.scratch)
    return w.receipt(
        _("Opened case {number}").format(number=number), cases=[case_id], data={"case": number, "id": case_id}
    )


def open_program(r: Reading, code: str) -> int:
    """The program of that code, which takes new cases. Raises Usage, and Refused for one that is closed to them."""
    found = find.program_id(r, code)
    if r.conn.execute(select(program.c.closed_on).where(program.c.id == found)).scalar():
        raise Refused(_("Program {code} is closed to new cases.").format(code=code))
    return found


def receiver(r: Reading, handle: str | None):  # type: ignore[no-untyped-def]
    """Who is to hold a new case; None where it waits. Raises Usage, and Refused for a worker who can hold none."""
    if handle is None or handle.strip().lower() == "none":
        return None
    columns = (worker.c.id, worker.c.handle, worker.c.status, worker.c.role, worker.c.team_id, worker.c.holds_all)
    row = r.conn.execute(select(*columns).where(worker.c.id == find.worker_id(r, handle))).one()
    refuse_receiver(row.handle, row.status, row.role, row.holds_all)
    return row


def refuse_receiver(handle: str, status: str, role: str, holds_all: bool = False) -> None:
    """Raises Refused for a worker who can hold no case: one who has left, or whose role holds none."""
    if status == "left":
        raise Refused(_("{handle} has left and can be given no work.").format(handle=handle))
    if role not in HOLDERS and not holds_all:
        raise Refused(_("{handle} is {role} and holds no cases.").format(handle=handle, role=role))


def language_code(typed: str | None) -> str | None:
    """The language by its code, however it was named; None where none is given. Raises Usage."""
    return languages.code(typed) if typed and typed.strip() else None


def birth_day(w: Work, born: date) -> None:
    """Raises Usage for a day on which nobody was born who may come today."""
    if not w.today.year - OLDEST_YEARS <= born.year <= w.today.year:
        raise Usage(_("The birth date must lie within the last {years} years.").format(years=OLDEST_YEARS))
    if born > w.today:
        raise Usage(_("The birth date lies ahead."))


def _new_client(w: Work, new: NewCase) -> int:
    given, family = values.name(_("The given name"), new.given), values.name(_("The family name"), new.family)
    if not given and not family:
        raise Usage(_("A client needs a given or a family name."))
    if new.born is not None:
        birth_day(w, new.born)
    language = language_code(new.language)
    client_id = w.add(client, uid=uuid7(), language=language, created_at=w.now)
    w.conn.execute(insert(identity).values(client_id=client_id, given=given, family=family, born_on=new.born))
    rekey(w.conn, [client_id])
    if new.phone:
        phone = values.name(_("The phone"), new.phone)
        values.one_of("answer to safe to call", new.safe_to_call, SAFE)
        w.conn.execute(
            insert(channel).values(
                client_id=client_id, kind="phone", value=phone, safe=new.safe_to_call, valid_from=w.today
            )
        )
    return int(client_id)
