"""Finding one's way: the commands that mark, narrow, arrange and move, and the views on the number keys."""

from __future__ import annotations

from typing import Final

from ..messages import _
from .commands import (
    ACCESS,
    ACROSS,
    AGENDA,
    BODIES,
    CASE,
    CASES,
    CLOSING,
    CONFLICT,
    IMPORT,
    LISTS,
    MOVES,
    NOTES,
    NOTHING,
    ONE,
    OPENINGS,
    PACKET,
    PLAN,
    REPORTS,
    SERVICES,
    SHEET,
    SUPERVISION,
    TEAM,
    TODAY,
    UNSAVED,
    WORK,
    Command,
)

# The views on the number keys: number, query. Their names stand in `view_name`.
VIEWS: Final = {
    1: "worker:me",
    2: "level:<=2",
    3: "due:overdue",
    4: "contact:>30d",
    5: "risk:>=high",
    6: "reason:new_assignment",
    7: "worker:none",
    8: "snoozed:yes",
    9: "closed:>=-30d",
}


def view_name(number: int) -> str:
    """What the view on that number key is called."""
    return {
        1: _("Mine"),
        2: _("Now and today"),
        3: _("Overdue"),
        4: _("Not met for 30 days"),
        5: _("High risk"),
        6: _("Not acknowledged"),
        7: _("Unassigned"),
        8: _("Snoozed"),
        9: _("Closed in 30 days"),
    }[number]


def marks() -> tuple[Command, ...]:
    """Marking cases, so that one key acts on several."""
    group = _("Marks")
    return (
        Command(
            "mark", _("Mark and go down"), ("space",), LISTS, group,
            _("With marks, the keys above act on all of them. Marks survive filter, sort and refresh."), _("mark"), ONE,
        ),
        Command(
            "range", _("Mark a range"), ("v",), LISTS, group,
            _("Begins a range here; move, then v or Space marks all of it. Esc ends it."), _("range"), ONE,
        ),
        Command("mark_all", _("Mark all shown, or none"), ("*",), LISTS, group, _("Again: none of them."), _("all")),
        Command(
            "only_marked", _("Show only the marked"), (",",), LISTS, group, _("Again: shows the list as before."),
            _("only marked"),
        ),
    )  # fmt: skip


def views() -> tuple[Command, ...]:
    """Narrowing and ordering lists, saved views, and the pages there are to go to."""
    group = _("Find and arrange")
    numbered = tuple(
        Command(
            f"view_{n}",
            view_name(n),
            (str(n),),
            (*WORK, TEAM),
            group,
            _("Opens Cases with `{query}`, or with the view you have saved on this key.").format(query=q),
        )
        for n, q in VIEWS.items()
    )
    return (
        Command(
            "filter", _("Filter as you type"), ("/",), LISTS, group,
            _("Plain words find the start of a client's names, a case number or a tag; the rest is the query language: "
              "`worker:me due:<=7d -tag:rent`. Enter keeps the filter, Esc gives back the list as it was."),
            _("filter"),
        ),
        Command("clear", _("Clear the filter"), ("\\",), LISTS, group, _("Shows the whole list again."), _("clear")),
        Command(
            "sort", _("Sort"), ("o",), (CASES,), group, _("A letter for the column; the same again turns it round."), _("sort"),
        ),
        Command("why", _("Why is it here?"), ("w",), WORK, group,
                _("The sentence that puts this case above the next one."), _("why"), ONE),
        Command("preview", _("Preview on or off"), ("p",), LISTS, group,
                _("Beside the list from 120 columns, else below it."), _("preview")),
        Command("refresh", _("Bring in what changed"), ("r",), (*WORK, TEAM, SUPERVISION, PACKET, PLAN, REPORTS), group,
                _("Reads the list again; what you dealt with leaves it."), _("refresh")),
        Command(
            "columns", _("Choose the columns"), ("|",), (CASES,), group,
            _("Which columns the list shows, with commas between; none brings back the usual ones."), _("columns"),
        ),
        Command(
            "save_view", _("Save this view"), ("V",), LISTS, group,
            _("Query, order and columns under a name, on a number key if you like, your own or shared with a team."),
            _("save view"), NOTHING, True,
        ),
        Command(
            "views", _("Saved views"), ("g v",), (*WORK, TEAM), group,
            _("Type to find one, Enter opens it."), _("views"),
        ),
        Command("drop_view", _("Drop a saved view"), (), (*WORK, TEAM), group, _("One of your own."), _("drop view")),
        Command("go_today", _("Go to Today"), ("g t",), BODIES, group, _("Your queue, worst first."), _("Today")),
        Command("go_cases", _("Go to Cases"), ("g a",), BODIES, group, _("All cases you may see."), _("all cases")),
        Command("go_team", _("Go to Team"), ("g w",), BODIES, group,
                _("Who carries how much, what nobody holds, who is away, what waits to be read. Enter on a number opens its rows."),
                _("team")),
        Command("go_supervision", _("Go to a supervision agenda"), ("g m",), BODIES, group,
                _("Your own; on Team, that of the worker under the cursor. The cases to ask about, what was brought, what was "
                  "agreed. Enter opens the rows of a number."), _("supervision")),
        Command("go_agenda", _("Go to the agenda"), ("g c",), BODIES, group,
                _("Appointments, tasks, contacts due and returns from snooze, by week or day."), _("agenda")),
        Command("go_board", _("Go to the board"), ("g b",), BODIES, group,
                _("Cases by stage, the most urgent first; > and < move one to the next stage or the one before."), _("board")),
        Command("go_services", _("Go to Services"), ("g s",), BODIES, group,
                _("Who offers what, where, when and for whom: / finds, n narrows, + and P add, e and E set right."), _("services")),
        Command("go_reports", _("Go to Reports"), ("g r",), BODIES, group,
                _("Caseload, contacts, what is overdue, load by worker and week, outcomes, needs and referrals: Tab turns the page, Enter "
                  "opens the rows of a number."), _("reports")),
        Command("go_unsaved", _("What is not saved yet"), ("g u",), BODIES, group,
                _("Everything you have typed and not saved, with what it is about. Enter goes on with it, x throws it away."),
                _("unsaved")),
        Command("go_packets", _("Packets for you"), ("g p",), BODIES, group,
                _("What colleagues ask you about cases without saying whose they are: Enter reads one, on record, n answers it."),
                _("packets")),
        Command(
            "go_import", _("Bring a spreadsheet"), ("g i",), BODIES, group,
            _("A list of cases as xlsx or csv: what its columns are is proposed, you set it right and look before anything is taken. An HMIS "
              "export, a calendar (.ics) and a directory of services (HSDS) are known by what is in them."), _("bring a list"),
        ),
        Command("tally", _("Today's tally"), ("g e",), (*WORK, TEAM), group,
                _("What you did today: contacts, notes, tasks, cases cleared; and what is left."), _("tally")),
        *numbered,
    )  # fmt: skip


def moves() -> tuple[Command, ...]:
    """Moving within a page, into what stands under the cursor, and back."""
    group = _("Move")
    return (
        Command("down", _("Down"), ("j", "down"), MOVES, group, _("The next line."), _("down")),
        Command("up", _("Up"), ("k", "up"), MOVES, group, _("The line before."), _("up")),
        Command("page_down", _("A page down"), ("ctrl+d", "pagedown"), MOVES, group, _("A screenful on."), _("page")),
        Command("page_up", _("A page up"), ("ctrl+u", "pageup"), MOVES, group, _("A screenful back."), _("page up")),
        Command("top", _("To the top"), ("g g", "home"), MOVES, group, _("The first line."), _("top")),
        Command("bottom", _("To the end"), ("G", "end"), MOVES, group, _("The last line."), _("end")),
        Command("open", _("Open"), ("enter", "l", "right"),
                (TODAY, CASES, CASE, NOTES, SUPERVISION, SERVICES, UNSAVED, ACCESS, OPENINGS, PACKET, PLAN, CLOSING), group,
                _("Opens the case, the packet or the service, or takes the service that is looked for. "
                  "On a case page, asks what to do with the line under the cursor; among what is not "
                  "saved, goes on with those words; among who sees a case, ends what was set for a name; on the plan, does what is "
                  "nearest; before a closing, goes and mends what is under the cursor."), _("open"), ONE),
        Command("open_row", _("Open this"), ("enter",), ACROSS, group,
                _("Opens the case under the cursor; on Team and Reports, the rows that the number counts."), _("open"), ONE),
        Command("right", _("To the right"), ("l", "right"), ACROSS, group,
                _("The next stage on the board, the next day in the agenda, the next number on Team and Reports."), _("right")),
        Command("left", _("To the left"), ("h", "left"), ACROSS, group, _("The one before."), _("left")),
        Command("week_on", _("A week on"), ("]",), (AGENDA,), group, _("The same days of the next week."), _("week on")),
        Command("week_back", _("A week back"), ("[",), (AGENDA,), group, _("The same days of the week before."), _("week back")),
        Command("span", _("Week or day"), ("tab",), (AGENDA,), group, _("Turns between seven days and one."), _("week/day")),
        Command("week_grid", _("The week as a grid"), ("v",), (AGENDA,), group,
                _("A column for each day and a line for each hour, what clashes marked; again: the list."), _("grid")),
        Command("whose", _("Mine, or everybody's"), ("W",), (AGENDA,), group,
                _("Turns between your own agenda and that of all cases you may see."), _("whose")),
        Command("accept", _("Go on"), ("enter",), (SHEET, CONFLICT), group, _("In a preview: goes on. In help: runs the act."), _("go on")),
        Command("back", _("Back"), ("escape", "h", "left"),
                (TODAY, CASES, CASE, NOTES, SUPERVISION, SERVICES, UNSAVED, ACCESS, OPENINGS, PACKET, PLAN, CLOSING, IMPORT, SHEET, CONFLICT), group,
                _("One step back; nothing typed is lost."), _("back")),
        Command("back_out", _("Back from here"), ("escape",), ACROSS, group, _("One step back."), _("back")),
        Command("next_part", _("Next section"), ("tab",), (CASE, REPORTS), group,
                _("On the case page; on Reports, the next page."), _("section")),
        Command("previous_part", _("Section before"), ("shift+tab",), (CASE, REPORTS), group,
                _("On the case page; on Reports, the page before."), _("section before")),
    )  # fmt: skip
