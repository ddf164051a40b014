"""Lists, exports and directories that somebody brings, and cases that go out on paper: the commands."""

from __future__ import annotations

from ..messages import _
from .commands import IMPORT, MANY, ONE, WORK, Command


def bringing() -> tuple[Command, ...]:
    """Bringing a list in: which file, what its columns are, what it would do, and doing it."""
    group = _("Bring a list in")
    return (
        Command(
            "import_on", _("Change this, or take it in"), ("enter",), (IMPORT,), group,
            _("On a column: what it is. On a line above or below the columns: whose list it is, how it writes days, what stands for a column "
              "that is not there. In the preview: takes the list in, as one change that u takes back."), _("change"),
        ),
        Command(
            "import_look", _("Look before it is taken"), ("p",), (IMPORT,), group,
            _("Reads the whole file and says what would be new, changed, the same and in conflict, and each row that is not taken with its "
              "reason. Nothing is written."), _("preview"),
        ),
        Command(
            "import_file", _("Another file"), ("o",), (IMPORT,), group, _("Its path: Tab completes it, ~ is your home."), _("another file"),
        ),
        Command(
            "import_out", _("Leave a column out"), ("x",), (IMPORT,), group,
            _("The one under the cursor is not taken; again: what was proposed for it."), _("leave out"),
        ),
        Command(
            "import_values", _("What its words mean"), ("v",), (IMPORT,), group,
            _("Of the column under the cursor: a word of the list, then what it is here, as in: HF is the program housing."), _("its words"),
        ),
        Command(
            "import_days", _("How days are written"), ("d",), (IMPORT,), group,
            _("Day first or month first, with both readings of a day of the list."), _("days"),
        ),
        Command(
            "import_keep", _("Keep what the columns are"), ("V",), (IMPORT,), group,
            _("For the next list of the same name, and for scripts: caseload import sheet --mapping. Taking a list in keeps it, too."),
            _("keep"),
        ),
        Command(
            "import_rejects", _("Write out what is not taken"), ("w",), (IMPORT,), group,
            _("The rows that cannot be taken, with their reasons, in a private file: mend them there and bring it in like any list."),
            _("write these out"),
        ),
    )  # fmt: skip


def leaving() -> tuple[Command, ...]:
    """A case on paper: for those outside, and for whoever takes it over."""
    group = _("Documents")
    return (
        Command(
            "case_file", _("The whole case on paper"), ("D f",), WORK, group,
            _("For a court, a body that takes the case over, or the client: to whom, then the record by which it may go, or why not; then the "
              "kind of file, what for and where. It is on record as told, and never undone."),
            _("case file"), ONE,
        ),
        Command(
            "handover", _("A handover pack"), ("D h",), WORK, group,
            _("A page for each case for the colleague who takes over, what is dangerous first. It stays in the house: a look at each, on record."),
            _("handover"), MANY,
        ),
    )  # fmt: skip
