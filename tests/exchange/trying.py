"""A small agency to which files of any kind are given by command, and what one of them must leave as it was."""

from __future__ import annotations

import json
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import insert, update

from caseload import models as m
from caseload import settings
from caseload.casework import intake
from caseload.store.connect import connect
from tests.cli.running import Ran, run_line

from .conftest import Agency
from .spoiled import Spoiled

# Of the processor's time: a machine that is busy with others is slow, and that is nobody's fault here.
SECONDS = 12


class TooLong(BaseException):
    """It took longer than anybody would wait. No fault of a file, so nothing that reads files makes a sentence of it."""


def housed(url: str, folder: Path) -> tuple[Agency, str]:
    """An agency with a program, somebody who sees all of it, and a case; its number."""
    db = connect(settings.load(database=url))
    with db.work("found") as w:
        w.conn.execute(insert(m.program).values(code="housing", name="Housing First", opened_on=date(2020, 1, 1)))
        w.conn.execute(update(m.worker).where(m.worker.c.handle == "admin").values(holds_all=True))
        w.receipt("founded", undoable=False)
    with db.work("intake") as w:
        case = intake.open_case(w, intake.NewCase("Amina", "Yusuf", "housing")).data["case"]
    return Agency(db, folder, url), str(case)


def line_of(kind: str, path: Path, case: str) -> list[str]:
    """The command that previews a file."""
    more = {"ics": ["--case", case], "sheet": ["--system", "tried"], "hsds": ["--source", "tried"]}.get(kind, [])
    return ["import", kind, str(path), *more, "--dry-run", "--format", "json"]


def give(agency: Agency, case: str, kind: str, path: Path) -> Ran:
    """A file previewed as a script would."""
    with in_time():
        return run_line("--database", agency.url, *line_of(kind, path, case))


def try_out(agency: Agency, case: str, one: Spoiled) -> str:
    """What is wrong with how one of them was read or refused, in words; nothing where all is well."""
    with tempfile.TemporaryDirectory() as folder:
        return judged(give(agency, case, one.kind, one.write(Path(folder))))


def judged(ran: Ran) -> str:
    """What is wrong with an answer: a fault of ours in it, no sentence, or an exit code that no refusal has."""
    if ran.code == 0:
        return ""
    if ran.code not in (1, 2, 3):
        return f"exit code {ran.code}"
    told: dict[str, Any] = json.loads(ran.err[ran.err.rindex('{"error"') :])["error"]
    if told["code"] == "fault":
        return f"{told['message']} {told.get('details')}"
    return (
        ""
        if told["message"].endswith((".", "?")) and len(told["message"]) < 400
        else f"no sentence: {told['message']!r}"
    )


@contextmanager
def in_time(seconds: int = SECONDS) -> Iterator[None]:
    """What takes longer than anybody would wait is broken off with TooLong."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooLong(f"it took longer than {seconds} seconds")

    before: Callable[[int, FrameType | None], Any] | int | None = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
