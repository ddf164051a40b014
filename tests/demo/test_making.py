"""Making the agency: the same for the same seed and day, one that can be worked in, and never over something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, inspect, select

from caseload import demo, models, settings
from caseload.casework import cases, intake, staff, triage
from caseload.demo import agency as given
from caseload.demo.ledger import Ledger
from caseload.demo.scenes import SCENES, deck
from caseload.errors import Refused, Usage
from caseload.settings import Settings
from caseload.store import founding, undo, verify
from caseload.store.database import Database
from caseload.store.rules import RULE_NAMES
from tests.support.databases import open_engine

from .made import SMALLEST, Smallest, named

# ---------------------------------------------------------------- it comes out the same


def content(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every fact of a database but the real time at which it was founded and written down."""
    out = {}
    for table in models.metadata.sorted_tables:
        if table.name in ("acting", "journal", "payload", "seal", "change"):
            continue
        # Which transaction wrote a row is the server's own business.
        stamps = (models.agency.c.created_at, *(table.c.get(name) for name in ("made_in", "touched_in")))
        columns = [column for column in table.columns if not any(column is one for one in stamps)]
        out[table.name] = [tuple(row) for row in conn.execute(select(*columns).order_by(next(iter(table.primary_key))))]
    written = models.change.c
    out["change"] = [
        tuple(row) for row in conn.execute(select(written.verb, written.summary, written.cases).order_by(written.id))
    ]
    out["uid"] = [tuple(row) for row in conn.execute(select(written.uid).where(written.id > 1).order_by(written.id))]
    entry = models.journal.c
    said = select(entry.change_id, entry.table_name, entry.row_id, entry.case_id, entry.op, entry.columns)
    out["journal"] = sorted(tuple(row) for row in conn.execute(said.where(entry.change_id > 1)))
    return out


def dump(where: Settings) -> dict[str, list[tuple[Any, ...]]]:
    db = Database(where)
    try:
        with db.read() as r:
            return content(r.conn)
    finally:
        db.close()


def test_the_same_seed_and_day_give_the_same_agency(small: Settings, empty_url: str) -> None:
    again = named(empty_url)
    demo.build(again, SMALLEST)
    first, second = dump(small), dump(again)
    for table in first:
        assert first[table] == second[table], table


def test_another_seed_gives_another_agency(smallest: Smallest, tmp_path: Path) -> None:
    other = named(str(tmp_path / "demo.db"))
    demo.build(other, replace(SMALLEST, seed=2))
    assert dump(smallest.on("sqlite"))["identity"] != dump(other)["identity"]


def test_both_engines_give_the_same_agency(smallest: Smallest) -> None:
    one, other = dump(smallest.on("sqlite")), dump(smallest.on("postgresql"))
    for told in (one, other):
        # The founder's login is the machine's on one, the server's on the other.
        login = [column.name for column in models.worker.columns].index("login")
        told["worker"] = [row[:login] + row[login + 1 :] for row in told["worker"]]
    for table in one:
        assert one[table] == other[table], table


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2024, 2, 29), date(2025, 11, 2), date(2026, 7, 5)], ids=str)
def test_every_reason_is_there_whatever_the_day(tmp_path: Path, day: date) -> None:
    """New year's day, a leap day, the Sunday on which the clocks change, a Sunday after a holiday."""
    where = named(str(tmp_path / "demo.db"), day)
    demo.build(where, replace(SMALLEST, seed=day.day))
    db = Database(where)
    with db.read() as r:
        assert r.today == day
        found = triage.reasons(r, triage.queue(r, triage.View(agency=True)))
        assert {reason.rule for why in found.values() for reason in why} == set(RULE_NAMES)
        assert verify.check(r).faults == ()
    db.close()


# ---------------------------------------------------------------- it can be worked in


def test_without_a_day_it_follows_the_real_one_and_work_goes_on_in_it(empty_url: str) -> None:
    where = named(empty_url, None)
    demo.build(where, SMALLEST)
    db = Database(where)
    with db.work("intake") as w:
        new = intake.NewCase("Ada", "Nowak", "housing", worker="ana", phone="(212) 555-0100")
        receipt = intake.open_case(w, new)
    with db.read() as r:
        assert r.agency.is_demo and r.agency.clock_on is None and not r.as_of
        assert set(triage.counts(r, triage.View(agency=True))) == {1, 2, 3, 4, 5}
        assert cases.count(r, "nowak") == 1
        assert verify.verify_journal(r).faults == () and verify.check(r).faults == ()
        assert undo.last_undoable(r.conn, r.me.id) == receipt.change
    db.close()


def test_a_bigger_agency_has_more_staff_with_handles_of_their_own(tmp_path: Path) -> None:
    summary = demo.build(named(str(tmp_path / "demo.db")), replace(SMALLEST, workers=40))
    assert (summary.cases, summary.workers) == (40, 40)
    many = given.staff(2000)
    assert len({one.handle for one in many}) == 2000
    assert all(staff.handle_of(one.handle) == one.handle for one in many)


@pytest.mark.parametrize("count", [18, 23, 36, 46, 300])
def test_a_hand_of_scenes_shows_each_at_least_once_and_mostly_calm_ones(count: int) -> None:
    unseen = list(SCENES)
    dealt = deck(count, unseen)
    assert len(dealt) == count and not unseen
    assert {scene.name for scene in dealt} == {scene.name for scene in SCENES}
    if count > 40:
        calm = ("in_order", "contact_soon", "task_soon", "appointment_soon", "snoozed")
        assert sum(scene.name in calm for scene in dealt) > count / 2


# ---------------------------------------------------------------- where it is, and what is there already


def test_an_existing_demo_is_opened_as_it_is(small: Settings) -> None:
    there = demo.build(small)
    assert there.cases == 40 and there.workers == 7
    assert demo.build(small, SMALLEST) == there
    assert demo.build(replace(small, worker="ana", today=date(2026, 12, 1))) == there


@pytest.mark.parametrize("other", [demo.DemoOptions(cases=41), demo.DemoOptions(workers=8), demo.DemoOptions(seed=5)])
def test_an_existing_demo_of_another_size_is_refused(small: Settings, other: demo.DemoOptions) -> None:
    before = demo.build(small)
    with pytest.raises(Refused, match="--cases 40 --workers 7 --seed 1"):
        demo.build(small, other)
    assert demo.build(small) == before


def test_a_real_agency_is_left_alone(empty_url: str) -> None:
    where = named(empty_url, None)
    founding.found(where, founding.Founding("Harbour", "Europe/Rome", "ana", "Ana"))
    with pytest.raises(Refused, match="real agency"):
        demo.build(where)
    db = Database(where)
    with db.read() as r:
        assert r.conn.execute(select(func.count()).select_from(models.worker)).scalar_one() == 1
    db.close()


def test_a_demo_that_was_interrupted_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where = named(empty_url)

    def interrupted(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(Ledger, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            demo.build(where, SMALLEST)
    if where.path is not None:
        assert [file.name for file in where.path.parent.glob(f"*{where.path.name}*")] == []
    else:
        engine = open_engine(empty_url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()


def test_progress_is_told_in_cases(smallest: Smallest) -> None:
    smallest.on("sqlite")
    said = smallest.progress
    assert said == sorted(said) and said[-1] == (40, 40)


def test_it_has_a_file_of_its_own_unless_a_database_is_named(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = demo.place(settings.load(environ={}))
    assert usual.path is not None and usual.path.name == "demo.db" and own_home in usual.path.parents
    assert demo.place(settings.load(database="/tmp/other.db", environ={})).path == Path("/tmp/other.db")
    assert demo.place(settings.load(environ={"CASELOAD_DATABASE": "/tmp/other.db"})).path == Path("/tmp/other.db")
    real = replace(settings.load(environ={}), database="sqlite:////srv/real.db", database_source="file")
    assert demo.place(real).path == usual.path, "the database of the settings file is somebody's real one"


@pytest.mark.parametrize(
    "wrong",
    [
        demo.DemoOptions(cases=0),
        demo.DemoOptions(cases=39),
        demo.DemoOptions(cases=2_000_001),
        demo.DemoOptions(workers=6),
        demo.DemoOptions(workers=100_001),
    ],
)
def test_a_size_that_makes_no_agency_is_refused(tmp_path: Path, wrong: demo.DemoOptions) -> None:
    with pytest.raises(Usage, match="lies between"):
        demo.build(named(str(tmp_path / "x.db")), wrong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_without_room_for_a_history_is_refused(tmp_path: Path, day: date) -> None:
    with pytest.raises(Usage, match="lies between"):
        demo.build(named(str(tmp_path / "x.db"), day))
    assert list(tmp_path.iterdir()) == []
