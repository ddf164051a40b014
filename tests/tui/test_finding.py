"""What is found with a client, on the screen: instruments asked a digit at a time, needs, the history, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from caseload.casework import assessed, assessments, backgrounds, needs
from caseload.casework.instruments import answers, shipped
from caseload.tui.screens.assessing import AssessPage

from .conftest import Driving
from .driving import Drive
from .test_unsaved import kept
from .world import TODAY, doing

TO_NEEDS = ["enter", *["tab"] * 5]
PHQ = ["E", "a", *"phq-9", "enter"]


def asked(t: Drive, typed: dict[str, str], instrument: str = "phq-9", name: str = "late", **more: Any) -> int:
    given = answers.typed_all(shipped.shipped(instrument).questionnaire, typed)
    new = assessments.NewAssessment(t.made.case[name], instrument, given, **more)
    return int(doing(t.db, "assess", assessments.record, new).data["assessment"])


async def test_an_instrument_is_found_by_its_code_or_by_its_name(drive: Driving) -> None:
    async with drive() as t:
        await t.press("E", "a", *"self-suff", "enter")
        assert isinstance(t.page, AssessPage) and "self-sufficiency-matrix" in t.title
        await t.press("escape", "E", "a", *"patient 9", "enter")
        assert isinstance(t.page, AssessPage) and "phq-9" in t.title


async def test_digits_answer_and_go_on_and_the_score_grows_below_beside_that_of_the_last_time(drive: Driving) -> None:
    async with drive() as t:
        asked(t, {str(n): "2" for n in range(1, 10)} | {"9": "0"}, on=TODAY - timedelta(days=20))
        await t.press(*PHQ)
        assert isinstance(t.page, AssessPage)
        text = t.screen()
        assert "0  Not at all" in text and "3  Nearly every day" in text and "was: More than half the days" in text
        assert "in review" in t.title
        await t.press("1", "3")
        assert "2 of 10 · so far 4" in t.bottom and ": 16" in t.bottom
        await t.press("9")
        assert "It is answered by 0, 1, 2, 3" in t.bottom
        await t.press("k", "x")
        assert "1 of 10 · so far 1" in t.bottom, "an answer is taken away"
        await t.press("0", *"000000", "0", "ctrl+s")
        assert "Recorded an assessment · 1 of 27, minimal, negative" in t.bottom
        [new, _old] = t.case("late").assessments
        assert (new.phase, new.scores[0].value, new.by) == ("review", 1, "ana")
        assert kept(t) == {}
        await t.press(*TO_NEEDS)
        assert "1 of 27, minimal, negative (-15 since the beginning)" in t.screen()
        await t.press("u")
        assert len(t.case("late").assessments) == 1


async def test_a_danger_is_said_at_once_and_recorded_at_one_key_with_its_alert(drive: Driving) -> None:
    async with drive() as t:
        await t.press(*PHQ, "G", "k", "1")
        assert "SAFETY: thoughts of being better off dead" in t.bottom
        await t.press("g", "k")
        assert t.bottom.startswith("SAFETY"), "and stays in sight"
        await t.press("x", "2", "g", "ctrl+s")
        assert t.row("late").level == 1
        assert "SAFETY" in t.bottom
        [alert] = [one for one in t.case("late").alerts if one.kind == "safety"]
        assert alert.level == "high"
        await t.press("u", *PHQ, "G", "k", "1", "s")
        assert not isinstance(t.page, AssessPage), "recorded at once"
        assert [one.safety for one in t.case("late").assessments] == [True]


async def test_what_was_answered_is_kept_and_comes_back(drive: Driving) -> None:
    async with drive() as t:
        await t.press(*PHQ, "1", "2", "n", *"so tired", "enter", "escape")
        place = f"assess:phq-9|case:{t.made.case['late']}"
        assert list(kept(t)) == [place]
        await t.press("g", "u")
        assert "Assessment" in t.screen() and "2 answers · so tired" in t.screen()
        await t.press("enter")
        assert isinstance(t.page, AssessPage) and "Your answers from" in t.bottom
        await t.press("ctrl+s")
        assert kept(t) == {}
        [row] = t.case("late").assessments
        assert row.words == "so tired" and row.scores[0].value is None


async def test_words_typed_for_an_answer_and_left_are_kept_and_hold_up_the_recording(drive: Driving) -> None:
    async with drive() as t:
        await t.press("E", "a", *"prapare", "enter")
        page = t.page
        assert isinstance(page, AssessPage)
        while page.item.kind != "string":
            await t.press("j")
        await t.press("enter", *"12 Harb", "escape", "ctrl+s")
        assert "Words were typed here and not taken" in t.bottom
        await t.press("escape", "E", "a", *"prapare", "enter")
        page = t.page
        assert isinstance(page, AssessPage) and "12 Harb" in page.typing.values()
        await t.press("ctrl+s", "t", *"our Lane", "enter", "ctrl+s")
        [row] = t.case("late").assessments
        with t.db.read() as r:
            assert "12 Harbour Lane" in [one.answer for one in assessed.one(r, row.id).heard]


async def test_one_that_was_recorded_is_read_and_set_right_by_another(drive: Driving) -> None:
    async with drive() as t:
        first = asked(t, {"1": "1", "2": "1"}, "gad-2")
        await t.press(*TO_NEEDS, "enter")
        assert isinstance(t.page, AssessPage) and f"#{first} as recorded" in t.title
        await t.press("ctrl+s")
        assert "Nothing of it is different." in t.bottom
        await t.press("g", "g", "3", "ctrl+s")
        assert "Corrected an assessment · 4 of 6, positive" in t.bottom
        new, old = t.case("late").assessments
        assert (new.corrects, old.corrected_by) == (first, new.id)
        assert f"corrected by #{new.id}" in t.screen()


async def test_which_cut_off_and_which_day_are_chosen(drive: Driving) -> None:
    async with drive() as t:
        await t.press(
            "E",
            "a",
            *"audit",
            "enter",
            "3",
            "0",
            *"1",
            "enter",
            "0",
            "o",
            *"women",
            "enter",
            "p",
            "e",
            *"19 nov 2026",
            "enter",
            "ctrl+s",
        )
        [row] = t.case("late").assessments
        assert (row.phase, row.on, row.scores[0].cut_off, row.scores[0].positive) == (
            "closing", TODAY - timedelta(days=1), "women", True,
        )  # fmt: skip


async def test_a_need_is_added_changed_and_ended_and_u_opens_it_again(drive: Driving) -> None:
    async with drive() as t:
        await t.press(*TO_NEEDS)
        assert "Nothing that was found is on record." in t.screen()
        await t.press("E", "n", *"hous", "tab", *"sev", "tab", *"A door", "tab", *"Her aunt", "ctrl+s")
        assert "Added a need" in t.bottom and "Housing · severe" in t.screen() and "builds on: Her aunt" in t.screen()
        await t.press("enter", "c", "tab", "tab", *" that locks", "ctrl+s")
        assert t.case("late").needs[0].words == "A door that locks"
        await t.press("enter", "m")
        assert "Met a need" in t.bottom and "Housing · met" in t.screen()
        await t.press("enter")
        assert "It has ended." in t.bottom
        await t.press("u")
        assert t.case("late").needs[0].state == "open"


async def test_a_need_changed_by_somebody_else_meanwhile_is_asked_about(drive: Driving) -> None:
    async with drive() as t:
        new = needs.NewNeed(t.made.case["late"], "housing", words="A door")
        key = int(doing(t.db, "need", needs.add, new).data["need"])
        await t.press(*TO_NEEDS, "enter", "c", "tab", "tab", *" mine")
        doing(t.db, "need", needs.change, key, {"words": "Theirs", "severity": "mild"})
        await t.press("ctrl+s")
        assert "Saved by someone else meanwhile" in t.title
        await t.press("m", "enter")
        [row] = t.case("late").needs
        assert (row.words, row.severity) == ("A door mine", "mild")


async def test_the_history_is_written_kept_and_never_written_over_unseen(drive: Driving) -> None:
    async with drive() as t:
        await t.press("E", "b", "s", *"By the sea", "escape")
        assert list(kept(t)) == [f"background:social|case:{t.made.case['late']}"]
        await t.press("E", "b", "s")
        assert "By the sea" in t.screen()
        doing(t.db, "background", backgrounds.write, t.made.case["late"], "social", "Inland.")
        await t.press("ctrl+s")
        assert "Saved by someone else meanwhile" in t.title
        await t.press("m", "enter")
        [row] = t.case("late").background
        assert (row.text, row.version) == ("By the sea", 2)
        await t.press(*TO_NEEDS)
        assert "What they bring along" in t.screen() and "By the sea" in t.screen()
        assert kept(t) == {}


async def test_without_identity_nothing_is_asked_and_words_are_masked(drive: Driving) -> None:
    async with drive() as t:
        asked(t, {"1": "1", "2": "1"}, "gad-2", words="Said so.")
        await t.press("I", *TO_NEEDS)
        assert "2 of 6, negative" in t.screen()
        for keys in (["E", "a"], ["enter"], ["E", "b"]):
            await t.press(*keys)
            assert "That shows who the client is" in t.bottom or not isinstance(t.page, AssessPage)
