"""One report, from what was asked to a file or standard output: the entry point of every export."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlalchemy import Select, select

from caseload.casework import looks, workload
from caseload.errors import NotPermitted, Usage
from caseload.messages import _, _n
from caseload.models import case_file
from caseload.store import migrate, query, scope, seals, selection
from caseload.text import line

from . import (
    analysts,
    calendar,
    deidentified,
    directory,
    door,
    formats,
    method,
    method_rows,
    people,
    period,
    rows,
    weekly,
)
from .stream import rows_of
from .table import Column, Report, ReportTable
from .telling import Telling

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from caseload.store.database import Database, Reading

    from .period import Period
    from .table import Tick


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What was asked, as typed. `output` is a path or `-`; `why` is the reason for an identified export. With `recipient` it is
    told to somebody outside: each case in it must be permitted to go there, and it goes on record as a disclosure. `deidentified`
    leaves out even what leads to a client by another way: case numbers, days, keys."""

    report: str
    format: str
    output: str
    query: str = ""
    week: str | None = None
    from_: str | None = None
    to: str | None = None
    identified: bool = False
    why: str = ""
    recipient: str | None = None
    deidentified: bool = False
    # Whose calendar: a handle, or the person's own.
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What left: `rows` by part; `path` and `manifest` are None for standard output; `remarks` say what did not fit."""

    report: str
    rows: dict[str, int]
    path: Path | None = None
    manifest: dict[str, Any] | None = None
    remarks: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What was done, in a sentence."""
        n = sum(self.rows.values())
        if self.path is None:
            return _n("Wrote {n} row", "Wrote {n} rows", n).format(n=n)
        return _n("Wrote {n} row to {path}", "Wrote {n} rows to {path}", n).format(n=n, path=line(str(self.path)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that was understood. `announced` is the moment at which an identified export's looks were recorded."""

    report: _Kind
    request: ExportRequest
    period: Period | None
    announced: datetime | None = None

    def scope(self, r: Reading, *, open_only: bool | None) -> Select[Any]:
        """The ids of the cases this export speaks of: in sight, answering the query, and announced if need be."""
        found = select(case_file.c.id).where(selection.where(r, self.request.query, open_only=open_only))
        if self.report.narrow is not None:
            found = self.report.narrow(r, self, found)
        if self.report.whole_client:
            clients = found.with_only_columns(case_file.c.client_id).correlate(None)
            found = select(case_file.c.id).where(scope.visible(r), case_file.c.client_id.in_(clients))
        if self.announced is None:
            return found
        return found.where(case_file.c.id.in_(looks.announced(r, self.announced)))


@dataclass(frozen=True, slots=True)
class _Kind:
    """A report that can be exported. `period` is `needed`, `taken` or `none`; `lines` name single cases, and `tells` are the
    kinds of information in them. With `whole_client` a query also takes in the other cases of the clients it finds."""

    name: str
    title: Callable[[], str]
    build: Callable[[Reading, _Asked], tuple[ReportTable, ...]]
    parts: int = 1
    period: str = "taken"
    query: bool = True
    lines: bool = True
    tells: tuple[str, ...] = ()
    whole_client: bool = False
    # Whether each of its rows speaks of one case and no more.
    single: bool = False
    open_only: Callable[[_Asked], bool | None] = field(default=lambda asked: False)
    # The only format that it leaves in, where it is one of its own.
    form: Callable[[str], formats.Format] | None = None
    # Of the cases in sight, those that it speaks of.
    narrow: Callable[[Reading, _Asked, Select[Any]], Select[Any]] | None = None


def names() -> tuple[str, ...]:
    """The reports there are."""
    return tuple(_KINDS)


def export(
    db: Database, request: ExportRequest, *, stdout: BinaryIO | None = None, tick: Tick = lambda done, total: None
) -> ExportResult:
    """Write a report where it was asked for, whole or not at all; `stdout` takes it where `output` is `-`.

    Raises Usage for what cannot be understood or written to, NotPermitted where the person may not see it, Refused where
    it cannot be done just now. An identified export is announced, as a look at each of its cases, before a row is read; one
    for a recipient is on record as a disclosure of each case in it before the file is there.
    """
    asked = _Asked(_kind(request.report), request, None)
    form = (asked.report.form or formats.find)(request.format)
    form.check()
    asked = _Asked(asked.report, request, _period(asked))
    if request.query.strip() and not asked.report.query:
        raise Usage(_("The report {name} takes no query.").format(name=asked.report.name))
    query.parse(request.query)
    door.check(request.output, asked.report.parts, stdout)
    told = Telling(db, request, asked.report.tells)
    if request.identified:
        asked = _announce(db, asked)
    if request.deidentified and not asked.report.single:
        raise Usage(
            _("The report {name} cannot be de-identified; it is no list of cases.").format(name=asked.report.name)
        )
    with db.read(snapshot=True) as r:
        tables = asked.report.build(r, asked)
        if request.deidentified:
            tables = tuple(deidentified.table(db, r, one) for one in tables)
        report = Report(
            name=asked.report.name,
            title=asked.report.title(),
            tables=tables,
            as_of=r.now,
            today=r.today,
            zone=r.zone,
            period=asked.period,
            query=request.query if request.identified else query.mask_names(request.query),
            identified=request.identified,
            tick=tick,
            remarks=_left_out(r, request),
        )
        told.ask(r, report)
        schema = migrate.current(r.conn) or ""
        seal = seals.anchor(db)
        anchor = seal.anchor if seal else None
        sent = door.send(report, form, request.output, stdout=stdout, schema=schema, seal=anchor, leaving=told.record)
    return ExportResult(report.name, sent.rows, sent.path, sent.manifest, (*sent.remarks, *told.remarks))


def _kind(name: str) -> _Kind:
    if name in _KINDS:
        return _KINDS[name]
    near = get_close_matches(name, _KINDS, 1)
    hint = (
        _("Did you mean {word}?").format(word=near[0])
        if near
        else _("There are: {known}.").format(known=", ".join(_KINDS))
    )
    raise Usage(_("There is no report {name}.").format(name=line(name)) + " " + hint)


def _period(asked: _Asked) -> Period | None:
    request, wanted = asked.request, asked.report.period
    given = any(part is not None for part in (request.week, request.from_, request.to))
    if given and wanted == "none":
        raise Usage(_("The report {name} is of today; leave the days out.").format(name=asked.report.name))
    if not given and wanted != "needed":
        return None
    return period.parse(week=request.week, from_=request.from_, to=request.to)


def _announce(db: Database, asked: _Asked) -> _Asked:
    """Record the looks of an identified export, committed before anything is read. Raises Usage, NotPermitted."""
    request = asked.request
    if not request.why.strip():
        raise Usage(_("An identified export needs a reason: add --why TEXT."))
    with db.read() as r:
        if not r.me.sees_identity:
            raise NotPermitted(
                _("Your role ({role}) sees no names and no notes. Leave --identified out, or ask a supervisor.").format(
                    role=r.me.role
                )
            )
        cases = []
        if asked.report.lines:
            found = asked.scope(r, open_only=asked.report.open_only(asked))
            cases = [row.id for row in rows_of(r, found.order_by(case_file.c.id))]
    moment = looks.announce_export(db, f"export {asked.report.name}", request.why, cases)
    return _Asked(asked.report, request, asked.period, moment)


def _weekly(r: Reading, asked: _Asked) -> tuple[ReportTable, ...]:
    assert asked.period is not None
    if analysts.alone(r):
        return weekly.tables(r, analysts.everything(r, asked.request.query), asked.period, rows=False)
    request = asked.request
    return weekly.tables(
        r, asked.scope(r, open_only=False), asked.period, identified=request.identified, served=not _reveals(request)
    )


def _left_out(r: Reading, request: ExportRequest) -> tuple[str, ...]:
    """What the report leaves out, and why."""
    said = []
    if _reveals(request):
        said.append(
            _(
                "People served are left out, and outcomes: the query chooses clients by who they are. Ask by program or team."
            )
        )
    if request.report == "weekly" and not method.reads(r):
        told = _("Assessments, outcomes, plans and referrals are left out: your role ({role}) reads none of them.")
        said.append(told.format(role=r.me.role))
    return tuple(said)


def _reveals(request: ExportRequest) -> bool:
    """Whether the query, by choosing clients by who they are, would tell what the report must leave out."""
    return request.report == "weekly" and not request.identified and people.speaks_of_people(request.query)


def _rows(build: Callable[..., ReportTable]) -> Callable[[Reading, _Asked], tuple[ReportTable, ...]]:
    def built(r: Reading, asked: _Asked) -> tuple[ReportTable, ...]:
        scope = asked.scope(r, open_only=asked.report.open_only(asked))
        return (build(r, scope, asked.period, identified=asked.request.identified),)

    return built


def _calendar(r: Reading, asked: _Asked) -> tuple[ReportTable, ...]:
    assert asked.period is not None
    scope, request = asked.scope(r, open_only=False), asked.request
    return (calendar.table(r, scope, asked.period, calendar.whose(r, request.worker), identified=request.identified),)


def _in_calendar(r: Reading, asked: _Asked, found: Select[Any]) -> Select[Any]:
    assert asked.period is not None
    return calendar.narrowed(found, asked.period, calendar.whose(r, asked.request.worker), r.today)


def _journal(r: Reading, asked: _Asked) -> tuple[ReportTable, ...]:
    # A query speaks of cases, and an auditor sees none: without one, the whole journal is theirs to read.
    scope = asked.scope(r, open_only=False) if asked.request.query.strip() else None
    return (rows.journal(r, scope, asked.period),)


def _workload(r: Reading, asked: _Asked) -> tuple[ReportTable, ...]:
    columns = (
        Column("worker", _("Worker"), "code", _("The worker's handle.")),
        Column("model", _("Model"), "code", _("How the load is reckoned; count is one for each open case.")),
        Column("cases", _("Cases"), "int", _("Open cases held today.")),
        Column("load", _("Load"), "percent", _("The load by the model.")),
        Column("capacity", _("Capacity"), "int", _("How many cases the worker can carry; empty where nobody said.")),
        Column("percent", _("Percent"), "percent", _("The load in percent of the capacity.")),
    )
    found = [(row.worker, row.model, row.cases, row.load, row.capacity, row.percent) for row in workload.listed(r)]
    return (ReportTable("workload", _("Workload"), columns, found),)


_KINDS = {
    kind.name: kind
    for kind in (
        _Kind("weekly", lambda: _("Weekly report"), _weekly, parts=len(weekly.PARTS), period="needed", lines=False),
        # A list of cases means the open ones, unless a query or a period says which.
        _Kind(
            "cases",
            lambda: _("Cases"),
            _rows(rows.cases),
            tells=("identity", "services"),
            single=True,
            open_only=lambda asked: False if asked.period else None,
        ),
        _Kind(
            "contacts",
            lambda: _("Contacts"),
            _rows(rows.contacts),
            tells=("identity", "services", "notes"),
            single=True,
        ),
        _Kind("tasks", lambda: _("Tasks"), _rows(rows.tasks), tells=("identity", "services"), single=True),
        _Kind(
            "assignments",
            lambda: _("Assignments"),
            _rows(rows.assignments),
            tells=("identity", "services"),
            single=True,
        ),
        _Kind(
            "accounting",
            lambda: _("Accounting of disclosures"),
            _rows(rows.accounting),
            tells=("identity", "services", "notes"),
            whole_client=True,
        ),
        *(
            _Kind(name, title, _rows(build), tells=tells, single=True)
            for name, title, build, tells in (
                (
                    "assessments",
                    lambda: _("Assessments"),
                    method_rows.assessments,
                    ("identity", "health", "substance_use"),
                ),
                (
                    "needs",
                    lambda: _("Needs"),
                    method_rows.needs,
                    ("identity", "services", "notes", "health", "substance_use"),
                ),
                ("plans", lambda: _("Plans"), method_rows.plans, ("identity", "plan", "notes")),
                ("goals", lambda: _("Goals"), method_rows.goals, ("identity", "plan", "notes")),
                ("steps", lambda: _("Steps"), method_rows.steps, ("identity", "plan", "notes")),
                ("referrals", lambda: _("Referrals"), method_rows.referrals, ("identity", "services", "notes")),
            )
        ),
        _Kind("journal", lambda: _("Journal"), _journal, lines=False),
        _Kind(
            "ics",
            lambda: _("Calendar"),
            _calendar,
            period="needed",
            tells=("identity", "services"),
            form=lambda name: formats.only(name, formats.CALENDAR),
            narrow=_in_calendar,
        ),
        _Kind(
            "hsds",
            lambda: _("Directory of services"),
            lambda r, asked: directory.tables(r),
            period="none",
            query=False,
            lines=False,
            form=lambda name: formats.only(name, formats.DIRECTORY),
        ),
        _Kind("workload", lambda: _("Workload"), _workload, period="none", query=False, lines=False),
    )
}
