"""Making the agency, or opening the one that is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from urllib.parse import quote

from sqlalchemy import Connection, event, func, select

from .. import models
from ..casework import numbers, programs
from ..errors import Refused, Usage
from ..messages import _
from ..settings import Settings
from ..store import migrate
from ..store.database import Database
from ..store.engine import open_engine, translated
from ..store.founding import Founding, found
from ..store.identity import load_agency
from . import agency, agenda, endings, marks, meetings, method, offices, papers, path
from .arrival import arrive
from .casting import DEMO, FEWEST_CASES, Casting, Plan
from .desks import Desks
from .diary import Diary
from .ledger import Ledger, insert_many
from .opening import Opening
from .pen import Pen, Told
from .seeded import uid4

USUAL_CASES = 240
USUAL_SEED = 1
MOST_CASES = 2_000_000
MOST_WORKERS = 100_000
# Told one by one up to here; a bigger agency is made of offices alike (offices.py).
_MOST_TOLD = 10_000
_OFFICES_OF = (5_000, 4_000, 2_500, 2_000, 1_000)
# Its history needs years on both sides.
_YEARS = (1950, 2150)
# Plans told before their rows are written: bounds the memory of a big agency.
_BATCH = 400
# How the agency was made, kept as the demo's own name for it.
_SYSTEM, _ENTITY = "demo", "agency"

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """How big an agency, and which one; None leaves it to the usual, or to the agency that is there.

    The same seed and day give the same agency. `workers` counts everyone who works there or has left.
    """

    cases: int | None = None
    workers: int | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What is there: where, and how many rows of each kind. `journal` counts journal rows."""

    database: str
    agency: str
    workers: int
    clients: int
    cases: int
    contacts: int
    notes: int
    tasks: int
    journal: int


@dataclass(frozen=True, slots=True)
class _Size:
    cases: int
    workers: int
    seed: int

    @property
    def offices(self) -> int:
        """How many offices alike; one where every case is told."""
        return self.cases // next(n for n in _OFFICES_OF if self.cases % n == 0) if self.cases > _MOST_TOLD else 1

    @property
    def said(self) -> str:
        return f"cases={self.cases} workers={self.workers} seed={self.seed}"


def place(settings: Settings) -> Settings:
    """Where the demo is: a file of its own, unless a database was named for this very run.

    The database of the settings file is somebody's real one, so it is left alone.
    """
    if settings.database_source in ("flag", "environment"):
        return settings
    from platformdirs import user_data_path

    file = user_data_path("caseload", appauthor=False) / "demo.db"
    return replace(settings, database=_url(file))


def build(settings: Settings, options: DemoOptions | None = None, step: Step | None = None) -> DemoSummary:
    """Make the agency where `place` says, or open the one that is there.

    With `settings.today` its day stands still there for good. `step` is told how many cases are done, and of how many.
    A file appears only when it is whole; tables in PostgreSQL are taken down again where something fails.

    Raises Usage for a size that makes no agency, Refused where the one that is there was made otherwise or is no demo.
    """
    wish = options or DemoOptions()
    _check(wish, settings)
    where = replace(place(settings), worker=None)
    file = where.path
    if not (_has_tables(where) if file is None else file.exists() and file.stat().st_size):
        size = _size(wish)
        if file is None:
            _make(where, size, step)
        else:
            _make_file(where, file, size, step)
    return _open(replace(where, today=None), wish)


def _check(wish: DemoOptions, settings: Settings) -> None:
    for option, value, low, high in (
        ("--cases", wish.cases, FEWEST_CASES, MOST_CASES),
        ("--workers", wish.workers, agency.FEWEST_WORKERS, MOST_WORKERS),
    ):
        if value is not None and not low <= value <= high:
            raise Usage(
                _("{option} lies between {low} and {high}; {n} does not.").format(
                    option=option, low=low, high=high, n=value
                )
            )
    if wish.cases is not None and wish.cases > _MOST_TOLD and wish.cases % _OFFICES_OF[-1]:
        raise Usage(
            _(
                "An agency of more than {most} cases is made of offices alike: {n} is no whole number of thousands."
            ).format(most=_MOST_TOLD, n=wish.cases)
        )
    if settings.today is not None and not _YEARS[0] <= settings.today.year <= _YEARS[1]:
        raise Usage(_("The day of a demo lies between {first} and {last}.").format(first=_YEARS[0], last=_YEARS[1]))


def _size(wish: DemoOptions) -> _Size:
    cases = wish.cases or USUAL_CASES
    # About twenty open cases for everyone who holds some.
    workers = wish.workers or max(agency.USUAL_WORKERS, cases // 28)
    return _Size(cases, workers, USUAL_SEED if wish.seed is None else wish.seed)


def _url(file: Path) -> str:
    return "sqlite:///" + quote(str(file))


# -- the agency that is there -------------------------------------------------------------------------------------------


def _has_tables(where: Settings) -> bool:
    engine = open_engine(where.database, migrating=True)
    try:
        with translated(), engine.connect() as conn:
            return migrate.standing(conn) != "empty"
    finally:
        engine.dispose()


def _open(where: Settings, wish: DemoOptions) -> DemoSummary:
    """Count what is there. Raises Refused where it is no demo, is unfinished, or was made otherwise than wished."""
    db = Database(where)
    try:
        with translated(), db.engine.connect() as conn:
            if migrate.standing(conn) == "current" and not load_agency(conn).is_demo:
                raise Refused(
                    _("That database holds a real agency. Nothing was changed; name another place with --database.")
                )
        with db.read() as r:
            made = models.external_id
            asked = select(made.c.external).where(made.c.system == _SYSTEM, made.c.entity == _ENTITY)
            said = r.conn.execute(asked).scalar()
            if said is None:
                raise Refused(
                    _(
                        "A demo was begun in that database and is not finished. "
                        "Empty the database, or name another place with --database."
                    )
                )
            _compare(said, wish)
            return DemoSummary(where.shown, r.agency.name, **_counts(r.conn))
    finally:
        db.close()


def _compare(said: str, wish: DemoOptions) -> None:
    have = {name: int(value) for name, _equals, value in (part.partition("=") for part in said.split())}
    if any(getattr(wish, name) not in (None, value) for name, value in have.items()):
        raise Refused(
            _(
                "The demo there was made with --cases {cases} --workers {workers} --seed {seed}. "
                "Open it so, or name another place with --database."
            ).format(**have)
        )


def _counts(conn: Connection) -> dict[str, int]:
    tables = {
        "workers": models.worker, "clients": models.client, "cases": models.case_file, "contacts": models.contact,
        "notes": models.note, "tasks": models.task, "journal": models.journal,
    }  # fmt: skip
    return {
        name: int(conn.execute(select(func.count()).select_from(table)).scalar_one()) for name, table in tables.items()
    }


# -- a new one ----------------------------------------------------------------------------------------------------------


def _make_file(where: Settings, file: Path, size: _Size, step: Step | None) -> None:
    """A file that appears when it is whole."""
    making = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        _make(replace(where, database=_url(making)), size, step)
        _settle(making)
        making.replace(file)
    finally:
        for suffix in ("", "-wal", "-shm"):
            making.with_name(making.name + suffix).unlink(missing_ok=True)


def _settle(making: Path) -> None:
    """Everything in the one file, and the file on the disk."""
    engine = open_engine(_url(making))
    try:
        with engine.connect() as conn:
            conn.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()
    handle = os.open(making, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(where: Settings, size: _Size, step: Step | None) -> None:
    wish = Founding(agency.NAME, agency.TIMEZONE, DEMO, "Demo", is_demo=True, clock_on=where.today)
    found(replace(where, today=None), wish)
    engine = open_engine(where.database)
    if where.path is not None:
        # Nobody knows of the file yet, so what a power cut could spoil is thrown away anyhow.
        event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=off"))
    db = Database(replace(where, today=None), engine)
    try:
        tell = step or (lambda done, total: None)
        one = replace(
            size, cases=size.cases // size.offices, workers=max(agency.FEWEST_WORKERS, size.workers // size.offices)
        )
        _fill(db, one, size, tell)
        if size.offices > 1:
            offices.multiply(db, size.offices, size.seed, lambda done, of: tell(size.cases * done // of, size.cases))
    except BaseException:
        db.close()
        if where.path is None:
            _take_down(where)
        raise
    db.close()


def _take_down(where: Settings) -> None:
    engine = open_engine(where.database, migrating=True)
    try:
        migrate.downgrade(engine, "base")
    finally:
        engine.dispose()


def _fill(db: Database, size: _Size, whole: _Size, step: Step) -> None:
    """Everything after the founding, from one random source."""
    with db.read() as r:
        today, zone = r.today, r.zone
    rng = Random(size.seed)
    diary, ledger, staff = Diary(today, zone, rng), Ledger(), agency.staff(size.workers)
    opening = Opening(ledger, diary, staff)
    casting = Casting(rng, diary, staff)
    opening.write(db, lambda: uid4(rng))
    with db.read() as r:
        policy = {program.code: programs.current_policy(r, program.code) for program in agency.PROGRAMS}
    pen = Pen(rng, diary, ledger, opening, casting.town, policy)
    with db.read() as r:
        domains = dict(r.conn.execute(select(models.need_domain.c.code, models.need_domain.c.id)).all())
    agreed = method.Method(pen, domains)
    plans = casting.deal(size.cases)
    told_so_far, excepted = 0, False
    for batch in _batches(plans):
        _number(db, pen, batch)
        told = [_tell(pen, plan) for plan in batch]
        for one in told:
            agreed.write(one)
            endings.write(agreed, one)
        meetings.groups(pen, told)
        excepted = excepted or marks.exceptions(pen, told)
        here = sum(plan.size for plan in batch)

        def on(done: int, of: int, before: int = told_so_far, here: int = here) -> None:
            step(before + here * done // of, whole.cases)

        ledger.write(db, pen.uid4, on)
        told_so_far += here
    with db.work("demo", uid=pen.uid4()) as w:
        row = {
            "id": ledger.key("external_id"),
            "system": _SYSTEM,
            "entity": _ENTITY,
            "external": whole.said,
            "row_id": 1,
        }
        insert_many(w, models.external_id, [row])
        Desks(w, ledger, diary, opening).lay()
        ledger.settle(w)
        w.receipt(_("Made up the agency"), undoable=False)


def _batches(plans: list[Plan]) -> list[list[Plan]]:
    return [plans[start : start + _BATCH] for start in range(0, len(plans), _BATCH)]


def _number(db: Database, pen: Pen, batch: list[Plan]) -> None:
    """Case numbers for a batch, drawn as for any case."""
    wanted: dict[int, int] = {}
    for plan in batch:
        year = pen.diary.ago(plan.opened).year
        wanted[year] = wanted.get(year, 0) + plan.size
    with db.read() as r:
        drawn = {
            year: numbers.draw(r.conn, year, count, below=pen.rng.randrange) for year, count in sorted(wanted.items())
        }
    for plan in batch:
        free = drawn[pen.diary.ago(plan.opened).year]
        plan.numbers = [free.pop() for _one in range(plan.size)]


def _tell(pen: Pen, plan: Plan) -> Told:
    """One case from the first day to this morning."""
    told = arrive(pen, plan)
    path.walk(pen, told)
    path.risks(pen, told)
    meetings.meet(pen, told)
    papers.write(pen, told)
    agenda.fill(pen, told)
    marks.pin(pen, told)
    return told
