"""From what people type to rows: workers by handle, teams and programs by code, cases by number."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Table, select

from ..errors import NotPermitted, Refused, Usage
from ..messages import _
from ..models import case_file, program, team, worker
from ..store import scope
from ..store.database import Reading, Work
from ..store.portions import portions
from . import numbers


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case someone is about to act on: numbers, codes and dates only."""

    id: int
    number: str
    client_id: int
    program_id: int
    team_id: int | None
    owner_id: int | None
    restricted: bool
    custodian_id: int | None
    stage: str
    risk: str
    level: int
    closed_on: date | None
    version: int

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


def no_such_case(number: str) -> str:
    """What is said of a case that is not there, and of one that is out of sight: the same."""
    return _("There is no case {number} that you may see.").format(number=number)


_COLUMNS = tuple(case_file.c[name] for name in CaseRef.__slots__)


def _nearest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return _(" Did you mean {word!r}?").format(word=close[0]) if close else ""


def _by_code(r: Reading, table: Table, column: str, text: str, sentence: str) -> int:
    wanted = text.strip().lower()
    exact = r.conn.execute(select(table.c.id).where(table.c[column] == wanted)).scalar()
    if exact is not None:
        return int(exact)
    # Written otherwise, or a slip: then all are read, to find the nearest.
    known: dict[str, int] = {code.lower(): id_ for id_, code in r.conn.execute(select(table.c.id, table.c[column]))}
    if wanted not in known:
        raise Usage(sentence.format(text=text[:60]) + _nearest(wanted, list(known)))
    return known[wanted]


def worker_id(r: Reading, handle: str) -> int:
    """The worker of that handle, `me` allowed. Raises Usage, with the nearest known."""
    if handle.strip().lower() == "me" and r.me.id is not None:
        return r.me.id
    return _by_code(r, worker, "handle", handle, _("There is no worker {text!r}."))


def colleague_id(r: Reading, handle: str) -> int:
    """The worker of that handle, to be given work. Raises Usage, and Refused for one who has left."""
    found = worker_id(r, handle)
    if r.conn.execute(select(worker.c.status).where(worker.c.id == found)).scalar() == "left":
        raise Refused(_("{handle} has left and can be given no work.").format(handle=handle.strip().lower()))
    return found


def team_id(r: Reading, code: str) -> int:
    """The team of that code. Raises Usage."""
    return _by_code(r, team, "code", code, _("There is no team {text!r}."))


def program_id(r: Reading, code: str) -> int:
    """The program of that code. Raises Usage."""
    return _by_code(r, program, "code", code, _("There is no program {text!r}."))


def cases(r: Reading, wanted: Sequence[str | int]) -> list[CaseRef]:
    """The cases of those numbers (or keys), in that order, each once. Raises Usage for one that is unknown or out of sight:
    from outside, the two look alike."""
    keys = list(dict.fromkeys(numbers.parse(one) if isinstance(one, str) else one for one in wanted))
    if not keys:
        raise Usage(_("No case was named."))
    found: dict[str | int, CaseRef] = {}
    for some in portions(keys):
        by_number = [key for key in some if isinstance(key, str)]
        by_id = [key for key in some if isinstance(key, int)]
        for row in r.conn.execute(
            select(*_COLUMNS).where(scope.visible(r), case_file.c.number.in_(by_number) | case_file.c.id.in_(by_id))
        ):
            ref = CaseRef(*row)
            found[ref.number] = found[ref.id] = ref
    missing = [key for key in keys if key not in found]
    if missing:
        named = [key for key in missing if isinstance(key, str)]
        raise Usage(
            no_such_case(named[0]) if named else _("That case is gone, or no longer yours to see."),
            details=named[1:20],
        )
    return list(dict.fromkeys(found[key] for key in keys))


def seen(r: Reading, wanted: Collection[str]) -> set[str]:
    """Those of these case numbers that are of cases this person sees."""
    found: set[str] = set()
    for some in portions(sorted(wanted)):
        asked = select(case_file.c.number).where(scope.visible(r), case_file.c.number.in_(some))
        found |= set(r.conn.execute(asked).scalars())
    return found


def case(r: Reading, wanted: str | int) -> CaseRef:
    """One case. Raises as `cases` does."""
    return cases(r, [wanted])[0]


def names_seen(r: Reading) -> None:
    """Raises NotPermitted for who sees no client's name, Refused for who looks without identity just now."""
    if r.me.masked:
        raise Refused(_("That shows who the client is, and you look without identity now. End that first."))
    if not r.me.sees_identity:
        raise NotPermitted(_("Your role ({role}) sees no client's name.").format(role=r.me.role))


def to_act_on(w: Work, wanted: Sequence[str | int], *, closed: bool = False) -> list[CaseRef]:
    """The cases this person may record something in: those they see, unless their role only moves cases.

    Raises NotPermitted for admins, analysts and auditors; Refused for a closed case unless `closed`.
    """
    if not w.me.sees_identity:
        raise NotPermitted(_("Your role ({role}) moves cases and records nothing in them.").format(role=w.me.role))
    found = cases(w, wanted)
    shut = [ref for ref in found if not ref.is_open]
    if shut and not closed:
        raise Refused(
            _("Case {number} is closed. Reopen it first: caseload stage {number} active --why TEXT").format(
                number=shut[0].number
            )
        )
    return found


def row_to_act_on(w: Work, table: Table, key: int, missing: str) -> Row:  # type: ignore[type-arg]
    """A row of a case this person may act in. Raises Usage(`missing`) where there is none, or where its case is out of
    sight: from outside, the two look alike."""
    if not w.me.sees_identity:
        raise NotPermitted(_("Your role ({role}) moves cases and records nothing in them.").format(role=w.me.role))
    row = w.conn.execute(select(table).where(table.c.id == key)).first()
    if row is None or not scope.sees(w, row.case_id):
        raise Usage(missing)
    return row


def must_be_of(r: Reading, table: Table, key: int, wanted: str | int, missing: str) -> None:
    """Raises Usage(`missing`) where that row is none of that case's."""
    of = select(table.c.id).where(table.c.id == key, table.c.case_id == case(r, wanted).id)
    if r.conn.execute(of).first() is None:
        raise Usage(missing)
