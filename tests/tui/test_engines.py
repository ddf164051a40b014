"""A day's work by keyboard at 80x24, on both engines; the same facts then come out of the practice."""

from __future__ import annotations

from caseload.casework import changes
from caseload.store import verify

from . import world
from .driving import driving


async def test_a_day_s_work(there: world.Made) -> None:
    made = there
    async with driving(made, who=world.boss(made.url)) as t:
        # Everything in scope, for one who holds nothing.
        assert t.here == "late"
        await t.press("c", "p", "a", *"3 no answer", "enter")
        assert t.here == "alert"
        await t.press("c", "v", "m", *"40 kitchen table", "enter")
        noted_one = t.here
        await t.press("n", "s", *"Hopeful.", "tab", *"Flat is warm.", "tab", "tab", *"Visit again.", "ctrl+g", "y")
        doing = t.here
        await t.press("t", *"fri ring the landlord", "enter", "enter", "tab", "tab", "d", "escape")
        await t.press(
            "z", *"m court", "enter", "space", "space", "space", "a", *"ben", "enter", "enter", *"nearer", "enter"
        )
        assert "Moved 3 cases" in t.bottom
        moved = [name for name in made.case if t.row(name).worker == "ben"]
        assert len(moved) == 3
        await t.press("u")
        assert [name for name in made.case if t.row(name).worker == "ben"] == []
        await t.press("/", *"haddad", "enter")
        assert [t.named(key) for key in t.page.table.keys] == ["attempts"]
        late, alert, noted, tasked = t.case("late"), t.case("alert"), t.case(noted_one), t.case(doing)
        with t.db.read() as r:
            said = [row.verb for row in changes.listed(r, limit=7)][::-1]
            verdict = verify.verify_journal(r)
        await t.press("q")
        assert not t.app.is_running
    assert (late.contacts[0].outcome, late.contacts[0].note) == ("attempted", "no answer")
    assert (alert.contacts[0].kind, alert.contacts[0].outcome, alert.contacts[0].minutes) == ("visit", "made", 40)
    assert [(n.form, n.state) for n in noted.notes] == [("soap", "signed")]
    assert [task.title for task in tasked.tasks if task.done_at] == ["ring the landlord"]
    assert said == ["contact", "sign", "task", "do", "snooze", "assign", "undo"]
    assert verdict.sound


async def test_what_may_be_told_and_was(there: world.Made) -> None:
    made = there
    async with driving(made, who=world.boss(made.url)) as t:
        await t.press(
            "C",
            "g",
            *"Housing office",
            "tab",
            *"ident",
            "tab",
            *"Her address",
            "tab",
            *"A flat",
            "tab",
            *"26w",
            "ctrl+s",
        )
        await t.press(
            "C", "d", *"housing office", "tab", "tab", *"ident", "tab", *"By post", "tab", *"A flat", "ctrl+s"
        )
        assert "Recorded a disclosure (consent)" in t.bottom
        await t.press("C", "q", *"housing office", "enter", *"notes", "enter")
        assert "No. The consent" in t.bottom
        await t.press("C", "r", "enter", *"she rang", "enter", "u")
        late = t.case("late")
    assert [one.state for one in late.consents] == ["in_force"]
    assert [(one.what, one.consent) for one in late.disclosures] == [("By post", late.consents[0].id)]
