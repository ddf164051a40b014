"""What others do appears while one works; the cursor stays, and what is being written is never touched."""

from __future__ import annotations

import asyncio
from select import select

from caseload.casework import assign, clients, contacts, notes, tasks
from caseload.casework.live import Watch
from caseload.store.database import Database, Work

from . import world
from .conftest import Driving
from .driving import Drive, driving
from .world import TODAY, boss, doing


def _moved(w: Work, key: int, to: str):  # type: ignore[no-untyped-def]
    return assign.commit(w, assign.plan(w, assign.Wish(to=(to,), cases=(key,))), "nearer")


async def _look(t: Drive) -> None:
    await t.app.live.look(sure=True)
    await t.settle()


async def test_others_changes_are_marked_and_r_brings_in_what_came(there: world.Made) -> None:
    who = boss(there.url)
    async with driving(there, who=who, size=(100, 40)) as t:
        await _look(t)
        await t.press("j", "j")
        here, order = t.here, list(t.page.table.keys)
        doing(t.db, "contact", contacts.log, contacts.NewContact((there.case["late"],), "phone", "made", minutes=5))
        doing(t.db, "client", clients.edit, there.case["alert"], {"family": "Lindgren"})
        await _look(t)
        assert (t.here, list(t.page.table.keys)) == (here, order), "nothing jumps"
        assert t.signs()["late"] == t.signs()["alert"] == "↻"
        assert "Lindgren" in t.screen()
        assert "2 changed · r" in t.title
        await t.press("c", "p", "a", "enter")
        await _look(t)
        assert "2 changed · r" in t.title, "one's own acts are no news"
        await t.press("r")
        assert "changed" not in t.title and "↻" not in t.signs().values()


async def test_a_case_that_one_is_given_is_told_and_waits_for_r(drive: Driving) -> None:
    async with drive(who="cleo") as t:
        await _look(t)
        before = list(t.page.table.keys)
        doing(t.db, "assign", _moved, t.made.case["late"], "cleo")
        await _look(t)
        assert "1 new · r" in t.title
        assert list(t.page.table.keys) == before
        await t.press("r")
        assert t.made.case["late"] in t.page.table.keys and "1 new" not in t.title


async def test_the_case_page_is_read_again_and_a_question_is_left_alone(drive: Driving) -> None:
    async with drive(size=(100, 40)) as t:
        await t.press("/", *"neil", "enter", "enter", "tab", "tab")
        await _look(t)
        assert "Ring the school" in t.screen()
        doing(t.db, "task", tasks.add, t.made.case["task"], "Ask the landlord", TODAY)
        await _look(t)
        assert "Ask the landlord" in t.screen()
        assert "Someone else has just changed this case." in t.bottom
        await t.press("t", *"fri my own wor")
        doing(t.db, "task", tasks.add, t.made.case["task"], "A third thing", TODAY)
        await _look(t)
        assert "fri my own wor" in t.bottom
        assert "A third thing" not in t.screen() and "changed meanwhile · r" in t.title
        await t.press("escape", "r")
        assert "A third thing" in t.screen() and "changed meanwhile" not in t.title


async def test_ones_own_act_is_no_news_while_the_page_is_still_read_again(drive: Driving) -> None:
    async with drive(size=(100, 40)) as t:
        await _look(t)
        await t.press("enter")
        reread, others = t.page.reread, []

        async def heard_meanwhile(**named: bool) -> None:
            t.page.reread = reread
            await t.app.live.look(sure=True)
            await reread(**named)

        async def changed_elsewhere(cases: set[int]) -> None:
            others.append(cases)

        t.page.reread, t.page.changed_elsewhere = heard_meanwhile, changed_elsewhere
        await t.press("t", *"fri call the landlord", "enter")
        assert t.page.reread is reread, "it was heard while the page was read"
        assert others == [] and "Added a task" in t.bottom


async def test_the_page_of_all_notes_is_read_again_too(drive: Driving) -> None:
    async with drive(who="demo", size=(100, 40)) as t:
        await t.press("/", *"neil", "enter", "R")
        await _look(t)
        key = t.made.case["task"]
        doing(t.db, "note", notes.write, notes.NewNote(key, text="All well.", sign=True))
        await _look(t)
        assert "All well." in t.screen() and "Someone else has just changed this case." in t.bottom
        await t.press('"', *"And the ren")
        doing(t.db, "note", notes.write, notes.NewNote(key, text="She has moved.", sign=True))
        await _look(t)
        assert "And the ren" in t.bottom and "She has moved." not in t.screen()
        assert "changed meanwhile · r" in t.title
        await t.press("escape", "r")
        assert "She has moved." in t.screen() and "changed meanwhile" not in t.title


async def test_a_note_being_written_is_never_touched(drive: Driving) -> None:
    async with drive(who="demo") as t:
        await _look(t)
        await t.press("/", *"fischer", "enter", "n", "o", *"Mine ")
        note = t.case("draft").notes[0]
        doing(t.db, "note", notes.edit, note.id, "Theirs", seen=note.version)
        await _look(t)
        assert t.page.text().startswith("Subjective:\nMine Tired.")


async def test_it_listens_by_itself(there: world.Made) -> None:
    who = boss(there.url)
    async with driving(there, who=who, size=(100, 40)) as t:
        heard = asyncio.Event()
        tell = t.app.live._tell

        async def told() -> None:
            await tell()
            heard.set()

        t.app.live._tell = told  # type: ignore[method-assign]
        await t.app.live.look()
        heard.clear()
        t.app.live.begin()
        doing(t.db, "contact", contacts.log, contacts.NewContact((there.case["late"],), "phone", "made", minutes=5))
        while "1 changed" not in t.title:
            await asyncio.wait_for(heard.wait(), 30)
            heard.clear()
            await t.settle()


def test_a_watch_hears_each_change_once_and_no_words_being_typed(there: world.Made) -> None:
    from caseload.casework import scratches

    from .world import settings_for

    db = Database(settings_for(there.url, boss(there.url)))
    watch = Watch(db)
    try:
        assert watch.news() == {}
        scratches.keep(db, "note", "case:1", "Half a sentence")
        assert watch.news(sure=True) == {}
        made = doing(db, "task", tasks.add, there.case["late"], "Ring", TODAY)
        if watch.socket is not None:
            assert select([watch.socket], [], [], 30)[0], "the server says it as soon as it gets to it"
        assert watch.news() == {made.change: [there.case["late"]]}
        assert watch.news(sure=True) == {}
    finally:
        watch.close()
        db.close()
