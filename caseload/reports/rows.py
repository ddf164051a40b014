"""Row reports: cases, contacts, tasks, assignments and disclosures, one line each, of the cases a query selects.

Without `identified` the database itself gives null for names, birth dates and prose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Date, Select, Text, and_, case, cast, func, literal, null, or_, select, true

from caseload import models as m
from caseload.casework import changes, disclosures
from caseload.casework.cases import next_due
from caseload.messages import _
from caseload.models.consent import EXCEPTIONS
from caseload.store.scope import number_of

from .stream import Stream
from .table import SEPARATOR, Column, ReportTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caseload.store.database import Reading

    from .period import Period

Field = tuple[Column, Any]


def cases(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """The cases themselves; with a period, those open on any of its days."""
    c = m.case_file.c
    owner, team = m.worker.alias("owner"), m.team
    fields = (
        _case(),
        _client(),
        (Column("born", _("Born"), "date", _("The client's birth date."), identifying=True), m.identity.c.born_on),
        _program(),
        (Column("stage", _("Stage"), "code", _("Where the case stands in the method.")), c.stage),
        (Column("risk", _("Risk"), "code", _("The risk of the case, set by a person.")), c.risk),
        (Column("worker", _("Worker"), "code", _("Who holds the case, or held it last; empty for nobody.")), owner.c.handle),
        (Column("team", _("Team"), "code", _("The team the case belongs to.")), team.c.code),
        (Column("opened", _("Opened"), "date", _("The day it was opened.")), c.opened_on),
        (Column("closed", _("Closed"), "date", _("The day it was closed; empty while it is open.")), c.closed_on),
        (
            Column(
                "last_contact", _("Last contact"), "date",
                _("The day the client was last met or spoken to, in a way the program counts."),
            ),
            c.last_contact_on,
        ),
        (
            Column("next_due", _("Next due"), "date", _("The earliest of the next contact, task and appointment.")),
            case((c.closed_on.is_(None), next_due())),
        ),
        (Column("tags", _("Tags"), "list", _("The case's tags.")), _tags(r)),
        (Column("version", _("Version"), "int", _("Counts the changes of the row.")), c.version),
    )  # fmt: skip
    source = (
        m.case_file.join(m.program, m.program.c.id == c.program_id)
        .outerjoin(owner, owner.c.id == c.owner_id)
        .outerjoin(team, team.c.id == c.team_id)
    )
    when = _open_in(period)
    return _table(r, scope, "cases", _("Cases"), fields, source, when, [c.number], identified=identified)


def contacts(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """Contacts attempted and made, a row for each case served; with a period, those of its days."""
    n, k, told, own = m.contact.c, m.contact_line.c, m.narrative, m.narrative.alias("own")
    fields = (
        _case(),
        _client(),
        _program(),
        (Column("on", _("Day"), "date", _("The agency's day on which it happened.")), k.on_date),
        (Column("at", _("Moment"), "instant", _("When it happened, in UTC.")), n.at),
        (Column("kind", _("Kind"), "code", _("visit, office, phone, video, message, collateral or group.")), k.kind),
        (Column("outcome", _("Outcome"), "code", _("made or attempted.")), k.outcome),
        (Column("with", _("With"), "code", _("client, family, professional or other.")), n.with_whom),
        (Column("met", _("Client met"), "flag", _("Whether the client was met or spoken to.")), k.met),
        (Column("place", _("Place"), "code", _("home, office, community, facility or remote.")), n.place),
        (Column("minutes", _("Minutes"), "int", _("How long it took.")), n.minutes),
        (Column("worker", _("Worker"), "code", _("Who made the contact.")), m.worker.c.handle),
        (Column("recorded", _("Recorded"), "instant", _("When it was written down, in UTC.")), n.recorded_at),
        (Column("note", _("Note"), "text", _("What was written about it."), narrative=True), told.c.body),
        (Column("topics", _("Topics"), "list", _("What it was about.")), _topics(r)),
        (
            Column("presence", _("Presence"), "code", _("Of a group activity: present, left_early or absent.")),
            k.presence,
        ),
        (
            Column(
                "own",
                _("Own line"),
                "text",
                _("Of a group activity, what is said of this client alone."),
                narrative=True,
            ),
            own.c.body,
        ),
    )
    source = (
        m.contact_line.join(m.contact, n.id == k.contact_id)
        .join(m.case_file, m.case_file.c.id == k.case_id)
        .join(m.program, m.program.c.id == m.case_file.c.program_id)
        .join(m.worker, m.worker.c.id == n.worker_id)
    )
    if identified:
        source = source.outerjoin(told, told.c.id == k.narrative_id).outerjoin(own, own.c.id == k.own_id)
    when = [k.on_date.between(period.first, period.last)] if period else []
    order = [k.on_date, n.at, k.contact_id, k.case_id]
    return _table(r, scope, "contacts", _("Contacts"), fields, source, when, order, identified=identified)


def tasks(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """Tasks, done and to do; with a period, those due on its days."""
    t, doer = m.task.c, m.worker.alias("doer")
    fields = (
        (Column("task", _("Task"), "code", _("The task's id.")), cast(t.id, Text)),
        _case(),
        _client(),
        _program(),
        (
            Column("title", _("Title"), "text", _("What is to be done, in the words of who wrote it."), narrative=True),
            t.title,
        ),
        (Column("worker", _("Worker"), "code", _("Whose task it is.")), m.worker.c.handle),
        (Column("due", _("Due"), "date", _("The day it is due.")), t.due_on),
        (Column("created", _("Created"), "instant", _("When it was written down, in UTC.")), t.created_at),
        (Column("done", _("Done"), "instant", _("When it was done, in UTC; empty while it is to do.")), t.done_at),
        (Column("done_by", _("Done by"), "code", _("Who did it.")), doer.c.handle),
    )
    source = (
        m.task.join(m.case_file, m.case_file.c.id == t.case_id)
        .join(m.program, m.program.c.id == m.case_file.c.program_id)
        .outerjoin(m.worker, m.worker.c.id == t.worker_id)
        .outerjoin(doer, doer.c.id == t.done_by)
    )
    when = [t.due_on.between(period.first, period.last)] if period else []
    order = [t.due_on, m.case_file.c.number, t.id]
    return _table(r, scope, "tasks", _("Tasks"), fields, source, when, order, identified=identified)


def assignments(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """Who held which case from when to when, and why; with a period, the assignments in force on any of its days."""
    a = m.assignment.c
    fields = (
        _case(),
        _client(),
        _program(),
        (Column("worker", _("Worker"), "code", _("Who held the case.")), m.worker.c.handle),
        (Column("role", _("Role"), "code", _("primary or secondary.")), a.role),
        (Column("starts_on", _("First day"), "date", _("The agency's day on which it began.")), a.starts_on),
        (
            Column("ends_on", _("Last day"), "date", _("The agency's day on which it ended; empty while it runs.")),
            a.ends_on,
        ),
        (Column("starts", _("From"), "instant", _("When it began, in UTC.")), a.starts_at),
        (Column("ends", _("Until"), "instant", _("When it ended, in UTC.")), a.ends_at),
        (
            Column("acknowledged", _("Acknowledged"), "instant", _("When the worker acknowledged it.")),
            a.acknowledged_at,
        ),
        (Column("why", _("Why"), "text", _("The reason given."), narrative=True), a.why),
    )
    source = (
        m.assignment.join(m.case_file, m.case_file.c.id == a.case_id)
        .join(m.program, m.program.c.id == m.case_file.c.program_id)
        .join(m.worker, m.worker.c.id == a.worker_id)
    )
    when: list[ColumnElement[bool]] = []
    if period:
        when = [a.starts_on <= period.last, or_(a.ends_on.is_(None), a.ends_on >= period.first)]
    order = [m.case_file.c.number, a.starts_at, a.id]
    return _table(r, scope, "assignments", _("Assignments"), fields, source, when, order, identified=identified)


def accounting(r: Reading, scope: Select[Any], period: Period | None, *, identified: bool) -> ReportTable:
    """What was told about the clients of these cases, as they may ask for it (45 CFR 164.528), and what was added to that.

    Of the six years to today, or of the period's days. What was told under a consent or to the client is left out.
    """
    d, whole = m.disclosure.c, m.disclosure.alias("whole")
    what, purpose = m.narrative.alias("what"), m.narrative.alias("purpose")
    day = func.coalesce(whole.c.on_date, d.on_date)
    fields = (
        _case(),
        _client(),
        (Column("disclosure", _("Disclosure"), "code", _("The number of the telling.")), cast(d.id, Text)),
        (Column("adds_to", _("Adds to"), "code", _("Of an addendum, the telling it belongs to.")), cast(d.addendum_to_id, Text)),
        (Column("on", _("Day"), "date", _("The day on which it was told, or added.")), d.on_date),
        (Column("recipient", _("To whom"), "text", _("The person or body that was told."), identifying=True), d.recipient),
        (Column("address", _("Address"), "text", _("Where they are, as far as it is known."), identifying=True), d.address),
        (Column("what", _("What"), "text", _("What was told, briefly."), narrative=True), what.c.body),
        (Column("purpose", _("Purpose"), "text", _("What it was told for."), narrative=True), purpose.c.body),
        (Column("basis", _("Basis"), "code", _("The exception under which it was told.")), d.basis),
    )  # fmt: skip
    source = m.disclosure.join(m.case_file, m.case_file.c.id == d.case_id).outerjoin(
        whole, whole.c.id == d.addendum_to_id
    )
    if identified:
        source = source.join(what, what.c.id == d.what_id).join(purpose, purpose.c.id == d.purpose_id)
    first, last = (period.first, period.last) if period else disclosures.window(r.today)
    when = [d.basis.in_(EXCEPTIONS), day.between(first, last)]
    order = [m.case_file.c.client_id, day, func.coalesce(d.addendum_to_id, d.id), d.id]
    return _table(
        r, scope, "accounting", _("Accounting of disclosures"), fields, source, when, order, identified=identified
    )


def journal(r: Reading, scope: Select[Any] | None, period: Period | None) -> ReportTable:
    """Every changed row, oldest first: who, when, which columns, never their content; with a period, of its days.

    Of the cases of `scope`; without one, of everything the person may read. Raises NotPermitted.
    """
    j = m.journal.c
    fields: tuple[Field, ...] = (
        (Column("id", _("Number"), "code", _("The journal row's number.")), cast(j.id, Text)),
        (Column("at", _("Moment"), "instant", _("When it was changed, in UTC.")), j.at),
        (Column("change", _("Change"), "code", _("The receipt's number of the act.")), literal("C-") + cast(j.change_id, Text)),
        (Column("worker", _("Worker"), "code", _("Who did it.")), m.worker.c.handle),
        (Column("login", _("Login"), "code", _("The login it was done by.")), j.login),
        (Column("op", _("Did"), "code", _("insert, update, delete or loaded.")), j.op),
        (Column("table", _("Table"), "code", _("The table of the changed row.")), j.table_name),
        (Column("row", _("Row"), "code", _("The changed row's key.")), cast(j.row_id, Text)),
        (Column("case", _("Case"), "code", _("The case number, where the row belongs to a case.")), number_of(r, j.case_id)),
        (
            Column("columns", _("Columns"), "list", _("Which columns changed.")),
            func.replace(func.nullif(j.columns, ""), ",", SEPARATOR),
        ),
    )  # fmt: skip
    columns = tuple(column for column, _found in fields)
    found = (
        select(*(value.label(column.key) for column, value in fields))
        .outerjoin_from(m.journal, m.worker, m.worker.c.id == j.worker_id)
        .order_by(j.id)
    )
    found = changes.in_sight(r, found, j.case_id) if scope is None else found.where(j.case_id.in_(scope))
    if period:
        found = found.where(j.at >= period.begins(r.zone), j.at < period.ends(r.zone))
    return ReportTable("journal", _("Journal"), columns, Stream(r, found, columns))


def _table(
    r: Reading, scope: Select[Any], name: str, title: str, fields: Sequence[Field], source: Any, where: Sequence[Any],
    order: Sequence[Any], *, identified: bool,
) -> ReportTable:  # fmt: skip
    columns = tuple(column for column, _found in fields)
    private = frozenset(column.key for column in columns if column.private)
    if identified:
        source = source.outerjoin(m.identity, m.identity.c.client_id == m.case_file.c.client_id)
        found = [value for _column, value in fields]
    else:
        empty = {"date": cast(null(), Date)}
        found = [empty.get(c.kind, cast(null(), Text)) if c.key in private else value for c, value in fields]
    labelled = [value.label(column.key) for column, value in zip(columns, found, strict=True)]
    # Every source joins the case, so the scope's own condition will do: as a sub-select it would cost an index's order.
    asked = true() if scope.whereclause is None else scope.whereclause
    statement = select(*labelled).select_from(source).where(asked, *where).order_by(*order)
    return ReportTable(name, title, columns, Stream(r, statement, columns, frozenset() if identified else private))


def _case() -> Field:
    return Column("case", _("Case"), "code", _("The case number.")), m.case_file.c.number


def _client() -> Field:
    given, family = m.identity.c.given, m.identity.c.family
    both = and_(given != "", family != "")
    column = Column("client", _("Client"), "text", _("The client's family and given name."), identifying=True)
    return column, case((both, family + ", " + given), else_=func.coalesce(family, "") + func.coalesce(given, ""))


def _program() -> Field:
    return Column("program", _("Program"), "code", _("The program's code.")), m.program.c.code


def _topics(r: Reading) -> ColumnElement[Any]:
    """What a contact was about, in order, as one text."""
    t, of = m.contact_topic.c, m.contact_topic.c.contact_id == m.contact.c.id
    if r.engine == "postgresql":
        joined = func.string_agg(t.topic, literal(SEPARATOR)).aggregate_order_by(t.topic)
        return select(joined).where(of).correlate(m.contact).scalar_subquery()
    words = select(t.topic).where(of).order_by(t.topic).correlate(m.contact).subquery("topic_word")
    return select(func.group_concat(words.c.topic, SEPARATOR)).scalar_subquery()


def _open_in(period: Period | None) -> list[ColumnElement[bool]]:
    c = m.case_file.c
    if period is None:
        return []
    return [c.opened_on <= period.last, or_(c.closed_on.is_(None), c.closed_on >= period.first)]


def _tags(r: Reading) -> ColumnElement[Any]:
    """The case's tags, in order, as one text."""
    mine = m.tag.c.case_id == m.case_file.c.id
    if r.engine == "postgresql":
        joined = func.string_agg(m.tag.c.tag, literal(SEPARATOR)).aggregate_order_by(m.tag.c.tag)
        return select(joined).where(mine).correlate(m.case_file).scalar_subquery()
    words = select(m.tag.c.tag).where(mine).order_by(m.tag.c.tag).correlate(m.case_file).subquery("word")
    return select(func.group_concat(words.c.tag, SEPARATOR)).scalar_subquery()


# What reports of other rows begin with, and are made by (method.py).
case_field, client_field, program_field, table_of = _case, _client, _program, _table
