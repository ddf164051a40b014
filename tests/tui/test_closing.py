"""Closing on the screen: the gates with a key to mend each, what is chosen is kept, and the place is given on in one key."""

from __future__ import annotations

import json
from datetime import timedelta

from caseload.casework import assessments, closing, intake, notes, questionnaires
from caseload.casework.instruments import answers, shipped
from caseload.tui.screens.assessing import AssessPage
from caseload.tui.screens.closing import ClosingPage
from caseload.tui.screens.gates import GatesPage
from caseload.tui.screens.outcomes import OutcomesPage

from .conftest import Driving
from .driving import Drive
from .test_unsaved import kept
from .world import TODAY, doing


def asked(t: Drive, name: str = "late", instrument: str = "gad-2") -> None:
    """An instrument at the beginning."""
    given = answers.typed_all(shipped.shipped(instrument).questionnaire, {"1": "3", "2": "3"})
    doing(t.db, "assess", assessments.record, assessments.NewAssessment(t.made.case[name], instrument, given))


async def test_a_case_in_which_nothing_stands_in_the_way_is_closed_with_its_reason(drive: Driving) -> None:
    async with drive() as t:
        assert t.here == "late"
        await t.press("s", "c")
        assert isinstance(t.page, ClosingPage) and "may be closed" in t.title
        assert "All clear" in t.screen() and "Paul" not in t.screen()
        # A destination is found by its words, or by the code that commands call it by.
        await t.press("g", "g", "enter", "c", "j", "enter", *"rented home, no", "enter")
        assert "a rented home, no subsidy" in t.screen()
        await t.press("enter", *"435", "enter")
        assert "a rented home, with a subsidy" in t.screen()
        await t.press("enter", *"410", "enter", "j", "enter", *"4w", "enter")
        assert "completed" in t.screen() and "a rented home, no subsidy" in t.screen()
        await t.press("ctrl+s", "enter")
        assert "A closing needs a reason." in t.bottom
        await t.press(*"Moved in", "enter")
        assert "Closed the case; aftercare on" in t.bottom
        case = t.case("late")
        assert (case.row.stage, case.stages[0].close_reason, case.stages[0].destination) == (
            "closed",
            "completed",
            "410",
        )
        assert case.stages[0].why == "Moved in" and kept(t) == {}
        assert [one.due for one in case.tasks] == [TODAY + timedelta(weeks=4)]
        await t.press("u")
        assert t.row("late").stage != "closed"


async def test_of_several_the_gates_are_said_case_by_case_and_the_first_is_a_key_away(drive: Driving) -> None:
    async with drive(size=(80, 24)) as t:
        doing(t.db, "note", notes.write, notes.NewNote(t.made.case["late"], text="Half"))
        assert t.here == "late"
        await t.press("space", "space", "s", "c")
        assert isinstance(t.page, GatesPage) and "1 held up" in t.title
        assert f"{t.made.number['late']}  drafts" in t.screen() and "Close the other one" in t.screen()
        assert max(map(len, t.lines())) <= 80
        await t.press("j", "enter")
        assert isinstance(t.page, ClosingPage) and "1 gate shut" in t.title
        await t.press("escape")
        assert isinstance(t.page, GatesPage)
        await t.press("escape")
        assert "Nothing more was closed." in t.bottom
        await t.press("s", "c", "enter", *"They moved", "enter")
        assert "Moved 1 case to stage closed" in t.bottom or "Closed the case" in t.bottom
        assert t.row("late").stage != "closed"


async def test_each_gate_is_mended_by_its_key_or_passed_with_a_reason(drive: Driving) -> None:
    async with drive() as t:
        asked(t)
        doing(t.db, "note", notes.write, notes.NewNote(t.made.case["late"], text="Half"))
        await t.press("s", "c")
        assert "2 gates shut" in t.title and "6 at the beginning" in t.screen()
        await t.press("ctrl+s")
        assert "Still shut: drafts, final evaluation." in t.bottom
        await t.press("o", *"Hers", "enter")
        assert "1 gate shut" in t.title and "passed" in t.screen()
        await t.press("j", "j", "j", "enter", "a")
        assert isinstance(t.page, AssessPage) and t.page.phase == "closing"
        await t.press("0", "0", "ctrl+s")
        assert isinstance(t.page, ClosingPage) and "may be closed" in t.title
        await t.press("ctrl+s", *"Done", "enter")
        assert t.row("late").stage == "closed"
        with t.db.read() as r:
            assert [(one.gate, one.why) for one in closing.passed(r, t.made.case["late"])] == [("drafts", "Hers")]


async def test_what_cannot_be_asked_any_more_is_put_on_record(drive: Driving) -> None:
    async with drive() as t:
        asked(t)
        await t.press("s", "c", "enter", "n")
        assert "may be closed" in t.title
        await t.press("g", "g", "j", "j", "j", "enter", "d")
        assert "the client did not want to" in t.screen()
        assert [(one.instrument, one.why) for one in t.case("late").offers] == [
            ("client-voice", "declined"),
            ("gad-2", "not_reached"),
        ]


async def test_what_was_chosen_is_kept_and_comes_back(drive: Driving) -> None:
    async with drive() as t:
        asked(t)
        await t.press("s", "c", "o", *"She has left", "escape", "g", "g", "enter", "l", "escape")
        assert list(kept(t)) == [f"closing|case:{t.made.case['late']}"]
        await t.press("g", "u")
        assert "Closing" in t.screen() and "She has left" in t.screen()
        await t.press("enter")
        assert isinstance(t.page, ClosingPage) and "left before the end" in t.screen()
        await t.press("j", "j", "j", "j", "o", "enter")
        assert t.page.passed == {"evaluation": "She has left"}
        await t.press("o", "ctrl+u", "enter")
        assert "1 gate shut" in t.title, "without words the gate is shut again"


async def test_the_place_is_given_to_who_waits_next_in_one_key(drive: Driving) -> None:
    async with drive(who="ben") as t:
        new = intake.NewCase("Nora", "Waits", "housing", risk="high", opened=TODAY - timedelta(days=9))
        doing(t.db, "intake", intake.open_case, new)
        while t.here != "late":
            await t.press("j")
        await t.press("s", "c")
        assert "Waits next for the place" in t.screen() and "Nora" not in t.screen()
        await t.press("ctrl+s", *"Done", "enter")
        assert "admit to ana?" in t.bottom
        await t.press("y")
        assert "Admitted 1 case to ana" in t.bottom and t.row("late").stage == "closed"
        await t.press("u")
        assert "Undid" in t.bottom and t.row("late").stage == "closed"
        await t.press("u")
        assert t.row("late").stage != "closed"


async def test_an_agency_s_own_questionnaire_is_asked_like_any_other(drive: Driving) -> None:
    form = {
        "resourceType": "Questionnaire", "name": "tea", "title": "Tea and talk",
        "item": [{"linkId": "1", "type": "choice", "text": "Good?", "answerOption": [{"valueCoding": {"code": "y", "display": "Yes"}}]}],
    }  # fmt: skip
    async with drive() as t:
        doing(t.db, "bring", questionnaires.bring, json.dumps(form))
        await t.press("E", "a", *"tea", "enter", "1", "ctrl+s")
        [row] = t.case("late").assessments
        assert (row.instrument, row.title) == ("tea", "Tea and talk")


async def test_how_it_is_going_is_asked_at_a_review(drive: Driving) -> None:
    async with drive() as t:
        await t.press("E", "v", "a")
        assert isinstance(t.page, AssessPage) and t.page.phase == "review"
        await t.press("4", "4", "3", "4", "2", "ctrl+s")
        [row] = t.case("late").assessments
        assert (row.instrument, row.phase, row.scores[0].value) == ("client-voice", "review", 17)


async def test_every_number_of_the_outcomes_opens_its_cases(drive: Driving) -> None:
    async with drive() as t:
        for name, first, last in (("late", "3", "0"), ("task", "1", "3"), ("visit", "2", None)):
            for each, days in ((first, 9), (last, 0)):
                if each is not None:
                    form = shipped.shipped("gad-2").questionnaire
                    given = answers.typed_all(form, {"1": each, "2": each})
                    new = assessments.NewAssessment(t.made.case[name], "gad-2", given, on=TODAY - timedelta(days=days))
                    doing(t.db, "assess", assessments.record, new)
        await t.press("E", "o", *"no:such", "enter")
        assert not isinstance(t.page, OutcomesPage) and "no" in t.bottom
        await t.press("escape", "E", "o", "enter")
        assert isinstance(t.page, OutcomesPage)
        assert "improved 1 · the same 0 · worse 1 · measured once 1" in t.screen()
        await t.press("enter", "w")
        assert t.made.number["task"] in t.screen() and t.made.number["late"] not in t.screen() and "2 → 6" in t.screen()
        await t.press("escape", "enter", "a")
        assert "3 cases" in t.title
        await t.press("escape", "enter", "i", "enter")
        assert t.made.number["late"] in t.title and not isinstance(t.page, OutcomesPage)
        await t.press("escape", "escape", "escape")
        assert t.here == "late"
