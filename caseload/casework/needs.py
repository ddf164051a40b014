"""Needs by domain, in the client's own words and with what they can build on; and the domains there are, which an admin adds to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, func, select, update

from ..errors import Conflict, Refused, Usage
from ..messages import _
from ..models import assessment, case_file, narrative, need, need_domain, worker
from ..models.assessment import SEVERITIES as SEVERITIES
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import attention, coded, find, scratches, values

_t = need.c
# How a need ends.
ENDINGS = ("met", "set_aside")
# What can be changed of one.
CHANGEABLE = ("domain", "severity", "words", "strengths")


@dataclass(frozen=True, slots=True)
class DomainRow:
    """A domain of need. A closed one takes no new needs; those that it has stay."""

    code: str
    name: str
    closed: date | None
    open_needs: int
    version: int


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need of a case. Words and strengths are None for who reads no prose; `assessment` is the one it was found in."""

    id: int
    case_id: int
    domain: str
    name: str
    severity: str
    state: str
    words: str | None
    strengths: str | None
    assessment: int | None
    found: date
    by: str
    ended: date | None
    version: int


@dataclass(frozen=True, slots=True)
class NewNeed:
    """What was found in one domain: how much of a need, in the client's own words, and what they can build on."""

    case: str | int
    domain: str
    severity: str = "moderate"
    words: str = ""
    strengths: str = ""
    assessment: int | None = None
    on: date | None = None
    scratch: str | None = None


# -- needs ---------------------------------------------------------------------------------------


def add(w: Work, new: NewNeed) -> Receipt:
    """Put a need on record. Raises Usage for an unknown domain, severity or assessment and a day ahead, Refused for a closed
    domain."""
    ref = find.to_act_on(w, [new.case])[0]
    values.one_of(_("severity"), new.severity, SEVERITIES)
    day = new.on or w.today
    if day > w.today:
        raise Usage(_("It was found today or before; {day} lies ahead.").format(day=day.isoformat()))
    if new.assessment is not None:
        missing = _("There is no assessment {id} in that case.").format(id=new.assessment)
        find.must_be_of(w, assessment, new.assessment, ref.id, missing)
    row = {
        "case_id": ref.id, "domain_id": _domain_open(w, new.domain), "severity": new.severity,
        "words_id": _prose(w, ref.id, _("What the client says"), new.words),
        "strengths_id": _prose(w, ref.id, _("What they can build on"), new.strengths),
        "assessment_id": new.assessment, "found_on": day, "found_by": w.me.id,
    }  # fmt: skip
    made = w.add(need, row)
    attention.taken_up(w, [ref.id])
    scratches.clear(w, new.scratch)
    return w.receipt(_("Added a need"), cases=[ref.id], data={"need": made})


def change(
    w: Work, need_id: int, changes: Mapping[str, str], *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Another domain, severity, words or strengths (`CHANGEABLE`); words that stood there are kept. `seen` is the version that was
    read. Raises Usage, Refused for a need that has ended, Conflict where somebody changed it meanwhile."""
    row = _open_need(w, need_id)
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise Usage(_("{name!r} is nothing of a need's.").format(name=unknown[0]))
    new: dict[str, object] = {}
    if "domain" in changes:
        new["domain_id"] = _domain_open(w, changes["domain"], besides=row.domain_id)
    if "severity" in changes:
        new["severity"] = values.one_of(_("severity"), changes["severity"], SEVERITIES)
    for name, label in (("words", _("What the client says")), ("strengths", _("What they can build on"))):
        if name in changes:
            before = getattr(row, f"{name}_id")
            new[f"{name}_id"] = _prose(w, row.case_id, label, changes[name], before=before)
    new = {name: value for name, value in new.items() if value != getattr(row, name)}
    if not new:
        return w.nothing(_("Nothing of the need is different."))
    _write(w, row, seen, new)
    scratches.clear(w, scratch)
    return w.receipt(_("Changed a need"), cases=[row.case_id], data={"need": need_id})


def end(w: Work, need_id: int, state: str, *, on: date | None = None, seen: int | None = None) -> Receipt:
    """A need is met, or set aside. Undo opens it again. Raises Usage for a day before it was found or ahead, Refused where it
    has ended already."""
    values.one_of(_("end of a need"), state, ENDINGS)
    row = _open_need(w, need_id)
    day = on or w.today
    if not row.found_on <= day <= w.today:
        raise Usage(_("It was found on {first}; it ends from then until today.").format(first=row.found_on.isoformat()))
    _write(w, row, seen, {"state": state, "ended_on": day})
    attention.taken_up(w, [row.case_id])
    said = _("Met a need") if state == "met" else _("Set a need aside")
    return w.receipt(said, cases=[row.case_id], data={"need": need_id})


def must_be_of(r: Reading, case: str | int, need_id: int) -> None:
    """Raises Usage where that need is none of that case's."""
    find.must_be_of(r, need, need_id, case, _missing(need_id))


def of_case(r: Reading, case_id: int, *, told: bool = True) -> tuple[NeedRow, ...]:
    """The needs of a case, the open and severe ones first. Words only where `told`. For callers that have asked whether the case
    may be seen with who its client is."""
    if r.me.masked:
        from . import veil

        return veil.worded(r, case_id, of_case(veil.lifted(r), case_id, told=told))
    said, strong = narrative.alias("said"), narrative.alias("strong")
    found = (
        select(
            need, need_domain.c.code, need_domain.c.name.label("called"), worker.c.handle,
            (said.c.body if told else said.c.id).label("body"), (strong.c.body if told else strong.c.id).label("builds"),
        )
        .join(need_domain, need_domain.c.id == _t.domain_id)
        .join(worker, worker.c.id == _t.found_by)
        .outerjoin(said, said.c.id == _t.words_id)
        .outerjoin(strong, strong.c.id == _t.strengths_id)
        .where(_t.case_id == case_id, _t.found_on <= r.today)
    )  # fmt: skip
    rows = [
        NeedRow(
            row.id, row.case_id, row.code, row.called, row.severity, row.state, row.body if told else None,
            row.builds if told else None, row.assessment_id, row.found_on, row.handle, row.ended_on, row.version,
        )
        for row in r.conn.execute(found)
    ]  # fmt: skip
    return tuple(
        sorted(rows, key=lambda one: (one.state != "open", -SEVERITIES.index(one.severity), one.found, one.id))
    )


def severity_words(severity: str) -> str:
    """How much of a need, as people say it."""
    return {"mild": _("mild"), "moderate": _("moderate"), "severe": _("severe")}.get(severity, severity)


def state_words(state: str) -> str:
    """The state of a need as people say it."""
    return {"open": _("open"), "met": _("met"), "set_aside": _("set aside")}.get(state, state)


def _missing(need_id: int) -> str:
    return _("There is no need {id} in that case.").format(id=need_id)


def _open_need(w: Work, need_id: int) -> Row:  # type: ignore[type-arg]
    row = find.row_to_act_on(w, need, need_id, _missing(need_id))
    find.to_act_on(w, [row.case_id])
    if row.state != "open":
        ended, how = row.ended_on.isoformat(), state_words(row.state)
        raise Refused(_("That need ended on {day} ({how}). Undo opens it again.").format(day=ended, how=how))
    return row


def _write(w: Work, row: Row, seen: int | None, changes: Mapping[str, object]) -> None:  # type: ignore[type-arg]
    version = row.version if seen is None else seen
    same = (_t.id == row.id, _t.version == version)
    if not w.conn.execute(update(need).where(*same).values({**changes, "version": version + 1})).rowcount:
        raise Conflict(_("Someone else changed that need meanwhile. Nothing was changed; look again."))


def _prose(w: Work, case_id: int, what: str, text: str, *, before: int | None = None) -> int | None:
    body = values.prose(what, text, needed=False)
    if not body.strip():
        return None
    prose = {"case_id": case_id, "worker_id": w.me.id, "body": body, "at": w.now, "supersedes_id": before}
    return w.add(narrative, prose)


# -- the domains there are --------------------------------------------------------------------------


def domains(r: Reading) -> tuple[DomainRow, ...]:
    """Every domain, those in use first, by name; with how many needs of cases in sight are open in it."""
    held: dict[int, int] = {}
    if r.me.sees_identity:
        counted = (
            select(_t.domain_id, func.count())
            .where(_t.state == "open", _t.case_id.in_(select(case_file.c.id).where(scope.visible(r))))
            .group_by(_t.domain_id)
        )
        held = dict(r.conn.execute(counted).all())
    rows = r.conn.execute(select(need_domain)).all()
    found = [DomainRow(row.code, row.name, row.closed_on, held.get(row.id, 0), row.version) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.closed is not None, one.name.casefold(), one.code)))


def open_domains(r: Reading) -> tuple[str, ...]:
    """The codes of the domains that take new needs."""
    return tuple(one.code for one in domains(r) if one.closed is None)


def _said() -> coded.Said:
    return coded.Said(
        admins=_("Only an admin changes the domains of need."),
        form=_("A domain's code is of small letters, digits and _, such as child_care."),
        taken=_("There is a domain {code} already."),
        added=_("Added the domain {code}"),
        called_so=_("The domain is called so already."),
        renamed=_("Renamed the domain {code}"),
        closed_already=_("The domain {code} is closed already."),
        closed=_("Closed the domain {code}"),
        is_open=_("The domain {code} is open."),
        opened=_("Opened the domain {code} again"),
        conflict=_("Someone else changed that domain meanwhile. Nothing was changed; look again."),
        unknown=_("There is no domain {code}. There are: {all}."),
    )


DOMAINS = coded.Coded(need_domain, "domain", _said, open_domains)


def _domain_open(w: Work, code: str, *, besides: int | None = None) -> int:
    """The key of a domain that takes needs, or of the one that a need has already."""
    row = DOMAINS.one(w, code)
    if row.closed_on is not None and row.id != besides:
        raise Refused(_("The domain {code} takes no new needs any more.").format(code=row.code))
    return int(row.id)
