"""What another system has asked of an enrolment, as assessments of ours by the questionnaire `hmis`: at the entry, annually, at the exit.

An assessment is never changed. What the source corrects is asked anew by one that takes the place of what stood.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, update

from ..casework.instruments.shipped import HMIS, shipped
from ..models import assessment, assessment_answer, case_file, external_id
from ..store.gaps import DISABLING, INCOME, LIVING, MOVED_IN
from . import bulk

if TYPE_CHECKING:
    from .apply import Job, Row
    from .rows import Value

# What is asked at the entry besides income, in the order of its group of values.
_ENTRY = (DISABLING, LIVING, MOVED_IN)
_COLUMNS = (
    "id", "case_id", "worker_id", "instrument", "edition", "rules", "phase", "on_date", "recorded_at", "safety", "corrects_id",
)  # fmt: skip
_ANSWERS = ("case_id", "assessment_id", "link", "place", "value")
# One assessment: its key, case, who asked, phase, day, which one it corrects, and the answers.
_Asked = tuple[int, int, int | None, str, date, int | None, dict[str, str | None]]


def _write(job: Job, asked: Iterable[_Asked]) -> None:
    form = shipped(HMIS)
    edition, rules, by = form.questionnaire.version, form.rules.version, job.w.me.id
    for some in bulk.slices(asked):
        rows = (
            (key, case, worker or by, HMIS, edition, rules, phase, on, job.moment, False, corrects)
            for key, case, worker, phase, on, corrects, _told in some
        )
        bulk.insert(job.w.conn, assessment, _COLUMNS, rows)
        answers = (
            (case, key, link, 0, value)
            for key, case, _worker, _phase, _on, _corrects, told in some
            for link, value in told.items()
            if value is not None
        )
        bulk.insert(job.w.conn, assessment_answer, _ANSWERS, answers)


def at_entry(job: Job, cases: Iterable[tuple[int, date, int | None, list[str | None] | None]]) -> None:
    """What was asked of new cases as they began: (case, its first day, who wrote it down, the answers)."""
    told = [(case, on, by, entry) for case, on, by, entry in cases if entry is not None and any(entry)]
    keys = bulk.draw(job.w.conn, assessment, len(told))
    _write(
        job,
        (
            (key, case, by, "baseline", on, None, dict(zip(_ENTRY, entry, strict=True)))
            for key, (case, on, by, entry) in zip(keys, told, strict=True)
        ),
    )


def new(job: Job) -> None:
    """Income as it was asked for, whatever was answered: that it was asked says that there was an assessment."""
    from .apply import id_of, new_of
    from .ids import number_new

    number_new(job.w.conn, job.stage, "asking")
    _write(
        job,
        (
            (key, case, by, f["when"][1], date.fromisoformat(f["when"][0]), None, {INCOME: f["income"][0]})
            for key, _ext, f, case, by in new_of(job, "asking", f", {id_of('case')}, {id_of('worker')}")
        ),
    )


def entries(conn: Connection, cases: Iterable[int]) -> dict[int, tuple[Value, ...]]:
    """What stands of each case about its entry: the newest answer to each question that was not set right since."""
    told: dict[int, dict[str, str]] = {}
    for row in conn.execute(_standing(cases)):
        told.setdefault(row.case_id, {})[row.link] = row.value
    return {case: tuple(found.get(link) for link in _ENTRY) for case, found in told.items()}


def _standing(cases: Iterable[int]) -> Any:
    a, n, right = assessment.c, assessment_answer.c, assessment.alias("set_right")
    stands = ~select(right.c.id).where(right.c.corrects_id == a.id).correlate(assessment).exists()
    return (
        select(a.id, a.case_id, n.link, n.value)
        .join(assessment_answer, n.assessment_id == a.id)
        .where(a.case_id.in_(list(cases)), a.instrument == HMIS, a.phase == "baseline", n.link.in_(_ENTRY), stands)
        .order_by(a.on_date, a.id)
    )


def here(conn: Connection, _system: str, ids: list[int]) -> dict[int, dict[str, tuple[Value, ...]]]:
    """Each asking as it stands here. One that was set right here says so, so that a correction there is seen to clash."""
    a, n, right = assessment.c, assessment_answer, assessment.alias("set_right")
    rows = conn.execute(
        select(a.id, a.on_date, a.phase, n.c.value, right.c.id.label("by"))
        .outerjoin(n, (n.c.assessment_id == a.id) & (n.c.link == INCOME))
        .outerjoin(right, right.c.corrects_id == a.id)
        .where(a.id.in_(ids))
    )
    return {
        row.id: {"when": (row.on_date.isoformat(), row.phase), "income": (row.value,)}
        if row.by is None
        else {"when": ("corrected",), "income": ("corrected",)}
        for row in rows
    }


def revise(job: Job, some: list[Row]) -> None:
    """What the source corrects takes the place of what it said before, and bears its name from then on."""
    a, e, conn = assessment.c, external_id.c, job.w.conn
    before = {row.id: row for row in conn.execute(select(assessment).where(a.id.in_([row[0] for row in some])))}
    keys = bulk.draw(conn, assessment, len(some))
    _write(
        job,
        (
            (
                key, before[old].case_id, before[old].worker_id, f["when"][1], date.fromisoformat(f["when"][0]), old,
                {INCOME: f["income"][0]},
            )
            for key, (old, _take, f, _stay) in zip(keys, some, strict=True)
        ),
    )  # fmt: skip
    named = (e.system == job.system, e.entity == assessment.name)
    for key, row in zip(keys, some, strict=True):
        conn.execute(update(external_id).where(*named, e.row_id == row[0]).values(row_id=key))


def revise_entries(job: Job, entries: dict[int, list[str | None]]) -> None:
    """Other answers at the entry than were taken: what stands of the same questions is set right by them."""
    if not entries:
        return
    conn, f = job.w.conn, case_file.c
    stood = {row.case_id: row.id for row in conn.execute(_standing(entries))}
    opened = dict(conn.execute(select(f.id, f.opened_on).where(f.id.in_(entries))).all())
    keys = bulk.draw(conn, assessment, len(entries))
    _write(
        job,
        (
            (key, case, None, "baseline", opened[case], stood.get(case), dict(zip(_ENTRY, entry, strict=True)))
            for key, (case, entry) in zip(keys, entries.items(), strict=True)
        ),
    )
