"""What kind of case each is by the load models that were published, and what a worker carries by one of them.

A program says of what kind its cases are; a single case may be of another. Counts of cases per worker and kind are for
everybody who works here, like every load; a case without a kind is counted apart, never as nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, delete, func, insert, or_, select, text, update

from ..errors import Usage
from ..messages import _
from ..models import case_file, case_load, program_load, reduction, worker
from ..models.agency import LOAD_MODELS
from ..models.load import FAMILIES
from ..store import scope
from ..store.database import Reading, Receipt, Work
from ..store.portions import portions
from . import find, load_models, values

COUNT = "count"
# SB 2030 itself asks for its minimal standard.
_ALSO = {"sb2030": "sb2030-minimal"}
# Whose hours nobody set works full time: 37 hours a week, as the probation model has it.
_FULL_MINUTES = int(load_models.FULL_TIME_HOURS * 60)
_YOUNG = "young"

# How many cases of each kind; without a kind, None.
Kinds = Mapping[str | None, int]


@dataclass(frozen=True, slots=True)
class Carried:
    """A load by a model of a version: in workers (1.0 is one who is full) or points, of so many, in percent to one decimal.
    `unknown` cases have no kind and are not in it; `over_combined` says that a limit for mixed kinds is passed."""

    model: str
    version: str
    load: float
    capacity: int | None
    percent: float
    unknown: int
    over_combined: bool = False


def model_named(name: str) -> str:
    """A model by its name. Raises Usage for an unknown one."""
    return values.one_of(_("load model"), _ALSO.get(name, name), LOAD_MODELS)


def family_of(model: str) -> str:
    """The family whose kinds of cases a model counts."""
    return model.partition("-")[0]


def kinds(family: str) -> tuple[str, ...]:
    """The kinds of cases that a family of models knows."""
    if family == "wmt":
        plain = [f"{of_type} {tier}" for of_type in load_models.TYPES for tier in load_models.TIERS]
        return (*plain, *(f"{one} {_YOUNG}" for one in plain))
    return tuple(next(one for code, one in load_models.STANDARDS.items() if family_of(code) == family).full)


def _checked(family: str, kind: str) -> tuple[str, str]:
    family = values.one_of(_("load model"), family_of(family), FAMILIES)
    kind = " ".join(kind.split())
    if family == "wmt":
        first, _gap, rest = kind.partition(" ")
        tier, _gap, young = rest.partition(" ")
        kind = " ".join(part for part in (first.lower(), tier.upper(), young.lower()) if part)
        if kind not in kinds(family):
            raise Usage(
                _("The kinds of {model} are a type ({types}), a tier (A3 to D0) and, for a young adult, young.").format(
                    model=family, types=", ".join(load_models.TYPES)
                )
            )
        return family, kind
    return family, values.one_of(_("kind of case"), kind.lower(), kinds(family))


def set_program(w: Work, program: str, model: str, kind: str | None) -> Receipt:
    """Say of what kind the cases of a program are by a model, or with None that nothing is said. Only an admin may.

    Raises NotPermitted, and Usage for an unknown program, model or kind.
    """
    scope.require_admin(w, _("say what kind of cases a program has"))
    program_id = find.program_id(w, program)
    family = values.one_of(_("load model"), family_of(model), FAMILIES)
    same = (program_load.c.program_id == program_id, program_load.c.family == family)
    before = w.conn.execute(select(program_load.c.kind).where(*same)).scalar()
    wanted = _checked(family, kind)[1] if kind is not None else None
    if before == wanted:
        return w.nothing(_("It is so already."))
    if wanted is None:
        w.conn.execute(delete(program_load).where(*same))
    elif before is None:
        w.add(program_load, {"program_id": program_id, "family": family, "kind": wanted})
    else:
        w.conn.execute(update(program_load).where(*same).values(kind=wanted, version=program_load.c.version + 1))
    return w.receipt(_("Set the kind of cases of program {code}").format(code=program))


def set_cases(w: Work, cases: Sequence[str | int], model: str, kind: str | None) -> Receipt:
    """Say of what kind single cases are by a model; with None they are as their program's.

    Raises Usage for a case out of sight, an unknown model or kind.
    """
    refs = find.to_act_on(w, cases)
    family = values.one_of(_("load model"), family_of(model), FAMILIES)
    wanted = _checked(family, kind)[1] if kind is not None else None
    ids = [ref.id for ref in refs]
    changed: list[int] = []
    for some in portions(ids):
        same = (case_load.c.case_id.in_(some), case_load.c.family == family)
        before = dict(w.conn.execute(select(case_load.c.case_id, case_load.c.kind).where(*same)).all())
        other = [one for one in some if before.get(one) != wanted]
        gone = (case_load.c.case_id.in_([one for one in other if one in before]), case_load.c.family == family)
        if wanted is None:
            w.conn.execute(delete(case_load).where(*gone))
        else:
            told = {"kind": wanted, "worker_id": w.me.id, "on_date": w.today}
            w.conn.execute(update(case_load).where(*gone).values(told | {"version": case_load.c.version + 1}))
            new = [told | {"case_id": one, "family": family} for one in other if one not in before]
            if new:
                w.conn.execute(insert(case_load), new)
        changed += other
    if not changed:
        return w.nothing(_("It is so already."))
    return w.receipt(_("Set what kind of case it is"), cases=changed, data={"model": family, "kind": wanted})


def held(r: Reading, family: str) -> dict[int, Counter[str | None]]:
    """How many open cases of each kind every worker holds, whose cases ever are in sight."""
    if r.engine == "postgresql":
        told = text("SELECT owner_id, kind, n FROM load_counts WHERE family = :family").bindparams(family=family)
        found = r.conn.execute(told)
    else:
        own = and_(case_load.c.case_id == case_file.c.id, case_load.c.family == family)
        usual = and_(program_load.c.program_id == case_file.c.program_id, program_load.c.family == family)
        kind = func.coalesce(case_load.c.kind, program_load.c.kind)
        found = r.conn.execute(
            select(case_file.c.owner_id, kind, func.count())
            .select_from(case_file.outerjoin(case_load, own).outerjoin(program_load, usual))
            .where(case_file.c.closed_on.is_(None), case_file.c.owner_id.is_not(None))
            .group_by(case_file.c.owner_id, kind)
        )
    out: dict[int, Counter[str | None]] = {}
    for owner_id, kind_, n in found:
        out.setdefault(owner_id, Counter())[kind_] += n
    return out


def kinds_of(r: Reading, family: str, ids: Collection[int]) -> dict[int, str | None]:
    """Of what kind each of these cases is; one of which there is a mere glimpse is as its program's are."""
    own = and_(case_load.c.case_id == case_file.c.id, case_load.c.family == family)
    usual = and_(program_load.c.program_id == case_file.c.program_id, program_load.c.family == family)
    found = select(case_file.c.id, func.coalesce(case_load.c.kind, program_load.c.kind)).select_from(
        case_file.outerjoin(case_load, own).outerjoin(program_load, usual)
    )
    out: dict[int, str | None] = {}
    for some in portions(sorted(ids)):
        out |= dict(r.conn.execute(found.where(r.among(case_file.c.id, some))).all())
    return out


def points_available(r: Reading) -> dict[int, int]:
    """The points that every worker has by their hours, less the reductions that run today."""
    less: dict[int, int] = {}
    if r.engine == "postgresql":
        less = dict(r.conn.execute(text("SELECT worker_id, minutes FROM reduced_minutes")).all())
    else:
        running = select(reduction.c.worker_id, func.sum(reduction.c.minutes)).where(*running_on(r.today))
        less = dict(r.conn.execute(running.group_by(reduction.c.worker_id)).all())
    hours = select(worker.c.id, func.coalesce(worker.c.weekly_minutes, _FULL_MINUTES))
    return {
        id_: load_models.available_points(Decimal(minutes) / 60, Decimal(min(less.get(id_, 0), minutes)) / 60)
        for id_, minutes in r.conn.execute(hours)
    }


def running_on(day: date):  # type: ignore[no-untyped-def]
    """True of the reductions that run on a day."""
    return (reduction.c.from_on <= day, or_(reduction.c.to_on.is_(None), reduction.c.to_on >= day))


def carried(model: str, cases: Kinds, available: int | None = None) -> Carried:
    """What these cases come to by a model; by points against those that are available."""
    known = {kind: n for kind, n in cases.items() if kind is not None and n > 0}
    unknown = max(cases.get(None, 0), 0)
    if model == "wmt":
        split = {(one.split(" ")[0], one.split(" ")[1], one.endswith(f" {_YOUNG}")): n for one, n in known.items()}
        points = load_models.in_points(split, available or 0)
        return Carried(model, points.version, points.carried, points.available, float(points.percent), unknown)
    full = load_models.mixed(model, known)
    share = sum(n / float(load_models.STANDARDS[model].full[kind]) for kind, n in known.items())
    return Carried(model, full.version, round(share, 3), None, float(full.percent), unknown, full.over_combined)


@dataclass(frozen=True, slots=True)
class Weighing:
    """What everybody carries by a model, and what it would be after some moves."""

    model: str
    held: Mapping[int, Counter[str | None]]
    available: Mapping[int, int]

    def of(self, worker_id: int) -> Carried:
        """What a worker carries."""
        return carried(self.model, self.held.get(worker_id, Counter()), self.available.get(worker_id))

    def after(self, moves: Iterable[tuple[str | None, int | None, int]], emptied: int | None = None) -> Weighing:
        """The same once these moved: the kind of a case, who holds it, and who gets it. Who is `emptied` holds nothing then."""
        held = {who: Counter(cases) for who, cases in self.held.items()}
        for kind, holder_id, to_id in moves:
            held.setdefault(to_id, Counter())[kind] += 1
            if holder_id is not None:
                held.setdefault(holder_id, Counter())[kind] -= 1
        if emptied is not None:
            held.pop(emptied, None)
        return Weighing(self.model, held, self.available)


def weighing(r: Reading, model: str) -> Weighing:
    """What everybody carries by a model that is not the plain count."""
    family = family_of(model)
    return Weighing(model, held(r, family), points_available(r) if family == "wmt" else {})
