"""Supervision on the screen: what to ask about, what was brought, what was agreed."""

from __future__ import annotations

from caseload.casework import notes, staff, tasks, topics
from caseload.casework.staff import WorkerFields
from caseload.store.connect import connect

from .conftest import Driving
from .driving import Drive
from .test_unsaved import kept
from .world import TODAY, doing, settings_for


async def _to(t: Drive, name: str) -> None:
    while t.here != name:
        await t.press("j")


async def test_a_case_is_brought_from_today_and_what_is_typed_comes_back(drive: Driving) -> None:
    async with drive() as t:
        await _to(t, "late")
        await t.press("B", *"She frightens", "escape", "B")
        assert "She frightens" in t.bottom and "kept" in t.bottom
        await t.press(*" me.", "enter")
        assert "Brought to supervision" in t.bottom and "undo" in t.bottom
        await t.press("g", "m")
        assert t.title.startswith("Supervision  Ana Rossi") and "1 topic waits" in t.title
        assert "She frightens me." in t.screen() and "Conti, Maria" in t.screen()
        await t.press("G", "e", *" Still.", "enter")
        assert "She frightens me. Still." in t.screen()
        await t.press("B", *"Night calls.", "enter")
        assert "2 topics wait" in t.title and "about no case" in t.screen()


async def test_the_supervisor_opens_an_agenda_from_team_and_marks_what_was_agreed(drive: Driving) -> None:
    async with drive(who="ben") as t:
        doing(t.db, "topic", topics.bring, "She frightens me.", case=t.made.case["late"], about="ana")
        await t.press("g", "w")
        while "Ana Rossi" not in next(line for line in t.lines() if line.startswith("›")):
            await t.press("j")
        await t.press("g", "m")
        assert t.title.startswith("Supervision  Ana Rossi")
        assert "critical risk" in t.screen() and "Conti, Maria" in t.screen()
        while "critical risk" not in next(line for line in t.lines() if line.startswith("›")):
            await t.press("j")
        await t.press("enter")
        assert [t.named(one) for one in t.page.table.keys] == ["late"], "a number opens its rows"
        await t.press("escape", "G", "m", *"We go together.", "enter", *"mon ring the landlord", "enter")
        assert "Discussed a topic, with a task" in t.bottom
        assert "→ We go together." in t.screen() and "task: ring the landlord, due Mon 23 Nov" in t.screen()
        assert [one.title for one in t.case("late").tasks] == ["ring the landlord"]
        await t.press("u")
        assert "1 topic waits" in t.title and t.case("late").tasks == ()
        await t.press("G", "m", *"Together", "enter", "escape", "m")
        assert "Together" in t.bottom, "the first answer is kept while the second is asked"


async def test_an_agenda_is_shown_to_nobody_else_and_masked_without_identity(drive: Driving) -> None:
    async with drive(who="adam") as t:
        await t.press("g", "m")
        assert "no part in supervision" in t.screen()
    async with drive(who="ben") as t:
        doing(t.db, "topic", topics.bring, "Maria frightens me.", case=t.made.case["late"], about="ana")
        await t.press("I", "g", "w", "G")
        while "Ana Rossi" not in next(line for line in t.lines() if line.startswith("›")):
            await t.press("k")
        await t.press("g", "m")
        assert "[client] frightens me." in t.screen() and "Maria" not in t.screen() and "Conti" not in t.screen()
        await t.press("G", "e")
        assert "masked" in t.bottom


async def test_a_supervisor_co_signs_a_juniors_note_and_nobody_their_own(drive: Driving) -> None:
    async with drive(who="ben") as t:
        for who in ("ana", "ben"):
            doing(t.db, "worker", staff.edit_worker, who, WorkerFields(seniority="junior"))
        for who in ("ana", "ben"):
            db = connect(settings_for(t.made.url, who))
            doing(db, "note", notes.write, notes.NewNote(t.made.case["late"], text=f"By {who}.", sign=True))
            db.close()
        await _to(t, "late")
        await t.press("R")
        while t.page.picked[1].by != "ana":
            await t.press("j")
        await t.press("S", "y")
        assert "Co-signed 1 note" in t.bottom and "signed, co-signed by ben" in t.screen()
        while t.page.picked[1].by != "ben":
            await t.press("j")
        await t.press("S")
        assert "no draft" in t.bottom, "nobody co-signs their own"


async def test_what_others_change_is_no_new_look_at_an_agenda_that_is_open(drive: Driving) -> None:
    def looks() -> int:
        with t.db.read() as r:
            return len(r.conn.exec_driver_sql("SELECT id FROM look").all())

    async with drive(who="ben") as t:
        await t.app.live.look(sure=True)
        doing(t.db, "topic", topics.bring, "She frightens me.", case=t.made.case["late"], about="ben")
        await t.press("g", "m")
        before, reads = looks(), t.app.desk.reads
        doing(t.db, "task", tasks.add, t.made.case["calm3"], "Ring", TODAY)
        doing(t.db, "task", tasks.add, t.made.case["late"], "Ring", TODAY)
        await t.app.live.look(sure=True)
        await t.settle()
        assert looks() == before and t.app.desk.reads > reads
        doing(t.db, "topic", topics.bring, "He is afraid.", case=t.made.case["calm3"], about="ben")
        await t.app.live.look(sure=True)
        await t.settle()
        assert "He is afraid." in t.screen() and looks() == before + 1, "what came to it is looked at once"


async def test_words_kept_over_an_earlier_wording_replace_no_other_unseen(drive: Driving) -> None:
    def agreed() -> str | None:
        with t.db.read() as r:
            return topics.of_worker(r, topics.agenda_of(r, "ben").id)[0].agreed

    async with drive(who="ben") as t:
        brought = doing(t.db, "topic", topics.bring, "She frightens me.", case=t.made.case["late"], about="ben")
        topic = brought.data["topic"]
        doing(t.db, "topic", topics.discuss, topic, "We go together.")
        await t.press("g", "m", "G", "e", *" On Monday.", "escape")
        doing(t.db, "topic", topics.reword, topic, "Ana goes alone.")
        await t.press("g", "u", "enter")
        assert "Other words stand there by now." in t.bottom and agreed() == "Ana goes alone."
        await t.press("escape", "r", "G", "e")
        assert "We go together. On Monday." in t.bottom and "other words stand there by now" in t.bottom
        await t.press("enter")
        assert "Saved by someone else meanwhile" in t.title
        assert "We go together. On Monday." in t.screen() and "Ana goes alone." in t.screen()
        await t.press("escape", "e")
        assert "We go together. On Monday." in t.bottom and agreed() == "Ana goes alone."
        await t.press("enter", "enter")
        assert agreed() == "Ana goes alone.\n\nWe go together. On Monday.", "both stand unless somebody chooses"
        await t.press("e", *" Early.")
        doing(t.db, "topic", topics.reword, topic, "Nobody goes.")
        await t.press("enter")
        assert "Someone else changed that topic" in t.bottom
        await t.press("e", "enter")
        assert "Saved by someone else meanwhile" in t.title and "Early." in t.screen()
        await t.press("m", "enter")
        assert (agreed() or "").endswith("Early.") and kept(t, "ben") == {}
