"""Team, agenda, board, notes and saved views as a person uses them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from rich.cells import cell_len

from caseload.casework import appointments, comments, notes, views
from caseload.errors import Refused
from caseload.tui import overview

from .conftest import Driving
from .driving import Drive
from .world import TODAY, ZONE, doing


def grid(t: Drive) -> list[str]:
    return [line for line in t.lines()[1:-1] if line.strip()]


# -- team --------------------------------------------------------------------------------


async def test_every_number_of_the_team_opens_as_many_rows(drive: Driving) -> None:
    async with drive(who="ben", size=(120, 30)) as t:
        await t.press("g", "w")
        assert "1 with room" in t.title or "with room" in t.title
        for row in range(len(t.page.grid.rows)):
            for column in range(len(t.page.grid.columns)):
                cell = t.page.grid.rows[row].cells[column]
                if cell.text.strip() in ("", "0"):
                    continue
                count = int(cell.text.strip("!○ ").partition("/")[0])
                t.page.grid.at, t.page.grid.across = row, column
                await t.press("enter")
                assert len(t.page.table.keys) == count, (row, column, t.title)
                await t.press("escape")
                assert t.page.PLACE == "team"


async def test_the_team_says_who_is_away_and_works_on_a_narrow_screen(drive: Driving) -> None:
    from caseload.casework import absences

    async with drive(who="ben", size=(60, 15)) as t:
        doing(t.db, "cover", absences.set_cover, "cleo", ("ana",), TODAY, TODAY, "leave")
        await t.press("g", "w")
        while "Cleo" not in t.page.grid.rows[t.page.grid.at].name:
            await t.press("j")
        assert "away until Fri 20 Nov · covered by ana" in t.bottom
        assert "Cleo Marsh, away" in t.screen()
        assert max(map(len, t.lines())) <= 60
        await t.press("h", "h", "h", "k", "G", "g", "g", "pagedown", "Z")
        assert "Z does nothing here." in t.bottom
        await t.press("r", "q")
        assert t.title.startswith("Today")


async def test_a_team_that_could_not_be_read_has_nobody_whose_agenda_opens(
    drive: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_r: object) -> None:
        raise Refused("Not now.")

    async with drive(who="ben") as t:
        monkeypatch.setattr(overview, "team", refuses)
        await t.press("g", "w", "g", "m")
        assert "There is nobody here whose agenda it would be." in t.bottom and t.page.PLACE == "team"
        monkeypatch.undo()
        await t.press("r", "G", "g", "m")
        assert t.title.startswith("Supervision")


async def test_a_case_manager_finds_what_was_said_to_them(drive: Driving) -> None:
    async with drive() as t:
        key = t.made.case["late"]
        note = doing(t.db, "note", notes.write, notes.NewNote(key, text="All well.", sign=True)).data["note"]
        await t.press("enter", "n", "n", *"She is calm.", "ctrl+g", "y")
        mine = next(one.id for one in t.case("late").notes if one.by == "ana")
        assert note != mine
        doing(t.db, "comment", comments.add, key, "And the rent?", note_id=mine)
        await t.press("g", "w")
        assert "1 comment on what you wrote" in t.bottom or any("for you" in line for line in grid(t))
        await t.press("l", "l", "l", "enter")
        assert [t.named(one) for one in t.page.table.keys] == ["late"]
        await t.press("R")
        assert "» demo" in t.screen() and "NEW" in t.screen() and "And the rent?" in t.screen()
        while t.page.picked[1].id != mine:
            await t.press("j")
        await t.press("m")
        assert "NEW" not in t.screen() and "Marked 1 entry" in t.bottom
        await t.press('"', *"Paid on Friday.", "enter")
        assert "Paid on Friday." in t.screen()
        await t.press("u")
        assert "Paid on Friday." not in t.screen()


async def test_a_supervisor_reads_all_notes_and_marks_them(drive: Driving) -> None:
    async with drive(who="ben") as t:
        key = t.made.case["late"]
        doing(t.db, "note", notes.write, notes.NewNote(key, text="All well.", sign=True))
        while t.here != "late":
            await t.press("j")
        await t.press("R")
        assert t.title.startswith(t.made.number["late"])
        await t.press("m")
        assert "read by ben" in t.screen()
        await t.press("m")
        assert "Nothing waits to be read there." in t.bottom
        await t.press("enter", "tab")
        assert "read by ben" in t.screen()
        await t.press("escape", "escape", "escape")
        assert t.title.startswith("Today")


async def test_a_draft_is_not_commented_and_an_admin_reads_no_notes(drive: Driving) -> None:
    async with drive(who="ben") as t:
        while t.here != "draft":
            await t.press("j")
        await t.press("R", '"')
        assert "signed note or a contact" in t.bottom
    async with drive(who="adam") as t:
        await t.press("R")
        assert "All well" not in t.screen()
        await t.press("g", "w")
        assert "Ana Rossi" in t.screen()


# -- agenda -------------------------------------------------------------------------------


async def test_the_agenda_goes_by_day_and_week_and_warns_of_clashes(drive: Driving) -> None:
    async with drive() as t:
        at = datetime(2026, 11, 20, 16, 30, tzinfo=ZONE)
        doing(
            t.db,
            "appointment",
            appointments.appoint,
            appointments.NewAppointment(t.made.case["task"], at, title="School"),
        )
        await t.press("g", "c")
        assert "Mon 16 Nov to Sun 22 Nov" in t.title and "2 appointments clash" in t.title
        assert t.screen().count("CLASH") == 2
        assert "Late:" in t.screen() or t.page.sheet.scroll_offset.y
        await t.press("l", "l", "l")
        assert "Mon 23 Nov to Sun 29 Nov" in t.title
        await t.press("[", "]", "]", "[", "h")
        assert "Mon 16 Nov to Sun 22 Nov" in t.title
        await t.press("g", "c", "tab")
        assert t.title.startswith("Agenda  Fri 20 Nov") and " to " not in t.title
        await t.press("right", "left", "tab")
        assert "Mon 16 Nov to Sun 22 Nov" in t.title
        await t.press("W")
        assert t.title.endswith("everybody's")


async def test_acts_work_on_the_line_of_the_agenda(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "c", "c")
        assert "There is no case on this line" in t.bottom
        await t.press("j")
        assert t.page.entry.case == t.made.number["visit"]
        await t.press("d", "k")
        assert t.case("visit").appointments[0].state == "kept"
        assert "✓" in t.screen()
        await t.press("u")
        assert t.case("visit").appointments[0].state == "scheduled"
        while t.page.entry is None or t.page.entry.kind != "task":
            await t.press("k")
        await t.press("d")
        assert t.case("task").tasks[0].done_at is not None
        while t.page.entry is None:
            await t.press("j")
        number = t.page.entry.case
        await t.press("enter")
        assert t.title.startswith(number)
        await t.press("escape", "escape")
        assert t.title.startswith("Today")


async def test_what_stands_in_the_agenda_is_moved_to_another_day(drive: Driving) -> None:
    async with drive() as t:
        at = datetime(2026, 11, 23, 9, tzinfo=ZONE)
        doing(
            t.db,
            "appointment",
            appointments.appoint,
            appointments.NewAppointment(t.made.case["task"], at, title="School"),
        )
        await t.press("g", "c", "M")
        assert "There is no case on this line" in t.bottom
        await t.press("j")
        assert t.page.entry.case == t.made.number["visit"]
        await t.press("M", *"soon", "enter")
        assert "Type the new day, the new hour or both" in t.bottom
        await t.press("ctrl+u", *"mon 9:30")
        assert "→ Mon 23 Nov 09:30, 60 min" in t.bottom
        await t.press("enter")
        other = t.made.number["task"]
        assert f"Overlaps {other} 09:00–10:00; free 2026-11-23 10:00. Move it?" in t.bottom
        await t.press("n")
        assert t.case("visit").appointments[0].starts_at.astimezone(ZONE) == datetime(2026, 11, 20, 16, tzinfo=ZONE)
        await t.press("M", *"mon 9:30 30", "enter", "y")
        assert "Moved an appointment to Mon 23 Nov at 09:30; it overlaps 1 other" in t.bottom
        moved = t.case("visit").appointments[0]
        assert (moved.ends_at - moved.starts_at).total_seconds() == 1800
        await t.press("l", "l", "l")
        assert t.screen().count("CLASH") == 2
        await t.press("u", "g", "c", "j", "M", *"17:00", "enter")
        assert "Moved an appointment to Fri 20 Nov at 17:00  ·  u undo" in t.bottom
        # A task has a day and no hour; what is done or due by itself is not moved.
        while t.page.entry is None or t.page.entry.kind != "task":
            await t.press("k")
        await t.press("M", *"fri", "enter")
        assert t.case("task").tasks[0].due == date(2026, 11, 27)
        while t.page.entry is None or t.page.entry.kind != "contact":
            await t.press("j")
        await t.press("M")
        assert "Put the cursor on an open task or a planned appointment" in t.bottom


async def test_what_someone_moved_meanwhile_is_not_moved_again(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "c", "j", "M", *"mon")
        there = t.case("visit").appointments[0]
        doing(t.db, "appointment", appointments.move, there.id, datetime(2026, 11, 24, 8, tzinfo=ZONE))
        await t.press("enter")
        assert "Someone else changed that appointment meanwhile" in t.bottom
        assert t.case("visit").appointments[0].starts_at.astimezone(ZONE).day == 24


async def test_an_empty_agenda_still_shows_its_days(drive: Driving) -> None:
    async with drive(who="cleo", size=(60, 15)) as t:
        await t.press("g", "c", "]", "]", "]", "]", "]", "]", "]", "]", "]")
        assert t.screen().count("–") >= 6
        await t.press("enter")
        assert " to " not in t.title


# -- board --------------------------------------------------------------------------------


async def test_the_board_moves_a_case_with_its_reason(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "b")
        stage = t.page.table.stage
        assert stage == "assessment"
        key = t.page.table.key
        name = t.named(key)
        await t.press(">", "enter")
        assert "needs a reason" in t.bottom
        await t.press(*"plan agreed", "enter")
        assert t.row(name).stage == "planning"
        await t.press("right")
        assert t.page.table.stage == "planning" and t.here == name
        await t.press("<", *"too early", "enter")
        assert t.row(name).stage == "assessment"
        await t.press("u", "u")
        assert t.row(name).stage == "assessment" and not t.page.table._all["planning"]


async def test_marked_cases_of_one_stage_move_together_and_filter_narrows_the_board(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "b", "space", "space", ">", *"both", "enter")
        assert "Moved 2 cases to stage planning" in t.bottom
        await t.press("/", *"risk:high", "enter")
        assert "risk:high" in t.title
        await t.press("\\", "left", "left", "left", "<")
        assert t.page.table.stage == "referred"
        assert "There is no case here" in t.bottom or "no stage before" in t.bottom


async def test_the_board_stands_at_every_size(drive: Driving) -> None:
    for size in ((80, 24), (60, 15), (200, 60)):
        async with drive(size=size) as t:
            await t.press("g", "b")
            assert all(cell_len(line) <= size[0] for line in t.lines())
            assert "assessment" in t.lines()[1] and t.lines()[1].startswith(" ref")


# -- views --------------------------------------------------------------------------------


async def test_a_view_is_saved_on_a_key_and_opened_with_it(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a", "/", *"-risk:low", "enter", "o", "c", "|", *"client, why", "enter")
        assert "last met" not in t.lines()[1] and "why" in t.lines()[1]
        keys = list(t.page.table.keys)
        await t.press("V", *"Worried", "enter", "3", "enter")
        assert "Saved a view" in t.bottom and t.title.startswith("Worried")
        await t.press("g", "t", "3")
        assert t.title.startswith("Worried") and list(t.page.table.keys) == keys
        assert "last met" not in t.lines()[1]
        with t.db.read() as r:
            assert views.listed(r) == []  # it is ana's own
        await t.press("g", "t", "g", "v", *"worr", "enter")
        assert t.title.startswith("Worried")
        await t.press(":", *"drop a saved", "enter", "enter")
        assert "Dropped a view" in t.bottom
        await t.press("3")
        assert t.title.startswith("Overdue")


async def test_a_view_that_cannot_be_saved_says_why_and_none_is_none(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "v")
        assert "No view is saved yet" in t.bottom
        await t.press("g", "a", "/", *"maria", "enter", "V", *"her", "enter", "n", "down", "enter")
        assert "looks for nobody by name" in t.bottom
        await t.press("|", *"shoe", "enter")
        assert "is no column" in t.bottom
        await t.press("escape", "V", "escape")


# -- the day -----------------------------------------------------------------


async def test_the_tally_tells_the_day(drive: Driving) -> None:
    async with drive() as t:
        await t.press("c", "p", "m", "enter", "g", "e")
        assert "1 contact: 1 made, 0 attempted" in t.screen()
        assert "Left:" in t.screen()
        await t.press("escape")
        assert t.title.startswith("Today")


async def test_what_waits_for_a_supervisor_is_a_number_that_opens_its_rows(drive: Driving) -> None:
    from datetime import timedelta

    from sqlalchemy import update

    from caseload.casework import absences, transfers
    from caseload.models import transfer

    async with drive(who="ben") as t:
        await t.press("g", "w")
        assert not {"late offers", "not covered", "custodian away"} & {line[:15].strip() for line in t.lines()}
        doing(t.db, "offer", transfers.offer, [t.made.number["late"]], "cleo", "nearer", answer_by=TODAY)
        with t.db.work("scene") as w:
            w.conn.execute(update(transfer).values(offered_on=TODAY - timedelta(5), answer_by=TODAY - timedelta(2)))
            w.receipt("Set the scene", undoable=False)
        share = absences.Share(("cleo",), "risk:critical")
        doing(t.db, "cover", absences.set_cover, "ana", (share,), TODAY, TODAY + timedelta(7), "leave")
        await t.press("r")
        lines = t.lines()
        [offers] = [line for line in lines if "late offers" in line]
        [bare] = [line for line in lines if "not covered" in line]
        assert offers.split()[-1] == "1" or " 1 " in offers
        assert " 23 " in f"{bare} "
        while "offered, and not answered by the day" not in t.bottom:
            await t.press("j")
        await t.press("enter")
        assert t.title.startswith("Late offers  1 of 1")
        assert t.here == "late"
        await t.press("escape", "j")
        assert "their worker is away, and nobody covers them" in t.bottom
        await t.press("enter")
        assert t.title.startswith("Not covered  1 of 23")
