"""The questionnaires that can be asked: those that come along, and the agency's own.

An agency brings a FHIR R4 Questionnaire as a file. Each file is an edition, kept as it was brought and never changed: what was asked
and scored by one reads by it for good, whatever is brought after it. The newest edition is asked, unless it was retired.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from sqlalchemy import func, select, update

from ..errors import Refused, Usage
from ..messages import _
from ..models import assessment, instrument
from ..models.instrument import BETTER
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import values
from .instruments import fhir, shipped
from .instruments.shipped import Instrument

_i = instrument.c
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")
# What stands where an instrument is named, and is none.
_TAKEN = ("list", "show", "changes")
# So long may a file be, in letters: the longest that comes along has 25 000.
_LONGEST = 500_000


@dataclass(frozen=True, slots=True)
class FormRow:
    """One questionnaire that can be asked, or could. Without `edition` it comes along; `asked` is how often an edition was recorded."""

    instrument: Instrument
    edition: int | None
    brought_on: date | None
    retired_on: date | None
    asked: int | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What bringing a file would make, or has made: the edition, and what of the file is not followed."""

    instrument: Instrument
    edition: int
    remarks: tuple[str, ...]
    same: bool


def found(r: Reading, code: str) -> Instrument:
    """The questionnaire of that name: the newest edition of the agency's own, else the one that comes along. Raises Usage with what
    there is, Refused for one that was retired."""
    code = code.strip().lower()
    row = r.conn.execute(select(instrument).where(_i.code == code).order_by(_i.edition.desc()).limit(1)).first()
    if row is not None:
        if row.retired_on is not None:
            raise Refused(
                _("{name} was retired on {day}. What was answered stays readable.").format(
                    name=code, day=row.retired_on.isoformat()
                )
            )
        return _read(row.id, row.code, row.body, row.better or "")
    if code not in shipped.codes():
        known = [one.instrument.code for one in listed(r) if one.retired_on is None]
        raise Usage(
            _("There is no instrument {code!r}. There are: {all}.").format(code=code[:60], all=", ".join(known))
        )
    return shipped.shipped(code)


def edition(r: Reading, key: int | None, code: str) -> Instrument | None:
    """The questionnaire by which something was answered: that edition of the agency's own, or one that comes along; None where
    this version has it no longer."""
    if key is None:
        return shipped.shipped(code) if code in shipped.codes() else None
    row = r.conn.execute(select(_i.code, _i.body, _i.better).where(_i.id == key)).one()
    return _read(key, row.code, row.body, row.better or "")


def editions(r: Reading) -> tuple[tuple[Instrument, int | None], ...]:
    """Every questionnaire by which something may have been answered: those that come along, and each edition of the agency's own with
    its number."""
    rows = r.conn.execute(select(instrument).order_by(_i.code, _i.edition)).all()
    own = ((_read(row.id, row.code, row.body, row.better or ""), row.edition) for row in rows)
    return (*((shipped.shipped(code), None) for code in shipped.codes()), *own)


def listed(r: Reading, *, all_editions: bool = False) -> tuple[FormRow, ...]:
    """What can be asked: the agency's own by name, then what comes along; with `all_editions` what was replaced, too."""
    times = select(func.count()).where(assessment.c.instrument_id == _i.id).scalar_subquery()
    rows = r.conn.execute(select(instrument, times.label("asked")).order_by(_i.code, _i.edition.desc())).all()
    told = r.me.sees_identity or r.me.holds_all
    own: list[FormRow] = []
    seen: set[str] = set()
    for row in rows:
        if all_editions or row.code not in seen:
            form = _read(row.id, row.code, row.body, row.better or "")
            own.append(FormRow(form, row.edition, row.brought_on, row.retired_on, row.asked if told else None))
        seen.add(row.code)
    come_along = (
        FormRow(shipped.shipped(code), None, None, None, None) for code in shipped.codes() if code not in seen
    )
    return (*own, *come_along)


def plan(r: Reading, text: str, *, file: str = "", name: str = "", better: str = "") -> Brought:
    """What bringing that file would make. `name` is what it is called by, its own name unless given; `better` says which way a sum
    that the form adds up itself is better for the client.

    Raises NotPermitted for all but admins, Usage for a file that is no questionnaire (file, item, what was expected) or for a name
    that is none, or that of one that comes along.
    """
    scope.require_admin(r, _("bring questionnaires"))
    if better:
        values.one_of(_("--better"), better, BETTER)
    if len(text) > _LONGEST:
        raise Usage(_("{file} is longer than {n} letters.").format(file=file or "JSON", n=_LONGEST))
    form = fhir.read(text, name=file)
    code = _code(name or form.name or form.title, named=bool(name))
    last = r.conn.execute(select(instrument).where(_i.code == code).order_by(_i.edition.desc()).limit(1)).first()
    same = last is not None and last.retired_on is None and (last.body, last.better or "") == (text, better)
    number = 1 if last is None else last.edition + (0 if same else 1)
    return Brought(_read(None, code, text, better), number, form.remarks, same)


def bring(w: Work, text: str, *, file: str = "", name: str = "", better: str = "") -> Receipt:
    """Bring a questionnaire, or a new edition of one. What was asked by the editions before stands. The receipt's data is a `Brought`.
    Raises as `plan` does."""
    planned = plan(w, text, file=file, name=name, better=better)
    code = planned.instrument.code
    if planned.same:
        return w.nothing(
            _("{name} is here already, as edition {n}.").format(name=code, n=planned.edition), data=planned
        )
    row = {
        "code": code, "edition": planned.edition, "body": text, "better": better or None, "brought_on": w.today,
        "brought_by": w.me.id,
    }  # fmt: skip
    key = w.add(instrument, row)
    said = _("Brought the questionnaire {name}, edition {n}").format(name=code, n=planned.edition)
    return w.receipt(said, data=replace(planned, instrument=replace(planned.instrument, key=key)))


def retire(w: Work, code: str) -> Receipt:
    """Ask a questionnaire of the agency's own no more. What was answered stays readable; bringing it again takes it up again.
    Raises NotPermitted for all but admins, Usage for one that is none of the agency's, Refused for one that was retired."""
    scope.require_admin(w, _("retire questionnaires"))
    code = code.strip().lower()
    row = w.conn.execute(select(instrument).where(_i.code == code).order_by(_i.edition.desc()).limit(1)).first()
    if row is None:
        own = w.conn.execute(select(_i.code).distinct().order_by(_i.code)).scalars().all()
        raise Usage(
            _("The agency has brought no questionnaire {code!r}. It has brought: {all}.").format(
                code=code[:60], all=", ".join(own) or _("none")
            )
        )
    if row.retired_on is not None:
        raise Refused(_("{name} was retired already.").format(name=code))
    w.conn.execute(
        update(instrument).where(_i.id == row.id).values(retired_on=w.today, version=instrument.c.version + 1)
    )
    return w.receipt(_("Retired the questionnaire {name}").format(name=code), data={"instrument": code})


def _code(text: str, *, named: bool) -> str:
    """What a questionnaire is called by: small letters, digits and -. Raises Usage."""
    code = text.strip().lower()
    if not named:  # made from what the file says of itself
        code = re.sub(r"[^a-z0-9]+", "-", code).strip("-")[:40].strip("-")
    if not _CODE.fullmatch(code) or code in _TAKEN:
        raise Usage(
            _(
                "A questionnaire is called by small letters, digits and -, such as tea-and-talk: give it one with --name."
            )
        )
    if code in shipped.codes():
        raise Usage(_("{name} comes along with caseload: give yours another name with --name.").format(name=code))
    return code


@lru_cache(maxsize=64)
def _read(key: int | None, code: str, body: str, better: str) -> Instrument:
    form = shipped.brought(fhir.read(body, name=code))
    scales = tuple(replace(one, better=one.better or better) for one in form.rules.scales)
    return replace(form, code=code, key=key, rules=replace(form.rules, scales=scales))
