"""The database goes and comes back while somebody types: nothing is lost, nothing is done twice, nothing stands in clear."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from caseload.casework import scratches
from caseload.errors import Lost
from caseload.store.database import Database
from caseload.tui import spool
from caseload.tui.jotter import Typed

from . import world
from .conftest import Driving
from .driving import Drive, driving


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


class Line:
    """The line to a database on the server, as somebody else may cut it."""

    def __init__(self, made: world.Made) -> None:
        parts = psycopg.conninfo.conninfo_to_dict(made.url)
        self.name = parts["dbname"]
        self.admin = psycopg.connect(**{**parts, "dbname": "postgres"}, autocommit=True)

    def hang_up(self) -> None:
        """Everyone is thrown out and may come in again at once, as after a restart."""
        self.admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.name])

    def cut(self) -> None:
        self.admin.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS false')
        self.hang_up()

    def mend(self) -> None:
        self.admin.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS true')


@contextmanager
def line_of(made: world.Made) -> Iterator[Line]:
    line = Line(made)
    try:
        yield line
    finally:
        line.mend()
        line.admin.close()


def _files() -> list[Path]:
    return sorted(spool.home().glob("*"))


async def _back(t: Drive) -> None:
    t.app.away.try_now()
    await t.app.away.over()
    await t.settle()


async def test_a_server_that_was_restarted_between_two_acts_is_not_even_noticed(on_server: world.Made) -> None:
    async with driving(on_server, who=None) as t:
        with line_of(on_server) as line:
            line.hang_up()
            await t.press("c", "p", "a", *"3 no answer", "enter")
            assert "Logged an attempted contact" in t.bottom
            line.hang_up()
            await t.press("j", "enter")
            assert not t.app.away
            assert len(t.case("late").contacts) == 2


async def test_a_lost_database_keeps_what_is_typed_and_goes_on_by_itself(on_server: world.Made) -> None:
    async with driving(on_server, who=None) as t:
        with line_of(on_server) as line:
            await t.press("c", "p", "m", *"12 she called")
            line.cut()
            await t.type(" about the heating")
            await t.app.jotter.finish()
            await t.settle()
            assert "The database does not answer since" in t.screen()
            assert "heating" in t.bottom, "the question stays as it was"
            assert not t.app.jotter.unkept
            (file,) = _files()
            assert file.stat().st_mode & 0o777 == 0o600
            assert b"heating" not in file.read_bytes() and "demo" not in file.name
            await t.press("enter")
            assert "cannot be reached" in t.bottom
            line.mend()
            await _back(t)
            assert "The database answers again" in t.bottom
            assert "does not answer" not in t.screen()
            assert _files() == []
            await t.press("g", "g", "c", "p", "m")
            assert "12 she called about the heating" in t.bottom
            await t.press("enter")
            assert t.case("late").contacts[0].note == "she called about the heating"


async def test_a_screen_that_dies_while_the_database_is_away_loses_no_word(on_server: world.Made) -> None:
    with line_of(on_server) as line:
        async with driving(on_server, who=None) as t:
            await t.press("n", "n", *"She said")
            line.cut()
            await t.type(" the lease ends.")
            await t.app.jotter.finish()
            await t.settle()
        assert len(_files()) == 1
        line.mend()
        async with driving(on_server, who=None) as t:
            assert "1 text that was not saved is back" in t.bottom
            assert _files() == []
            await t.press("n")
            assert t.page.text() == "She said the lease ends."


@contextmanager
def broken_line(when: str) -> Iterator[None]:
    """No database answers, and the next act is cut off `after` its commit or `before` it."""
    work = Database.work

    @contextmanager
    def cut(self: Database, *args: Any, **named: Any) -> Iterator[object]:
        with work(self, *args, **named) as w:
            yield w
            if when == "before":
                raise Lost("The line broke.")
        raise Lost("The line broke.")

    def away(_self: Database, *_args: object) -> None:
        raise Lost("The line broke.")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Database, "work", cut)
        patched.setattr(Database, "committed", away)
        patched.setattr(Database, "answers", away)
        yield


async def test_an_act_cut_off_after_its_commit_is_found_to_be_done(drive: Driving) -> None:
    async with drive() as t:
        with broken_line("after"):
            await t.press("n", "n", *"Heard from her.", "ctrl+s")
            assert "The line broke." in t.bottom
            assert t.app.away
        await _back(t)
        assert "done after all: Saved a draft note" in t.bottom
        assert t.title.startswith("Today"), "its form is left"
        assert [note.text for note in t.case("late").notes] == ["Heard from her."]
        await t.app.jotter.finish()
        await t.press("n")
        assert "go on with the draft" in t.bottom, "its words are not offered again"


async def test_an_act_cut_off_before_its_commit_is_said_not_to_be_done(drive: Driving) -> None:
    async with drive() as t:
        with broken_line("before"):
            await t.press("c", "p", "m", *"5 rang", "enter")
        await _back(t)
        assert "was not done" in t.bottom
        assert len(t.case("late").contacts) == 1
        await t.press("g", "g", "c", "p", "m")
        assert "5 rang" in t.bottom


def test_the_spool_gives_back_the_last_words_of_each_place_and_only_to_its_key(tmp_path: Path) -> None:
    mine, other = spool.Spool("ab" * 32, tmp_path), spool.Spool("cd" * 32, tmp_path)
    mine.put("note|case:1", Typed("Half"))
    mine.put("note|case:2", Typed("Other", 3))
    mine.put("note|case:1", Typed("Half a sentence"))
    assert mine.left() == [], "a living screen holds its own"
    mine.forget("note|case:2")
    mine.release()
    (file,) = tmp_path.iterdir()
    with file.open("ab") as broken:
        broken.write(b"cut off in the mid")
    assert [(one.place, one.typed) for one in mine.left()[0][1]] == [("note|case:1", Typed("Half a sentence"))]
    assert other.left() == []
    file.rename(file.with_name(file.name.replace(mine.name, other.name)))
    assert [found for _path, found in other.left()] == [[]], "another key opens nothing"


def test_a_disk_that_fills_up_costs_no_words_that_come_after_and_no_act(tmp_path: Path) -> None:
    mine = spool.Spool("ab" * 32, tmp_path)
    mine.put("note|case:1", Typed("Kept before"))
    (file,) = tmp_path.iterdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 20, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            mine.put("note|case:2", Typed("No room for this"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    mine.put("note|case:3", Typed("Kept after"))
    mine.release()
    assert [one.typed.text for one in mine.left()[0][1]] == ["Kept before", "Kept after"]
    file.unlink()
    mine = spool.Spool("ab" * 32, tmp_path)
    mine.put("note|case:1", Typed("Saved since"))
    (file,) = tmp_path.iterdir()
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            mine.put("note|case:1", Typed("Saved since, and more"))
        mine.forget("note|case:1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


async def test_words_that_come_late_never_replace_newer_ones(drive: Driving) -> None:
    from datetime import timedelta

    async with drive(who="demo") as t:
        scratches.keep(t.db, "note", "case:1", "newer")
        scratches.keep(t.db, "note", "case:1", "older", age=timedelta(seconds=5))
        scratches.keep(t.db, "note", "case:2", "first", age=timedelta(seconds=5))
        with t.db.read() as r:
            assert {one.subject: one.body for one in scratches.all_mine(r)} == {"case:1": "newer", "case:2": "first"}
