"""What every `caseload import` does with a file: read, say what is not taken, preview, ask, take in, and print what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caseload.errors import Usage
from caseload.messages import _, _n

from . import output
from .ask import agreed
from .output import Column
from .progress import progress
from .table import draw, paragraph
from .terminal import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from caseload.exchange.importer import Options, Plan

    from .session import Session

# So many reasons are printed; all of them stand in the rejects file.
_TOLD = 20
_IN_JSON = 1000


@dataclass(frozen=True, slots=True)
class How:
    """What is asked of every import: only to look, where to write what is not taken, whether to ask, and how to print."""

    dry_run: bool
    rejects: str | None
    yes: bool
    format: output.FormatName | None


def cases(totals: dict[str, int]) -> str:
    """Asked before cases are imported."""
    return _n("Import {n} new case?", "Import {n} new cases?", totals["cases"]).format(n=totals["cases"])


def take(
    asked: Session, kind: str, path: Path, options: Options, question: Callable[[dict[str, int]], str], how: How
) -> None:
    """Read, preview, ask and import; what is not taken is told first."""
    from caseload.exchange import importer

    with asked.read() as r, progress(_("Reading")) as step:
        planned = importer.plan(r, kind, path, options, step)
    with planned:
        _tell_rejects(planned, how.rejects)
        if how.dry_run or planned.preview.nothing_to_do:
            _print(planned, how.format, dry_run=how.dry_run)
            return
        agreed(question(planned.preview.totals), how.yes, how.format, lambda form: _print(planned, form))
        with progress(_("Importing")) as step:
            receipt = asked.act(f"import {kind}", lambda w: importer.commit(w, planned, step))
        _print(planned, how.format, number=receipt.number, words=receipt.words)


def _tell_rejects(planned: Plan, where: str | None) -> None:
    """Say what is not taken, and write it down where asked, before anything is imported."""
    rejected = planned.preview.count("rejected")
    _tell_alike(planned)
    _tell_clashing(planned)
    if where is not None:
        if not where or Path(where).is_dir():
            raise Usage(_("--rejects needs the name of a file."))
        planned.write_rejects(Path(where).expanduser().absolute())
    if not rejected:
        return
    say(_n("{n} row is not taken.", "{n} rows are not taken.", rejected).format(n=rejected))
    for _kind, problem in islice(planned.problems("rejected"), _TOLD):
        say(f"  {problem.file} {problem.row} {problem.column}: {problem.reason}")
    if rejected > _TOLD or where is None:
        say(_("  --rejects FILE writes all of them with their reasons.") if where is None else "  ...")


def _tell_alike(planned: Plan) -> None:
    """Say which new clients may be known already."""
    if planned.alike:
        said = _n("{n} new client may be known already.", "{n} new clients may be known already.", planned.alike)
        say(said.format(n=planned.alike) + " " + _("Nobody is merged."))
        for _kind, one in islice(planned.problems("alike"), _TOLD):
            say(f"  {one.file} {one.row}: {one.reason}")
    if not planned.all_compared:
        say(_("Only the first new clients were compared with those who are known."))


def _tell_clashing(planned: Plan) -> None:
    """Say which appointments overlap others; they are taken all the same."""
    if planned.clashing:
        said = _n("{n} appointment overlaps another.", "{n} appointments overlap others.", planned.clashing)
        say(said.format(n=planned.clashing))
        for _kind, one in islice(planned.problems("clashing"), _TOLD):
            say(f"  {one.file} {one.row}: {one.value} {one.reason}")
        if planned.clashing > _TOLD:
            say("  ...")


def _print(
    planned: Plan,
    format: output.FormatName | None,
    *,
    dry_run: bool = False,
    number: str | None = None,
    words: str = "",
) -> None:
    preview, form = planned.preview, output.chosen(format)
    if form == "table":
        _page(planned, number, words)
        return
    if form != "json":
        from caseload.exchange.rows import FileTally

        columns = [Column("change"), *(Column(name) for name in FileTally.__slots__)]
        output.rows([{"change": number, **tally.data()} for tally in preview.files], columns, form)
        return
    shaped: dict[str, Any] = {"change": number, "dry_run": dry_run, **preview.data(), "alike": planned.alike}
    shaped["clashing"] = planned.clashing
    shaped["problems"] = [
        {
            "kind": kind, "file": one.file, "row": one.row, "column": one.column, "value": one.value,
            "expected": one.expected, "reason": one.reason,
        }
        for kind, one in planned.problems(None, _IN_JSON)
    ]  # fmt: skip
    output.thing(shaped, [Column(key) for key in shaped], form, list)


def _page(planned: Plan, number: str | None, words: str) -> None:
    preview = planned.preview
    output.say_line(f"{preview.source} {preview.version}")
    states = {
        "new": _("New"), "changed": _("Changed"), "unchanged": _("Same"), "conflicting": _("Conflict"),
        "rejected": _("Rejected"), "not_taken": _("Left out"),
    }  # fmt: skip
    columns = [Column("file", _("File"), keep=9), Column("rows", _("Rows"), right=True, keep=8)]
    draw(
        [tally.data() for tally in preview.files],
        [*columns, *(Column(key, title, right=True) for key, title in states.items())],
    )
    for note in preview.notes:
        told = f"{note.file}: {note.reason} ({note.rows})" if note.rows else f"{note.file}: {note.reason}"
        for text in paragraph(told):
            output.say_line(text)
    if preview.nothing_to_do:
        output.say_line(_("Nothing is new in this file."))
    elif number is not None:
        output.say_line(words + " · " + _("{change}, undo with: caseload undo {change}").format(change=number))
