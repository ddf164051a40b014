"""Programs and their policy. A policy is never edited: a new version takes its place, and cases are ranked anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from ..errors import Usage
from ..messages import _
from ..models import case_file, policy, program
from ..models.agency import TIMED_PHASES
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import find, loads, values
from .contacts import MEETING_KINDS
from .staff import handle_of

# What a person may set, and what each is: days, a level from 1 to 5 (5 turns a rule off), yes or no, or the most that one
# authorises alone, in cents; `none` ends a timed phase or a limit.
SETTINGS = tuple(
    column.name for column in policy.columns
    if column.name.endswith("_days") or column.name.startswith("level_")
    or column.name in ("contact_kinds", "annual_assessment", "single_cents")
)  # fmt: skip


# The kinds of project that are reported to HMIS (HMIS Data Standards FY2026, 2.02.6).
HMIS_TYPES = {
    0: "emergency shelter, entry and exit", 1: "emergency shelter, night by night", 2: "transitional housing",
    3: "permanent supportive housing", 4: "street outreach", 6: "services only", 7: "other", 8: "safe haven", 9: "housing only",
    10: "housing with services", 11: "day shelter", 12: "homelessness prevention", 13: "rapid re-housing",
    14: "coordinated entry",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program as `program list` shows it. `contact_days` is the interval at low risk; `cases` counts open ones; `hmis_type` is the kind of
    project as which it is reported to HMIS."""

    program: str
    name: str
    contact_days: int
    cases: int
    hmis_type: int | None = None


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in SETTINGS:
            raise Usage(
                _("{name!r} is no policy setting. Choose one of: {known}.").format(
                    name=name[:40], known=", ".join(SETTINGS)
                )
            )
        if name == "contact_kinds":
            kinds = [part.strip() for part in str(value).split(",") if part.strip()]
            if not kinds:
                raise Usage(
                    _("Name at least one kind of contact that counts: {known}.").format(known=", ".join(MEETING_KINDS))
                )
            out[name] = ",".join(values.one_of("kind", kind, MEETING_KINDS) for kind in kinds)
            continue
        if name == "annual_assessment":
            word = values.one_of(name, str(value).strip().lower(), ("yes", "no", "true", "false"))
            out[name] = word in ("yes", "true")
            continue
        if (name.startswith("phase") or name == "single_cents") and str(value).strip().lower() in ("none", ""):
            out[name] = None
            continue
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise Usage(_("{name} takes a whole number.").format(name=name)) from None
        low, high = (1, 5) if name.startswith("level_") else (0, 2_000_000_000) if name == "single_cents" else (1, 3660)
        if not low <= number <= high:
            raise Usage(
                _("{name} lies between {low} and {high}; {n} does not.").format(name=name, low=low, high=high, n=number)
            )
        out[name] = number
    return out


def _timed(settings: dict[str, Any]) -> dict[str, Any]:
    """Raises Usage for a timed phase without its length or its interval, or without the phase before it."""
    for phase in TIMED_PHASES:
        lasts, every = settings.get(f"phase{phase}_days"), settings.get(f"phase{phase}_contact_days")
        if (lasts is None) != (every is None):
            said = _(
                "Phase {n} takes both: phase{n}_days, how long it lasts, and phase{n}_contact_days, how often contact is due in it."
            )
            raise Usage(said.format(n=phase))
        if lasts is not None and phase > 1 and settings.get(f"phase{phase - 1}_days") is None:
            raise Usage(_("Phase {n} follows phase {before}; set that one first.").format(n=phase, before=phase - 1))
    return settings


def hmis_type(typed: str | int | None) -> int | None:
    """The kind of project as which a program is reported to HMIS; `none` is not reported. Raises Usage with the kinds there are."""
    text = str(typed).strip().lower()
    if text in ("none", ""):
        return None
    if text.isascii() and text.isdigit() and int(text) in HMIS_TYPES:
        return int(text)
    known = "; ".join(f"{code} {words}" for code, words in HMIS_TYPES.items())
    raise Usage(_("{text!r} is no project type of HMIS. Choose none, or: {known}.").format(text=text[:40], known=known))


def add(
    w: Work, code: str, name: str, settings: dict[str, Any] | None = None, *, hmis: str | int | None = None
) -> Receipt:
    """A new program with its first policy; what is not set takes the usual values. With `hmis` it is reported to HMIS as that type."""
    scope.require_admin(w, _("add programs"))
    row = {
        "code": handle_of(code), "name": values.name(_("The name"), name or code, needed=True), "opened_on": w.today,
        "hmis_project_type": hmis_type(hmis) if hmis is not None else None,
    }  # fmt: skip
    program_id = w.add(program, row)
    w.conn.execute(
        insert(policy).values(program_id=program_id, version=1, from_on=w.today, **_timed(_checked(settings or {})))
    )
    return w.receipt(
        _("Added program {code}").format(code=row["code"]), data={"program": row["code"], "id": program_id}
    )


def edit(
    w: Work,
    code: str,
    *,
    name: str | None = None,
    settings: dict[str, Any] | None = None,
    hmis: str | int | None = None,
) -> Receipt:
    """Rename a program, say as what it is reported to HMIS (`none`: not), or set its policy: a new version from today, and every open
    case of it is ranked anew."""
    scope.require_admin(w, _("change programs"))
    program_id = find.program_id(w, code)
    if name is None and hmis is None and not settings:
        raise Usage(_("Say what to change about program {code}.").format(code=code))
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = values.name(_("The name"), name, needed=True)
    if hmis is not None:
        changes["hmis_project_type"] = hmis_type(hmis)
    if changes:
        changes["version"] = program.c.version + 1
        w.conn.execute(update(program).where(program.c.id == program_id).values(changes))
    if settings:
        current = (policy.c.program_id == program_id, policy.c.is_current)
        kept = dict(w.conn.execute(select(policy).where(*current)).mappings().one())
        wanted = _checked(settings)
        _timed({**kept, **wanted})
        w.conn.execute(update(policy).where(*current).values(is_current=False))
        kept |= wanted | {"version": kept["version"] + 1, "from_on": w.today, "is_current": True}
        del kept["id"]
        w.conn.execute(insert(policy).values(kept))
    return w.receipt(_("Changed program {code}").format(code=code))


def listed(r: Reading) -> list[ProgramRow]:
    """The programs, with their open cases."""
    held = loads.open_cases(r, case_file.c.program_id)
    found = select(
        program.c.id, program.c.code, program.c.name, program.c.hmis_project_type, policy.c.contact_low_days
    ).join(policy, (policy.c.program_id == program.c.id) & policy.c.is_current)
    return [
        ProgramRow(row.code, row.name, row.contact_low_days, held.get(row.id, 0), row.hmis_project_type)
        for row in r.conn.execute(found.order_by(program.c.code))
    ]


def current_policy(r: Reading, code: str) -> dict[str, Any]:
    """Every setting of a program's current policy, with its version and first day."""
    found = select(policy).where(policy.c.program_id == find.program_id(r, code), policy.c.is_current)
    row = dict(r.conn.execute(found).mappings().one())
    return {name: row[name] for name in ("version", "from_on", *SETTINGS)}
