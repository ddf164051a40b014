"""Walking the queue: why each case stands where it does, an act, and the cursor on the next."""

from __future__ import annotations

from datetime import timedelta

from .conftest import Driving


async def test_the_queue_opens_worst_first_with_the_reason_in_words(drive: Driving) -> None:
    async with drive() as t:
        assert t.title.startswith("Today  1 of 23")
        assert t.here == "late"
        text = t.screen()
        assert "contact 12 d overdue" in text
        assert "safety alert to review" in text
        assert "task 2 d overdue" in text
        assert text.index("Conti") < text.index("Haddad") < text.index("O'Neil")


async def test_a_call_is_logged_with_four_keys_and_a_sentence(drive: Driving) -> None:
    async with drive() as t:
        await t.press("c")
        assert t.bottom.startswith("Contact  v visit")
        await t.press("p", "m")
        await t.type("15 spoke about the rent")
        await t.press("enter")
        assert "Logged a contact made (phone) for 1 case  ·  u undo" in t.bottom
        logged = t.case("late").contacts[0]
        assert (logged.kind, logged.outcome, logged.minutes, logged.note) == (
            "phone",
            "made",
            15,
            "spoke about the rent",
        )
        assert t.here == "alert", "the cursor is already on the next"
        assert t.signs()["late"] == "✓", "what was dealt with stays, dimmed"
        assert "Conti" in t.screen()


async def test_a_fast_typist_loses_no_key(drive: Driving) -> None:
    async with drive() as t:
        await t.rush("c", "p", "a", *"7 no answer", "enter", "j", "c", "o", "m", "enter")
        late, attempts = t.case("late").contacts[0], t.case("attempts").contacts[0]
        assert (late.outcome, late.minutes, late.note) == ("attempted", 7, "no answer")
        assert (attempts.kind, attempts.outcome, attempts.note) == ("office", "made", None)


async def test_keys_pressed_before_the_first_rows_have_come_are_kept(made, drive: Driving) -> None:
    from caseload.tui.app import CaseloadApp

    from .driving import Drive
    from .world import settings_for

    app = CaseloadApp(settings_for(made.url, "ana"))
    async with app.run_test(size=(80, 24)):
        early = Drive(app, made, None)  # type: ignore[arg-type]
        assert not app.arrived.is_set()
        await early.rush("j", "j", "j")
        assert early.here == "visit"


async def test_a_key_pressed_just_as_the_page_comes_is_kept_too(made) -> None:
    from caseload.tui.app import CaseloadApp

    from .driving import Drive
    from .world import settings_for

    class Rushed(CaseloadApp):
        async def arrive(self) -> None:
            await self.on_event(early.key("j"))
            await self.on_event(early.key("j"))
            await super().arrive()

    app = Rushed(settings_for(made.url, "ana"))
    early = Drive(app, made, None)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)):
        await early.rush("j")
        assert early.here == "visit"


async def test_undo_takes_back_the_whole_act_and_redo_does_it_again(drive: Driving) -> None:
    async with drive() as t:
        await t.press("c", "p", "a", "enter")
        assert len(t.case("late").contacts) == 2
        await t.press("u")
        assert t.bottom.startswith("Undid C-")
        assert "Ctrl-R redo" in t.bottom
        assert len(t.case("late").contacts) == 1
        assert t.signs()["late"] == " ", "open again"
        await t.press("ctrl+r")
        assert len(t.case("late").contacts) == 2


async def test_undo_asks_before_it_takes_back_what_was_done_elsewhere(drive: Driving) -> None:
    async with drive() as t:
        await t.press("c", "p", "a", "enter")
    async with drive() as again:
        await again.press("u")
        assert "Undo C-" in again.bottom
        assert "today: Logged an attempted contact" in again.bottom
        await again.press("n")
        assert len(again.case("late").contacts) == 2
        await again.press("u", "y")
        assert len(again.case("late").contacts) == 1


async def test_snooze_shows_the_day_before_enter_and_wants_a_reason(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "j", "z", "m")
        assert "→ Mon 23 Nov, in 3 days; then why" in t.bottom
        await t.press("enter")
        assert "Snooze until Mon 23 Nov, because:" in t.bottom
        await t.press("enter")
        assert "A snooze needs a reason." in t.bottom
        await t.type("sister is visiting")
        await t.press("enter")
        assert "Snoozed 1 case until Mon 23 Nov" in t.bottom
        assert t.row("attempts").snoozed_until.isoformat() == "2026-11-23"
        assert t.case("attempts").snoozed_why == "sister is visiting"


async def test_level_one_is_refused_before_anything_is_typed(drive: Driving) -> None:
    async with drive() as t:
        await t.press("z")
        assert "Level 1 cannot be put off" in t.bottom
        assert t.here == "late"


async def test_the_order_is_fixed_until_r_and_then_what_was_dealt_with_leaves(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "j", "z", *"t court", "enter")
        assert "Haddad" in t.screen()
        await t.press("r")
        assert "Haddad" not in t.screen()
        assert t.bottom.startswith("Fresh: 0 new, 1 gone.")
        assert t.here == "visit"


async def test_why_is_one_key_and_one_sentence(drive: Driving) -> None:
    async with drive() as t:
        await t.press("w")
        assert f"{t.made.number['late']} is above {t.made.number['alert']}" in t.bottom
        assert "risk critical comes before low" in t.bottom


async def test_d_does_what_clears_the_first_reason(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "d")
        assert "“The dog bites.” looked at, still stands?" in t.bottom
        await t.press("y")
        assert t.case("alert").alerts[0].reviewed_on is not None
        await t.press("j", "j", "d")
        assert t.case("task").tasks[0].done_at is not None
        assert "Finished a task" in t.bottom


async def test_a_case_in_order_has_nothing_to_do(drive: Driving) -> None:
    async with drive() as t:
        await t.press("G", "d")
        assert "Nothing waits here" in t.bottom


async def test_the_same_act_again_without_its_words(drive: Driving) -> None:
    async with drive() as t:
        await t.press("c", "p", "a", *"3 hung up on me", "enter", ".")
        assert t.bottom.startswith("Phone, attempted:")
        assert "hung up" not in t.bottom
        await t.press("enter")
        again = t.case("alert").contacts[0]
        assert (again.outcome, again.note) == ("attempted", None)


async def test_a_contact_of_another_day_and_place_is_logged_where_and_when_it_was(drive: Driving) -> None:
    async with drive() as t:
        await t.press("c", "v", "w")
        assert t.bottom.startswith("When:")
        await t.type("tomorrow 9:00")
        await t.press("enter")
        assert "lies ahead" in t.bottom
        await t.press("ctrl+u")
        await t.type("yesterday 14:30")
        assert "14:30" in t.bottom.partition("→")[2]
        await t.press("enter")
        assert "f facility" in t.bottom
        await t.press("f", "m", *"45 at the clinic", "enter")
        logged = t.case("late").contacts[0]
        local = logged.at.astimezone(t.app.standing.zone)
        assert (local.date(), f"{local:%H:%M}") == (t.app.standing.today - timedelta(1), "14:30")
        assert (logged.kind, logged.outcome, logged.place, logged.note) == (
            "visit",
            "made",
            "facility",
            "at the clinic",
        )
        # The same again is of now, and where a visit usually is.
        await t.press(".", "enter")
        again = t.case("alert").contacts[0]
        assert (again.kind, again.outcome, again.place) == ("visit", "made", "home")
        assert again.at.astimezone(t.app.standing.zone).date() == t.app.standing.today
        await t.press("g", "g", "enter", "tab")
        assert "visit, made · facility · 45 min" in t.screen()


async def test_escape_leaves_a_sequence_and_wrong_keys_do_nothing(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g")
        assert "t Today" in t.bottom
        assert "a all cases" in t.bottom
        await t.press("escape")
        assert t.bottom.startswith("c contact")
        await t.press("X")
        assert t.bottom == "X does nothing here."
        assert t.here == "late"


async def test_an_empty_queue_says_what_to_do(drive: Driving) -> None:
    async with drive(who="cleo") as t:
        await t.press("j", "z", *"m rest", "enter")
        await t.press("A")
        await t.press("/")
        await t.type("nobodyofthatname")
        await t.press("enter")
        assert "Nothing in your queue answers this filter." in t.screen()
        assert "\\ clears it" in t.screen()
        await t.press("c")
        assert "There is no case here to act on." in t.bottom


async def test_a_copied_number_is_the_only_thing_copied(drive: Driving) -> None:
    async with drive() as t:
        await t.press("y")
        assert t.app.clipboard == t.made.number["late"]
        assert f"Copied {t.made.number['late']}." in t.bottom


async def test_q_leaves_without_a_question(drive: Driving) -> None:
    async with drive() as t:
        await t.press("q")
        assert not t.app.is_running
        assert t.app.return_value == 0
