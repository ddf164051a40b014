"""Words being typed and words being saved: never both, whatever is slow."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from caseload.casework import notes, scratches
from caseload.errors import Usage
from caseload.store.connect import connect
from caseload.tui import scribbles
from caseload.tui.desk import Stale
from caseload.tui.jotter import AGAIN, EVERY, PATIENCE, Jotter, Typed

from .conftest import Driving
from .world import settings_for


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


async def test_letters_heard_while_they_are_saved_are_not_offered_again(drive: Driving) -> None:
    async with drive(who="demo") as t:
        jotter, place = t.app.jotter, "note|case:1"
        await jotter.flush(place, "Half a sent")
        async with jotter.saving(place):
            await t.app.desk.jot(
                lambda db: scratches.keep(db, "note", "case:1", "")
            )  # as the act does in its transaction
            jotter.heard(place, "Half a sentence")
            await jotter_beats(jotter)
        await jotter_beats(jotter)
        assert await jotter.recall(place) is None
        with t.db.read() as r:
            assert scratches.all_mine(r) == []


async def test_a_saving_that_fails_keeps_the_words_it_began_with(drive: Driving) -> None:
    async with drive(who="demo") as t:
        jotter, place = t.app.jotter, "note|case:1"
        jotter.heard(place, "Half a sentence")
        with pytest.raises(Usage):
            async with jotter.saving(place):
                raise Usage("no")
        await jotter_beats(jotter)
        with t.db.read() as r:
            assert [one.body for one in scratches.all_mine(r)] == ["Half a sentence"]


async def test_words_a_dead_screen_left_are_not_offered_again_once_they_were_saved(drive: Driving) -> None:
    async with drive(who="demo") as t:
        left = await t.app.desk.jot(scribbles.spool)
        began = time.time()
        place = f"note|case:{t.made.case['late']}"
        left.put(place, Typed("She came in."), began)
        left.release()
        with t.db.work("note") as w:
            notes.write(w, notes.NewNote(t.row("late").case, text="She came in.", scratch=place))
        assert await t.app.desk.jot(lambda db: scribbles.take_up(db, left)) == 1
        with t.db.read() as r:
            assert scratches.all_mine(r) == []


async def test_words_typed_while_a_failed_keeping_waits_to_be_tried_again_do_not_wait_with_it(drive: Driving) -> None:
    async with drive(who="demo") as t:
        jotter = t.app.jotter
        jotter._later(AGAIN)
        jotter.heard("note|case:1", "Half a sentence")
        assert jotter._timer is not None
        assert jotter._timer.when() <= asyncio.get_running_loop().time() + EVERY


async def jotter_beats(jotter: Jotter) -> None:
    """Longer than the jotter waits before it writes."""
    await asyncio.sleep(EVERY * 1.5)
    await jotter.finish()


async def test_leaving_the_screen_waits_for_words_that_are_just_being_kept(
    drive: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = scribbles.keep

    def crawl(*args: Any) -> None:
        time.sleep(2 * PATIENCE)
        slow(*args)

    async with drive(who="demo") as t:
        monkeypatch.setattr(scribbles, "keep", crawl)
        t.app.jotter.heard("note|case:1", "Half a sentence")
        await asyncio.sleep(1.5 * EVERY)
        t.app.exit()
    with connect(settings_for(t.made.url, "demo")) as db, db.read() as r:
        assert [one.body for one in scratches.all_mine(r)] == ["Half a sentence"]


async def test_what_is_asked_after_the_screen_was_left_is_no_fault(drive: Driving) -> None:
    async with drive(who="demo") as t:
        pass
    with pytest.raises(Stale):
        await t.app.desk.read(scratches.all_mine)
