"""What was typed and not saved: counted on Today, listed, gone on with, thrown away; and kept for every question with words."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import caseload.tui
from caseload.casework import clients, merge, notes, scratches, tasks, transfers
from caseload.tui.acts import unsaved

from .conftest import Driving
from .driving import Drive
from .world import doing


def kept(t: Drive, who: str = "ana") -> dict[str, str]:
    """All unsaved words of a worker, by their place."""
    from caseload.store.connect import connect

    from .world import settings_for

    db = connect(settings_for(t.made.url, who))
    try:
        with db.read() as r:
            return {f"{one.form}|{one.subject}": one.body for one in scratches.all_mine(r)}
    finally:
        db.close()


async def test_today_counts_what_is_not_saved_and_the_list_goes_on_with_it(drive: Driving) -> None:
    async with drive() as t:
        assert "not saved" not in t.title
        await t.press("c", "p", "m", *"15 the heating is off", "escape")
        assert "1 not saved · g u" in t.title
        assert "heating" not in t.title
        await t.press("j", "n", "n", *"She wept.", "escape")
        assert "2 not saved · g u" in t.title
        await t.press("g", "u")
        lines = t.lines()
        assert lines[0].split() == ["Typed", "and", "not", "saved", "2", "texts"]
        assert "Note narrative" in lines[1] and t.made.number["alert"] in lines[1] and "Lindqvist, Josef" in lines[1]
        assert "She wept." in lines[2]
        assert "Contact" in lines[3] and "Conti, Maria" in lines[3]
        assert "15 the heating is off" in lines[4]
        await t.press("enter")
        assert t.title.startswith("Note narrative")
        assert "She wept." in t.screen()
        await t.press("ctrl+s")
        assert "1 text" in t.title and "She wept." not in t.screen()
        await t.press("enter", "p", "m")
        assert "15 the heating is off" in t.bottom
        await t.press("enter")
        assert "Nothing: everything you typed is saved." in t.screen()
        assert t.case("late").contacts[0].note == "the heating is off"
        await t.press("escape")
        assert "not saved" not in t.title
        assert kept(t) == {}


async def test_words_are_thrown_away_only_after_asking(drive: Driving) -> None:
    async with drive() as t:
        await t.press("t", *"fri ring the school", "escape", "g", "u", "x")
        assert "Throw these words away for good?" in t.bottom
        await t.press("n")
        assert "fri ring the school" in t.screen()
        await t.press("x", "y")
        assert "Thrown away." in t.bottom
        assert kept(t) == {}
        await t.press("x", "enter", "escape")
        assert t.title.startswith("Today") and "not saved" not in t.title


async def test_of_a_case_that_is_out_of_sight_no_word_is_shown(drive: Driving) -> None:
    async with drive() as t:
        await t.press("c", "p", "m", *"15 her new address", "escape")
        with t.db.work("scene") as w:
            from sqlalchemy import insert

            from caseload.models import case_access

            me = w.conn.exec_driver_sql("SELECT id FROM worker WHERE handle = 'ana'").scalar()
            row = {"case_id": t.made.case["late"], "worker_id": me, "kind": "deny", "why": "kin"}
            w.conn.execute(insert(case_access).values(row))
            w.receipt("Set the scene", undoable=False)
        await t.press("g", "u")
        text = t.screen()
        assert "a case that is no longer yours to see" in text
        assert "address" not in text and "Conti" not in text and t.made.number["late"] not in text
        await t.press("enter")
        assert "no longer yours to see" in t.bottom
        await t.press("x", "y")
        assert kept(t) == {}


async def test_the_words_of_moves_and_absences_are_kept_as_well(drive: Driving) -> None:
    async with drive() as t:
        doing(t.db, "offer", transfers.offer, [t.made.number["cleos"]], "ana", "nearer to her")
        await t.press("H", "a", "enter", "d", *"no room before spring", "escape")
        await t.press("H", "o", *"cl", "enter", *"fri moved south", "escape")
        await t.press("H", "c", *"ana", "enter", *"cleo", "enter", "enter", *"1 dec to 14 dec my leave", "escape")
        assert sorted(kept(t).values()) == ["1 dec to 14 dec my leave", "fri moved south", "no room before spring"]
        await t.press("g", "u")
        assert "Absence  ana" in t.screen()
        await t.press("enter", *"cleo", "enter", "enter")
        assert "1 dec to 14 dec my leave" in t.bottom
        await t.press("enter", "y")
        assert "ana is away Tue 1 Dec to Mon 14 Dec" in t.bottom
        assert "Offer to a colleague" in t.lines()[1]
        await t.press("enter", *"cleo", "enter", "enter")
        assert "Offered 1 case to cleo" in t.bottom
        assert "Why the offer is declined" in t.lines()[1] and t.made.number["cleos"] in t.lines()[1]
        await t.press("enter")
        assert "no room before spring" in t.bottom
        await t.press("enter")
        assert "Declined 1 case of cleo" in t.bottom
        assert kept(t) == {}
        await t.press("u")
        assert "Undid" in t.bottom


async def test_words_over_a_draft_that_is_gone_become_a_note(drive: Driving) -> None:
    async with drive(who="demo") as t:
        [draft] = [one for one in t.case("draft").notes if one.state == "draft"]
        await t.app.jotter.flush(f"note|note:{draft.id}", "Typed over it.", draft.version)
        doing(t.db, "discard", notes.discard, draft.id)
        await t.press("g", "u")
        assert t.made.number["draft"] in t.lines()[1]
        await t.press("enter")
        assert "thrown away meanwhile" in t.bottom
        await t.press("y", "ctrl+s")
        assert [one.text for one in t.case("draft").notes] == ["Typed over it."]
        assert kept(t, "demo") == {}


async def test_what_the_words_were_about_is_over(drive: Driving) -> None:
    async with drive() as t:
        [task] = t.case("task").tasks
        await t.app.jotter.flush(f"task-{task.id}|case:{t.made.case['task']}", "Ring the new school")
        doing(t.db, "done", tasks.done, task.id)
        await t.app.jotter.flush("decline|transfer:99", "no room")
        await t.press("g", "u", "enter")
        assert "no longer yours to see" in t.bottom
        await t.press("j", "enter")
        assert "That task is done or gone. x throws the words away." in t.bottom
        assert len(kept(t)) == 2


async def test_words_about_several_cases_say_how_they_come_back(drive: Driving) -> None:
    async with drive() as t:
        await t.press("space", "space", "s", "a", *"agreed with both", "escape", "g", "u")
        assert "several cases" in t.lines()[1] and "agreed with both" in t.lines()[2]
        await t.press("enter")
        assert "Mark the same cases again" in t.bottom


async def test_each_kind_of_words_opens_its_form(drive: Driving) -> None:
    """Whatever form words were kept in, Enter on them leads to where they stand again, letters answered in between."""
    letters = {"contact": "pm", "appointment": "", "alert": "mh", "snooze": "", "stage": "p", "risk": "h"}
    async with drive() as t:
        key = t.made.case["task"]
        [task] = t.case("task").tasks
        with t.db.read() as r:
            client = clients.read(r, key).client
        met = t.case("task").contacts[0].id
        forms = [*letters, "task", "task-again", f"task-{task.id}", f"comment-c{met}", "snooze-why"]
        for form in forms:
            text = "2w words of mine" if form in ("snooze", "task") else "words of mine"
            await t.app.jotter.flush(f"{form}|case:{key}", text)
            await t.press("g", "u")
            assert unsaved.form_words(form) in t.lines()[1], form
            await t.press("enter", *letters.get(form, ""))
            if form == "snooze-why":
                await t.press("2", "w", "enter")
            assert "words of mine" in t.bottom, form
            await t.press("escape", "x", "y", "escape")
            assert not kept(t), form
        for form, start in (("assign", "cleo"), ("transfer", "cleo")):
            await t.app.jotter.flush(f"{form}|case:{key}", "fri words of mine")
            await t.press("g", "u", "enter", *start, "enter")
            assert "fri words of mine" in t.bottom, form
            await t.press("escape", "x", "y", "escape")
        for form, title in (("consent", "Consent in"), ("disclose", "Told in")):
            await t.app.jotter.flush(f"{form}|case:{key}", json.dumps({"recipient": "words of mine"}))
            await t.press("g", "u")
            assert unsaved.form_words(form) in t.lines()[1] and "words of mine" in t.lines()[2], form
            await t.press("enter")
            assert t.title.startswith(title) and "words of mine" in t.screen()
            await t.press("escape", "x", "y", "escape")
            assert not kept(t), form
        await t.app.jotter.flush(f"client|client:{client}", "no form at all")
        await t.press("g", "u", "enter")
        assert t.title.startswith("Client of")
        await t.press("escape", "x", "y", "escape", "+", *"Nina", "escape", "g", "u")
        assert "Intake" in t.lines()[1] and "Nina" in t.lines()[2]
        await t.press("enter")
        assert t.title.startswith("Intake") and "Nina" in t.screen()


async def test_words_about_a_record_that_was_merged_are_read_and_thrown_away(drive: Driving) -> None:
    async with drive() as t:
        late, task = t.made.case["late"], t.made.case["task"]
        with t.db.read() as r:
            gone, planned = clients.read(r, late).client, merge.plan(r, late, task)
        doing(t.db, "merge", merge.commit, planned, "One person")
        typed = {"version": 1, "base": {"given": "Mara"}, "typed": {"given": "Mariam"}}
        await t.app.jotter.flush(f"client|client:{gone}", json.dumps(typed))
        await t.press("g", "u")
        assert "Client's particulars" in t.lines()[1] and "Mariam" in t.lines()[2]
        await t.press("enter")
        assert "That record was merged into another. x throws the words away." in t.bottom
        await t.press("x", "y")
        assert not kept(t)


def test_every_question_that_keeps_words_has_a_name_and_an_opener() -> None:
    """A form that nobody listed would stand among the unsaved words without a way back."""
    found = set()
    for path in Path(caseload.tui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                at = {"words_about": 2, "words_at": 2, "_place": 0}.get(node.func.id)
                if at is not None and len(node.args) > at:
                    found |= {_form(one) for one in ast.walk(node.args[at]) if isinstance(one, ast.Constant)}
    found -= {""}
    assert len(found) > 12
    for form in found:
        name, _line = unsaved.parted(form + ("1" if form.endswith("-") else ""))
        assert name in unsaved.OPENERS, form
        assert unsaved.form_words(name) != name, form
    for name in unsaved.OPENERS:
        assert unsaved.form_words(name) != name


def _form(constant: ast.Constant) -> str:
    text = str(constant.value).partition("|")[0]
    return "" if text in ("c", "case:", "worker:") or ":" in text else text


@pytest.mark.parametrize("who", ["ana", "cleo"])
async def test_everyone_sees_their_own_alone(drive: Driving, who: str) -> None:
    async with drive() as t:
        await t.press("c", "p", "m", *"15 between us", "escape")
    async with drive(who=who) as t:
        await t.press("g", "u")
        assert ("between us" in t.screen()) == (who == "ana")
