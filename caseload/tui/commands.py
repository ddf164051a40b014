"""Every act the screen knows, once. Keys, palette, hints, help, docs/keys.md and `caseload keys` are made from this."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from ..messages import _

TODAY: Final = "today"
CASES: Final = "cases"
CASE: Final = "case"
FORM: Final = "form"
SHEET: Final = "sheet"
CONFLICT: Final = "conflict"
TEAM: Final = "team"
BOARD: Final = "board"
AGENDA: Final = "agenda"
NOTES: Final = "notes"
UNSAVED: Final = "unsaved"
ACCESS: Final = "access"
OPENINGS: Final = "openings"
PACKET: Final = "packet"
SUPERVISION: Final = "supervision"
PLAN: Final = "plan"
SERVICES: Final = "services"
ASSESSMENT: Final = "assessment"
CLOSING: Final = "closing"
REPORTS: Final = "reports"
GROUP: Final = "group"
IMPORT: Final = "import"
# In a form letters are text, so only its own commands are bound there.
PLACES: Final = (
    TODAY,
    CASES,
    CASE,
    BOARD,
    AGENDA,
    NOTES,
    TEAM,
    SUPERVISION,
    SERVICES,
    REPORTS,
    UNSAVED,
    ACCESS,
    OPENINGS,
    PACKET,
    PLAN,
    CLOSING,
    ASSESSMENT,
    GROUP,
    IMPORT,
    SHEET,
    FORM,
    CONFLICT,
)
# Places where the same keys mean the same: lists of cases, what is not a form, where cases are worked on, what scrolls.
LISTS = (TODAY, CASES, BOARD)
BODIES = tuple(place for place in PLACES if place not in (ASSESSMENT, GROUP, FORM, CONFLICT))
WORK = (TODAY, CASES, CASE, BOARD, AGENDA, NOTES)
# What is about people and no one case is done from their desk as well.
STAFF = (*WORK, TEAM)
MOVES = (*BODIES, CONFLICT, ASSESSMENT, GROUP)
# Where left and right lead to a neighbour, and not in and out.
ACROSS = (BOARD, AGENDA, TEAM, REPORTS)

NOTHING: Final = "none"
ONE: Final = "one"
MANY: Final = "many"


class Command(NamedTuple):
    """One act. (A dataclass would be made twelve times as slowly, before the first frame.)

    `needs` is what it acts on: nothing, exactly one case, or one case and all marked ones alike."""

    id: str
    words: str
    keys: tuple[str, ...]
    where: tuple[str, ...]
    group: str
    help: str
    brief: str = ""
    needs: str = NOTHING
    undoable: bool = False

    @property
    def label(self) -> str:
        """The short word the bottom line shows beside the key."""
        return self.brief or self.words


# What writes into a client's record, which those who see no names may not.
RECORDING: Final = frozenset(
    {
        "contact",
        "do",
        "task",
        "appointment",
        "reschedule",
        "snooze",
        "reviewed",
        "acknowledge",
        "stage",
        "alert",
        "tag",
        "edit",
        "merge",
        "intake",
        "note",
        "consent",
        "amend",
        "revoke",
        "disclose",
        "packet",
        "document",
        "document_open",
        "case_file",
        "handover",
        "bring",
        "discussed",
        "reword_topic",
        "drop_topic",
        "plan_move",
        "goal_add",
        "step_add",
        "plan_edit",
        "plan_done",
        "plan_day",
        "plan_agree",
        "plan_drop",
        "refer",
        "helper",
        "authorise",
        "pay",
        "fund",
        "assess",
        "need",
        "background",
        "voice",
        "group",
        "advice",
    }
)


def get(command: str) -> Command:
    """The command of that id."""
    return _by_id()[command]


@cache
def _by_id() -> dict[str, Command]:
    return {c.id: c for c in registry()}


@cache
def registry() -> tuple[Command, ...]:
    """All commands, in the order help shows them."""
    from .bringing import bringing, leaving
    from .ending import ending
    from .found import finding
    from .grouped import grouping
    from .holding import covering, telling
    from .kept import keeping
    from .ledger import money
    from .offering import offering
    from .planned import plans
    from .spoken import supervision
    from .wayfinding import marks, moves, views

    return (
        *_acts(),
        *grouping(),
        *covering(),
        *telling(),
        *keeping(),
        *leaving(),
        *offering(),
        *money(),
        *finding(),
        *ending(),
        *_notes(),
        *supervision(),
        *plans(),
        *bringing(),
        *_conflict(),
        *marks(),
        *views(),
        *moves(),
        *_rest(),
    )


def _acts() -> tuple[Command, ...]:
    group = _("Work on a case")
    return (
        Command(
            "contact", _("Log a contact"), ("c",), WORK, group,
            _("One line: a letter for the kind, one for made or attempted, then minutes and a sentence, as in `15 spoke "
              "about the lease`. w before made or attempted says when and where it was, if not now. Several marked cases make one group "
              "contact; words are then left out."),
            _("contact"), MANY, True,
        ),
        Command(
            "do", _("Do what clears the first reason"), ("d",), WORK, group,
            _("Starts the cheapest act that clears the first reason of this case. On the case page it acts on the line "
              "under the cursor: finishes a task, opens a draft, settles an appointment, reviews an alert, renews a consent, "
              "says what became of a referral."),
            _("do next"), ONE, True,
        ),
        Command(
            "task", _("Add a task"), ("t",), WORK, group,
            _("The day, then what is to be done, as in `fri call the landlord`."), _("task"), ONE, True,
        ),
        Command(
            "appointment", _("Make an appointment"), ("@",), WORK, group,
            _("The day and hour, perhaps minutes, then what for, as in `fri 14:30 home visit`. Enter alone opens the whole form: where, "
              "the way, whose, and how it comes again. What it clashes with is asked about first."),
            _("appointment"), ONE, True,
        ),
        Command(
            "reschedule", _("Move to another day"), ("M",), (AGENDA, CASE), group,
            _("The task or appointment under the cursor: its new day, and for an appointment the hour, as in `fri 14:30`. Of a "
              "series this one, it and those after it, or all. What it would then overlap is asked about first."),
            _("new day"), ONE, True,
        ),
        Command(
            "snooze", _("Snooze until a day"), ("z",), WORK, group,
            _("One letter: t tomorrow, m Monday, w in a week, d a date; the day is shown before Enter. Words after it "
              "say why. A case at level 1 cannot be snoozed."),
            _("snooze"), MANY, True,
        ),
        Command(
            "reviewed", _("Reviewed, no action"), ("=",), WORK, group,
            _("Signs that you have looked and nothing is needed today; the case comes back tomorrow."),
            _("reviewed"), MANY, True,
        ),
        Command(
            "acknowledge", _("Acknowledge a new case"), ("A",), WORK, group,
            _("Says that you have taken note of a case assigned to you."), _("acknowledge"), MANY, True,
        ),
        Command(
            "stage", _("Move to another stage"), ("s",), WORK, group,
            _("A letter for the stage, then why. Closing shows first what stands before it, and ends who holds the case; any other stage "
              "opens it again."),
            _("stage"), MANY, True,
        ),
        Command(
            "stage_on", _("To the next stage"), (">",), (BOARD,), group,
            _("Moves the case one stage on, with its reason; from the last one it is closed."), _("next stage"), MANY, True,
        ),
        Command(
            "stage_back", _("To the stage before"), ("<",), (BOARD,), group,
            _("Moves the case one stage back, with its reason."), _("stage before"), MANY, True,
        ),
        Command(
            "assign", _("Reassign"), ("a",), WORK, group,
            _("Type to find a worker, or several with commas between; a preview lists what moves, what is skipped or "
              "blocked and why, and what it does to loads. Enter moves, Esc leaves everything as it is."),
            _("assign"), MANY, True,
        ),
        Command(
            "alert", _("Raise an alert"), ("!",), WORK, group,
            _("Something to know before knocking on the door: its level, its kind, a sentence. A high safety alert puts the "
              "case at level 1 until it is reviewed."),
            _("alert"), ONE, True,
        ),
        Command(
            "tag", _("Tag"), ("#",), WORK, group,
            _("Words to add, or to take away with a minus before them: `rent -waiting`."), _("tag"), MANY, True,
        ),
        Command(
            "edit", _("Edit: risk, client, end a snooze, merge"), ("e",), WORK, group,
            _("A letter says what: the risk with its reason, the client's name, phone and the like, taking a snoozed "
              "case back before its day, or merging two records of one person."),
            _("edit"), ONE, True,
        ),
        Command(
            "merge", _("Merge two records of one person"), (), WORK, group,
            _("Who looks like this client, and why, or a case by its number; then whose record stays, both side by side, and "
              "the reason. Under e as well. To do it one must see every case of both."),
            _("merge"), ONE, True,
        ),
        Command(
            "intake", _("Take in a new client"), ("+",), WORK, group,
            _("Opens the intake form. Says so when someone of that name may be known already."), _("intake"), NOTHING, True,
        ),
        Command(
            "repeat", _("Repeat the last act here"), (".",), WORK, group,
            _("The same act on this case, without its words: what you wrote about one client is never copied to another."),
            _("repeat"), MANY, True,
        ),
        Command(
            "undo", _("Undo"), ("u",), BODIES, group,
            _("Takes back the whole of your last act, however many cases it touched. Again: the one before."), _("undo"),
        ),
        Command("redo", _("Redo"), ("ctrl+r",), BODIES, group, _("Does again what you last took back."), _("redo")),
    )  # fmt: skip


def _notes() -> tuple[Command, ...]:
    group = _("Notes")
    return (
        Command(
            "note", _("Write a note"), ("n",), WORK, group,
            _("Asks for the form by letter: narrative, SOAP, DAP, GIRP, BIRP. An unsigned draft of yours is opened again. "
              "What you type is kept every second, also through a crash."),
            _("note"), ONE, True,
        ),
        Command(
            "note_editor", _("Write a note in your editor"), ("N",), WORK, group,
            _("Opens $VISUAL or $EDITOR on a private file that is removed afterwards."), _("note in editor"), ONE, True,
        ),
        Command(
            "sign", _("Sign a note"), ("S",), WORK, group,
            _("Locks the draft under the cursor, or your draft of this case. A signed note is corrected by an addendum, "
              "never changed. On a junior's signed note, who supervises the case co-signs it; nobody their own."),
            _("sign"), ONE,
        ),
        Command(
            "addendum", _("Add to a signed note"), ("&",), (CASE,), group,
            _("Writes an addendum to the signed note under the cursor."), _("addendum"), ONE, True,
        ),
        Command(
            "read_notes", _("Read all notes"), ("R",), (TODAY, CASES, CASE, BOARD, AGENDA), group,
            _("All notes of the case at once, oldest first, with who has read them and what was said. Opening it is a look, "
              "and on record."),
            _("read notes"), ONE,
        ),
        Command(
            "comment", _("Comment"), ('"',), (CASE, NOTES), group,
            _("Says something about the signed note or the contact under the cursor: its supervisor does, its author answers."),
            _("comment"), ONE, True,
        ),
        Command(
            "mark_read", _("Mark as read"), ("m",), (CASE, NOTES, OPENINGS), group,
            _("The note or contact under the cursor, and what was said about it; its author sees who has read it. Among cases opened "
              "in an emergency: that you have read why."),
            _("mark read"), ONE, True,
        ),
        Command(
            "throw_away", _("Throw these words away"), ("x",), (UNSAVED,), group,
            _("Of what you have typed and not saved, the text under the cursor. It asks first: nothing brings it back."),
            _("throw away"), ONE,
        ),
        Command("save", _("Save"), ("ctrl+s",), (FORM,), group, _("In a form: saves and closes."), _("save")),
        Command(
            "save_sign", _("Save and sign"), ("ctrl+g",), (FORM,), group,
            _("In a note: saves, signs and closes."), _("save and sign"),
        ),
        Command(
            "editor", _("Go on in your editor"), ("ctrl+o",), (FORM,), group,
            _("In a note: opens $VISUAL or $EDITOR with what is typed."), _("editor"),
        ),
        Command(
            "leave", _("Leave, words kept"), ("escape",), (FORM,), group,
            _("In a form: closes it. What was typed is kept and offered when you come back."), _("leave"),
        ),
    )  # fmt: skip


def _conflict() -> tuple[Command, ...]:
    group = _("Two versions")
    return (
        Command(
            "take_theirs", _("Take theirs"), ("t",), (CONFLICT,), group,
            _("Where someone saved before you: what they wrote stands in this field."), _("theirs"),
        ),
        Command(
            "take_mine", _("Take mine"), ("m",), (CONFLICT,), group,
            _("What you typed stands in this field. A note's text of before is kept on record all the same."), _("mine"),
        ),
        Command(
            "take_both", _("Take both"), ("b",), (CONFLICT,), group,
            _("Of a longer text: theirs, then yours below it. Nothing is ever mixed by itself."), _("both"),
        ),
    )  # fmt: skip


def _rest() -> tuple[Command, ...]:
    group = _("The rest")
    return (
        Command("palette", _("Any act by name"), (":", "ctrl+p"), BODIES, group, _("Type a few letters, Enter runs it."), _("acts")),
        Command("help", _("Help"), ("?", "f1"), MOVES, group, _("Every key; type to search, Enter runs."), _("help")),
        Command("copy", _("Copy the case number"), ("y",), (*WORK, PACKET), group,
                _("To the terminal's clipboard; without identity, your name for the case. Names of people are never copied."),
                _("copy"), ONE),
        Command("deidentify", _("Without identity, or with it again"), ("I",), BODIES, group,
                _("Every page without names, numbers, dates and contact data, texts masked, until it is pressed again. To talk a case "
                  "through, or with somebody at your shoulder. Free text cannot be proven clean."),
                _("identity")),
        Command("lift", _("Show who this is"), ("L",), (CASE, NOTES), group,
                _("While identity is not shown: this one case as it is, until you leave it. The reason goes on record."),
                _("who is this"), ONE),
        Command("theme", _("Change the colours"), (), BODIES, group,
                _("Dark, light, high contrast, colour-blind, or the terminal's own."), _("colours")),
        Command("quit", _("Back, and from Today quit"), ("q",), BODIES, group, _("Asks nothing: everything is saved."), _("quit")),
        Command("suspend", _("Suspend"), ("ctrl+z",), BODIES, group,
                _("Back to the shell; `fg` returns. Where you type, Ctrl-Z takes back typing instead."), _("suspend")),
    )  # fmt: skip
