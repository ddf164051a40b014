"""The one importer: read, map, check, preview; then one change, a receipt, and undo.

with plan(r, "hmis", path, Options()) as planned:      # reads, checks and compares; writes nothing
    planned.preview, planned.problems(), planned.write_rejects(path)
    receipt = commit(w, planned)                       # everything in one unit of work, or nothing
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ..errors import Conflict, Usage
from ..messages import _, _n
from ..models import journal
from ..store.engine import is_encrypted
from . import alike, apply, check, compare, rejects
from .assign import WAYS
from .convert import ORDERS
from .format import Format, Options
from .revise import revise
from .rows import FileTally, Note, Preview, Reject
from .stage import Stage

if TYPE_CHECKING:
    from pathlib import Path

    from ..store.database import Reading, Receipt, Work
    from .check import Wording

__all__ = ["FORMATS", "Options", "Plan", "commit", "plan"]

FORMATS = {name: f"caseload.exchange.{name}" for name in ("hmis", "sheet", "ics", "hsds")}
FORMATS["fhir"] = "caseload.exchange.fhir.arriving"

# Called with how many rows are done, and of how many where that is known.
Step = Callable[[int, int | None], None]


class Plan:
    """An import worked out and not yet made. Close it, or use it as a context manager: it holds the workbench."""

    def __init__(self, format_: Format, r: Reading, step: Step | None = None) -> None:
        self.format = format_
        self.stage = Stage(in_memory=is_encrypted(r.conn))
        self.watch(step, None)
        try:
            self.source = format_.read(self.stage)
            self.stage.mark()
        except BaseException:
            self.stage.close()
            raise
        self.preview = Preview(self.source.name, self.source.system, self.source.edition, (), (), {})
        # New clients who may be known already, and whether all were compared with those we know.
        self.alike, self.all_compared = 0, True
        # Appointments that overlap others.
        self.clashing = 0
        # In a file, where one writes at a time: how far the journal had come when all of it was compared.
        self.stood = _newest(r)

    def __enter__(self) -> Plan:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.stage.close()

    def watch(self, step: Step | None, of: int | None) -> None:
        """From now on tell `step` how many rows are done, and of how many, where that is known."""
        done = 0

        def tell(rows: int) -> None:
            nonlocal done
            done += rows
            if step is not None:
                step(done if of is None else min(done, of), of)

        self.stage.tell = tell

    def work_out(self, r: Reading) -> Preview:
        """Check and compare anew against what stands in the database now."""
        stage, wording = self.stage, self.format.wording()
        stage.rewind()
        self.format.gone(r, stage)
        compare.look_up(r.conn, stage, self.source.system, wording)
        check.settle(stage, wording)
        compare.classify(r.conn, stage, self.source.system, wording)
        self.clashing = self.format.beside(r, stage)
        return Preview(
            self.source.name,
            self.source.system,
            self.source.edition,
            tuple(_tallies(stage, wording)),
            tuple(_notes(stage)),
            _totals(stage),
        )

    def problems(
        self, kind: str | None = None, limit: int | None = None, first: int = 0
    ) -> Iterator[tuple[str, Reject]]:
        """Every row `rejected`, `conflicting`, `alike` or `clashing`, by file and row, with its reason, or each of its reasons; from the `first`
        of these on, for whoever shows them a window at a time."""
        return self.stage.problems(kind, limit, first)

    def write_rejects(self, path: Path) -> int:
        """Write the rejected rows and why to a private csv that can be mended and imported; answers how many.

        Writes nothing where none was rejected. Raises Refused when PATH cannot be written.
        """
        with self.format.again() as files:
            return rejects.write(path, self.stage, files, always=self.format.always, never=self.format.never)


def _newest(r: Reading) -> int | None:
    """The newest row of the journal where that tells whether anything was changed since: on a server others may still be writing rows of
    lower numbers."""
    if r.engine == "postgresql":
        return None
    return int(r.conn.execute(select(func.coalesce(func.max(journal.c.id), 0))).scalar_one())


def plan(r: Reading, format_name: str, path: Path, options: Options | None = None, step: Step | None = None) -> Plan:
    """Read a file and work out what importing it would do. Nothing is written. `step` is told how many rows are read.

    Raises NotPermitted unless this person may import in that format, Usage when the file as a whole cannot be read or an
    option is unknown, Refused when there is no room for the workbench.
    """
    if r.as_of:
        raise Usage(_("With --today of another day nothing can be imported; leave it out."))
    options = options or Options()
    if options.assign not in WAYS:
        raise Usage(
            _("{text!r} is no way to assign. Choose one of: {known}.").format(
                text=options.assign[:40], known=", ".join(WAYS)
            )
        )
    if options.order is not None and options.order not in ORDERS:
        raise Usage(
            _("{text!r} is no order of dates. Choose one of: {known}.").format(
                text=options.order[:40], known=", ".join(ORDERS)
            )
        )
    if format_name not in FORMATS:
        raise Usage(
            _("{text!r} is no format to import. Choose one of: {known}.").format(
                text=format_name[:40], known=", ".join(FORMATS)
            )
        )
    format_: Format = import_module(FORMATS[format_name]).prepare(r, path, options)
    made = Plan(format_, r, step)
    try:
        made.preview = made.work_out(r)
        if column := format_.wording().groups.get(("client", "name")):
            made.alike, made.all_compared = alike.find(r, made.stage, column)
    except BaseException:
        made.stage.close()
        raise
    return made


def commit(w: Work, planned: Plan, step: Step | None = None) -> Receipt:
    """Make the import that was previewed: one change, which `undo` takes back whole. `step` is told how far it is.

    Raises Conflict where the database has changed since in what the import touches; nothing is written then.
    """
    planned.format.require(w)
    seen = planned.preview
    if planned.stood is None or planned.stood != _newest(w):
        planned.preview = planned.work_out(w)
    # What is written marks the workbench: whoever tries again begins anew.
    planned.stood = None
    if seen.data() != planned.preview.data():
        raise Conflict(
            _("Something this import touches was changed since its preview. Nothing was done; look at it again.")
        )
    preview, stage = planned.preview, planned.stage
    if preview.nothing_to_do:
        return w.nothing(_("Nothing is new in this file: nothing was changed."), data=preview)
    planned.watch(step, preview.totals["writes"])
    job = apply.Job(w, stage, planned.source.system, planned.source.name, w.now)
    written = planned.format.write(job)
    revise(job)
    apply.names_taken(job)
    said = planned.format.said(planned.source.name, preview.totals) + _brought_up(stage) + written.remark
    return w.receipt(said, cases=written.cases, data=preview)


def _brought_up(stage: Stage) -> str:
    changed: int = stage.run("select count(*) from record where take <> ''").fetchone()[0]
    if not changed:
        return ""
    return _n(", {n} row brought up to date", ", {n} rows brought up to date", changed).format(n=changed)


# Where rows stand whole, one holds several records: it is new with its case, or where all of it is, and changed where any of it is.
# Otherwise each record counts for itself.
_ROW_STATES = """
select case
  when conflicting then 'conflicting' when new_case or (new and not known) then 'new' when changed or new then 'changed'
  when unchanged then 'unchanged' else 'not taken' end, count(*)
from (
  select max(state = 'conflicting') conflicting, max(state = 'new' and entity = 'case') new_case, max(state = 'new') new,
    max(state = 'changed') changed, max(state = 'unchanged') unchanged, max(state in ('changed', 'unchanged')) known
  from record where file = :file and state <> 'rejected'
    and not (:whole and row in (select row from problem where kind = 'rejected' and file = :file))
  group by case when :whole then row else seq end
) group by 1
"""


def _tallies(stage: Stage, wording: Wording) -> Iterator[FileTally]:
    """What becomes of the rows of each file, in the order they were read."""
    for name, rows, dropped in stage.run("select name, rows, dropped from file order by at").fetchall():
        counts = dict(stage.run(_ROW_STATES, {"file": name, "whole": wording.whole}).fetchall())
        rejected = stage.run(
            "select count(distinct row) from problem where kind = 'rejected' and file = ?", (name,)
        ).fetchone()[0]
        yield FileTally(
            name, rows, counts.get("new", 0), counts.get("changed", 0), counts.get("unchanged", 0),
            counts.get("conflicting", 0), rejected, dropped + counts.get("not taken", 0),
        )  # fmt: skip


def _notes(stage: Stage) -> Iterator[Note]:
    order = {name: at for at, (name,) in enumerate(stage.run("select name from file order by at").fetchall())}
    for (file, reason), rows in sorted(stage.notes.items(), key=lambda one: order.get(one[0][0], -1)):
        yield Note(file, rows, reason)
    for file, rows in stage.run(
        "select file, count(*) from record where state = 'deleted' group by file order by file"
    ).fetchall():
        yield Note(file, rows, _("rows are marked as deleted: not taken"))


def _totals(stage: Stage) -> dict[str, int]:
    """What is new by our nouns, and how many records anything would be written of."""
    new = dict(stage.run("select entity, count(*) from record where state = 'new' group by entity").fetchall())
    closed = stage.run(
        "select count(*) from record r where r.entity = 'case' and r.state = 'new' and exists"
        " (select 1 from record c where c.entity = 'closing' and c.\"case\" = r.ext and c.state = 'new')"
    ).fetchone()[0]
    writes = stage.run(
        "select count(*) from record where state = 'new' or take <> ''"
        " or (state in ('changed', 'unchanged', 'conflicting') and digest <> known_digest)"
    ).fetchone()[0]
    plural = {
        "program": "programs", "worker": "workers", "client": "clients", "household": "households", "stay": "stays",
        "case": "cases", "closing": "closings", "contact": "contacts", "task": "tasks", "note": "notes",
    }  # fmt: skip
    # Of what only some formats bring, nothing is said where there is none.
    more = {
        "asking": "assessments",
        "appointment": "appointments", "provider": "providers", "service": "services", "place": "places", "person": "people",
        "alert": "alerts", "need": "needs", "assessment": "assessments", "background": "histories", "goal": "goals", "step": "steps",
        "document": "documents", "brought": "told",
    }  # fmt: skip
    staged = {name for (name,) in stage.run("select distinct entity from record")}
    return {plural[name]: new.get(name, 0) for name in plural} | {
        **{more[name]: new.get(name, 0) for name in more if name in staged},
        "open_cases": new.get("case", 0) - closed,
        "writes": writes,
    }
