"""`caseload supervision`: what a worker and who supervises them go through, what was brought, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .deidentified import Cover, Deidentified
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Format, Identified, LookWhy, said
from .output import Column
from .receipts import done, key_of
from .session import looked, names_shown
from .terminal import say
from .which import to_change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caseload.casework.sitting import Point, Sitting
    from caseload.casework.topics import TopicRow
    from caseload.store.database import Receipt, Work

commands = Family()

_supervision = commands.group(
    "supervision",
    _(
        "What a worker and who supervises them go through when they sit together: the cases to ask about, what was brought, and "
        "what was agreed. For these two alone."
    ),
)

TopicId = Annotated[str, typer.Argument(metavar="ID", help=_("Which topic, as `agenda` lists it."), show_default=False)]
Seen = Annotated[
    int | None, said("N", _("The version that was read: refused where it was changed since."), "--seen", min=1)
]


@_supervision(
    "agenda",
    "caseload supervision agenda ben",
    "caseload supervision agenda --format json",
    help=_(
        "Somebody's agenda, or your own: what to ask about with the query behind each number, the load, absences that come; the "
        "topics that wait, and those discussed in the last three months. Reading the words about a case is a look, and recorded."
    ),
)
def agenda(
    ctx: typer.Context,
    worker: Annotated[
        str | None, typer.Argument(metavar="WORKER", help=_("Whose; your own unless given."), show_default=False)
    ] = None,
    identified: Identified = False,
    why: LookWhy = None,
    deidentified: Deidentified = False,
    format: Format = None,
) -> None:
    from caseload.casework import sitting

    asked = session(ctx)
    looked(asked, "supervision", identified, why)
    cover = Cover(asked, deidentified, identified)
    told = names_shown(identified) or deidentified
    found = sitting.open_sitting(asked.db, worker, surface="supervision", told=told, why=why or "")
    output.rows(cover.rows(_shapes(found)) if deidentified else _shapes(found), _COLUMNS, format)
    cover.state()
    if not found.waiting and output.chosen(format) == "table":
        say(_("Nothing was brought yet: caseload supervision bring CASE --text TEXT"))


_COLUMNS = [
    Column("part", _("What"), keep=9, table=lambda part: _part_words(part)),
    Column("id", "ID", keep=8, whole=True, right=True),
    Column("count", _("Cases"), keep=8, right=True, whole=True),
    Column("of", _("Of"), keep=4, right=True),
    Column("percent", "%", keep=3, right=True),
    Column("case", _("Case"), keep=7, whole=True),
    Column("cases", _("Which"), keep=1, table=lambda cases: _few(cases)),
    Column("by", _("By"), keep=5),
    Column("on", _("Since"), keep=5, whole=True),
    Column("days", _("Days"), keep=6, right=True),
    Column("times", _("Carried over"), keep=2, right=True),
    Column("until", _("Until"), keep=2, whole=True),
    Column("covered_by", _("Covered by"), keep=3),
    Column("discussed", _("Discussed"), keep=4, whole=True),
    Column("query", _("The rows: caseload cases …"), keep=6, least=20),
    Column("text", below=True),
    Column("agreed", below=True, table=lambda text: _("Agreed: {text}").format(text=text)),
    Column("task", below=True, table=lambda title: _("Task: {title}").format(title=title)),
    Column("due", _("Due"), keep=1, whole=True),
    Column("done", _("Done"), keep=1),
    Column("version", _("Version"), keep=0, right=True),
]


def _part_words(part: str) -> str:
    from caseload.casework import sitting

    return {"topic": _("brought"), "agreed": _("agreed")}.get(part) or sitting.words(part)


def _few(cases: Sequence[str]) -> str:
    return ", ".join(cases[:2]) + (f" +{len(cases) - 2}" if len(cases) > 2 else "")


def _shapes(found: Sitting) -> Iterator[dict[str, Any]]:
    """The agenda as rows: what to ask about, then what waits, then what was agreed."""
    empty: dict[str, Any] = {column.key: None for column in _COLUMNS}
    for point in found.points:
        yield empty | _point(point)
    for topic in (*found.waiting, *found.agreed):
        yield empty | _topic(topic)


def _point(one: Point) -> dict[str, Any]:
    return {
        "part": one.part, "count": one.count, "of": one.of, "percent": one.percent, "query": one.query,
        "cases": [row.case for row in one.cases], "on": one.first, "until": one.until, "covered_by": list(one.covered_by),
    }  # fmt: skip


def _topic(one: TopicRow) -> dict[str, Any]:
    return {
        "part": "topic" if one.discussed_on is None else "agreed", "id": str(one.id), "case": one.case, "by": one.by, "on": one.on,
        "days": one.days, "times": one.times, "text": one.text, "discussed": one.discussed_on, "agreed": one.agreed,
        "task": one.task, "due": one.task_due, "done": one.task_done if one.task_due is not None else None, "version": one.version,
    }  # fmt: skip


@_supervision(
    "bring",
    "caseload supervision bring 2026-048212 --text 'She no longer opens the door'",
    "caseload supervision bring --general --text 'Night calls' --worker ben",
    help=_(
        "Bring a case to supervision, or with --general a topic about no case. It is on your own agenda; a case held by somebody "
        "you supervise, on theirs; --worker names another of these."
    ),
)
def bring(
    ctx: typer.Context,
    case: Annotated[str | None, typer.Argument(metavar="CASE", help=_("A case number."), show_default=False)] = None,
    general: Annotated[bool, typer.Option("--general", help=_("About no case."))] = False,
    text: Annotated[
        str | None, said("TEXT|-|@FILE", _("What about it; - reads standard input, @FILE a file."), "--text")
    ] = None,
    worker: Annotated[str | None, said("W", _("On whose agenda."), "--worker")] = None,
    format: Format = None,
) -> None:
    if general == (case is not None):
        raise Usage(_("Name a case, or say --general."))
    asked = session(ctx)
    number = to_change(asked, case, one=True)[0] if case is not None else None
    words = text_of("-" if text is None else text, "--text") or ""

    def act(w: Work) -> Receipt:
        from caseload.casework import topics

        return topics.bring(w, words, case=number, about=worker)

    done(
        asked, "supervision bring", act, format,
        more=lambda receipt: key_of(receipt, "topic") | {"worker": (receipt.data or {}).get("worker")},
    )  # fmt: skip


@_supervision(
    "discussed",
    "caseload supervision discussed ID --agreed 'Two of us visit'",
    "caseload supervision discussed ID --agreed 'Ask the clinic' --task 'Ring the clinic' --due +3d",
    help=_(
        "A topic was talked over: what was agreed, today or on --on DATE, and perhaps a task of its case. What is not marked so "
        "stays on the agenda."
    ),
)
def discussed(
    ctx: typer.Context,
    topic: TopicId,
    agreed: Annotated[
        str | None, said("TEXT|-|@FILE", _("What was agreed; - reads standard input, @FILE a file."), "--agreed")
    ] = None,
    on: Annotated[str | None, said("DATE", _("When; today unless given."), "--on")] = None,
    task: Annotated[str | None, said("TITLE", _("What is to be done of it."), "--task")] = None,
    due: Annotated[str | None, said("DATE", _("By when, with --task."), "--due")] = None,
    seen: Seen = None,
    format: Format = None,
) -> None:
    if (task is None) != (due is None):
        raise Usage(_("--task and --due go together."))
    key, words = key_number(topic, "ID"), text_of("-" if agreed is None else agreed, "--agreed") or ""

    def act(w: Work) -> Receipt:
        from caseload.casework import topics

        then = topics.NewTask(task, day(due, "--due", w.today)) if task is not None and due is not None else None
        when = day(on, "--on", w.today, back=True) if on is not None else None
        return topics.discuss(w, key, words, on=when, then=then, seen=seen)

    done(
        session(ctx), "supervision discussed", act, format,
        more=lambda receipt: key_of(receipt, "topic") | key_of(receipt, "task"),
    )  # fmt: skip


@_supervision(
    "edit",
    "caseload supervision edit ID --text 'She opens the door to nobody'",
    "caseload supervision edit ID --text 'Two of us visit, on Friday' --format json",
    help=_(
        "Other words: for a topic that waits, by who brought it; for one that was discussed, what was agreed. The words before "
        "are kept."
    ),
)
def edit(
    ctx: typer.Context,
    topic: TopicId,
    text: Annotated[
        str | None, said("TEXT|-|@FILE", _("The words; - reads standard input, @FILE a file."), "--text")
    ] = None,
    seen: Seen = None,
    format: Format = None,
) -> None:
    key, words = key_number(topic, "ID"), text_of("-" if text is None else text, "--text") or ""

    def act(w: Work) -> Receipt:
        from caseload.casework import topics

        return topics.reword(w, key, words, seen=seen)

    done(session(ctx), "supervision edit", act, format, more=lambda receipt: key_of(receipt, "topic"))


@_supervision(
    "drop",
    "caseload supervision drop ID",
    "caseload supervision drop ID --format json",
    help=_("Take a topic off again that you brought and that was not discussed. Undo brings it back."),
)
def drop(ctx: typer.Context, topic: TopicId, format: Format = None) -> None:
    key = key_number(topic, "ID")

    def act(w: Work) -> Receipt:
        from caseload.casework import topics

        return topics.drop(w, key)

    done(session(ctx), "supervision drop", act, format, more=lambda receipt: key_of(receipt, "topic"))
