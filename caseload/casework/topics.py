"""What is brought to supervision: the topics on a worker's agenda, and what came of each.

A topic is brought by the worker or by who supervises them, about a case or about none. Its words, and what was agreed, are
narrative that these alone read; about a case, only while the case is in their sight. What was not discussed stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Row, and_, delete, exists, or_, select, true, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..models import case_file, narrative, supervision_topic, task, worker
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import cases, find, scratches, tasks, values

# How long what was agreed is looked back on.
_LOOK_BACK = 90

_t = supervision_topic.c
# The case of a topic, beside the cases of the query that asks.
_ABOUT = case_file.alias("about")


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic. `days` is how long it waits, or waited, and `times` on how many days others of that worker were discussed
    meanwhile. Text is None for who does not read it; `task` is what was to be done, with its day and whether it is done."""

    id: int
    worker: str
    case_id: int | None
    case: str | None
    client: str | None
    by: str
    on: date
    days: int
    times: int
    text: str | None
    discussed_on: date | None
    discussed_by: str | None
    agreed: str | None
    task: str | None
    task_due: date | None
    task_done: bool
    version: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Whose:
    """The worker of an agenda."""

    id: int
    handle: str
    name: str
    team_id: int | None


@dataclass(frozen=True, slots=True)
class NewTask:
    """What is to be done of what was agreed, and by when."""

    title: str
    due: date


def agenda_of(r: Reading, handle: str | None = None) -> Whose:
    """The worker whose agenda is meant: oneself, unless named. Raises Usage for an unknown one,
    NotPermitted for whoever is neither that worker nor supervises them."""
    if r.me.id is None or not r.me.sees_identity:
        raise NotPermitted(_("Your role ({role}) has no part in supervision.").format(role=r.me.role))
    wanted = r.me.id if handle is None else find.worker_id(r, handle)
    named = select(worker.c.id, worker.c.handle, worker.c.name, worker.c.team_id).where(worker.c.id == wanted)
    found = Whose(*r.conn.execute(named).one())
    if found.id != r.me.id and not scope.may_supervise(r, found.team_id):
        raise NotPermitted(_("What is brought to supervision is for its worker and who supervises them."))
    return found


def visible(r: Reading) -> ColumnElement[bool]:
    """True of the topics this person sees: their own and those of whom they supervise, about cases in their sight or none."""
    if r.me.holds_all:
        return true()
    theirs = _t.worker_id == r.me.id
    if r.me.role == "supervisor":
        led = select(worker.c.id).where(worker.c.team_id.in_(scope.my_teams(r)))
        theirs = or_(theirs, _t.worker_id.in_(led))
    seen = exists().where(_ABOUT.c.id == _t.case_id, scope.visible(r, _ABOUT)).correlate(supervision_topic)
    return and_(theirs, or_(_t.case_id.is_(None), seen))


def bring(
    w: Work, text: str, *, case: str | int | None = None, about: str | None = None, scratch: str | None = None
) -> Receipt:
    """Put something on an agenda: a case, or a general topic. `about` names whose; without it, of a case the agenda of who
    holds it where the person supervises them, else their own.

    Raises Usage for empty words, an unknown worker or a case out of sight, NotPermitted for who has no part in it.
    """
    ref = find.to_act_on(w, [case], closed=True)[0] if case is not None else None
    whose = agenda_of(w, about or (_holder_led(w, ref) if ref is not None else None))
    case_id = ref.id if ref is not None else None
    row = {
        "worker_id": whose.id, "brought_by": w.me.id, "case_id": case_id, "at": w.now, "on_date": w.today,
        "narrative_id": _prose(w, whose.id, case_id, _("The topic"), text),
    }  # fmt: skip
    made = w.add(supervision_topic, row)
    scratches.clear(w, scratch)
    # Whose agenda it is on is no word of the journal's.
    told = {"topic": made, "worker": whose.handle}
    return w.receipt(_("Brought to supervision"), cases=_about(case_id), data=told)


def _holder_led(w: Work, ref: find.CaseRef) -> str | None:
    """Who holds the case, where somebody else does whom the person supervises."""
    if ref.owner_id in (None, w.me.id):
        return None
    holder = w.conn.execute(select(worker.c.handle, worker.c.team_id).where(worker.c.id == ref.owner_id)).one()
    return holder.handle if scope.may_supervise(w, holder.team_id) else None


def reword(w: Work, topic_id: int, text: str, *, seen: int | None = None, scratch: str | None = None) -> Receipt:
    """Other words for a topic, by who brought it; or, once it was discussed, for what was agreed, by either of those who
    were there. The words before are kept. `seen` is the version that was read.

    Raises Usage where there is no such topic, NotPermitted for another's words, Conflict where it was changed meanwhile.
    """
    row = _topic(w, topic_id)
    if row.discussed_on is None and row.brought_by != w.me.id and not w.me.holds_all:
        raise NotPermitted(_("Only who brought it words it otherwise. Bring a topic of your own."))
    which, what = ("narrative_id", _("The topic")) if row.discussed_on is None else ("agreed_id", _("What was agreed"))
    prose = _prose(w, row.worker_id, row.case_id, what, text, before=getattr(row, which))
    _write(w, row, seen, **{which: prose})
    scratches.clear(w, scratch)
    words = _("Changed a topic of supervision") if row.discussed_on is None else _("Changed what was agreed")
    return w.receipt(words, cases=_about(row.case_id), data={"topic": topic_id})


def drop(w: Work, topic_id: int) -> Receipt:
    """Take a topic off again, by who brought it, while it was not discussed; undo brings it back."""
    row = _open_topic(w, topic_id)
    if row.brought_by != w.me.id and not w.me.holds_all:
        raise NotPermitted(_("Only who brought it takes it off again."))
    w.conn.execute(delete(supervision_topic).where(_t.id == topic_id))
    return w.receipt(_("Took a topic off the agenda"), cases=_about(row.case_id), data={"topic": topic_id})


def discuss(
    w: Work, topic_id: int, agreed: str, *, on: date | None = None, then: NewTask | None = None,
    seen: int | None = None, scratch: str | None = None,
) -> Receipt:  # fmt: skip
    """It was talked over: what was agreed, on which day (today, unless another is given), and what is to be done of it.

    Raises Usage for a day ahead or before it was brought and for a task of a topic about no case, Refused where it was
    discussed already, Conflict where it was changed since `seen`.
    """
    row = _open_topic(w, topic_id)
    day = on or w.today
    if not row.on_date <= day <= w.today:
        raise Usage(_("It was brought on {first}; it is discussed from then until today.").format(first=row.on_date))
    if then is not None and row.case_id is None:
        raise Usage(_("A task belongs to a case, and this topic is about none. Leave the task out."))
    prose = _prose(w, row.worker_id, row.case_id, _("What was agreed"), agreed)
    made = tasks.add(w, row.case_id, then.title, then.due).data["task"] if then is not None else None
    _write(w, row, seen, discussed_on=day, discussed_by=w.me.id, agreed_id=prose, task_id=made)
    scratches.clear(w, scratch)
    words = _("Discussed a topic, with a task due {due}") if then is not None else _("Discussed a topic")
    said = words.format(due=then.due.isoformat() if then is not None else "")
    return w.receipt(said, cases=_about(row.case_id), data={"topic": topic_id, "task": made})


def _about(case_id: int | None) -> list[int]:
    return [case_id] if case_id is not None else []


def _prose(w: Work, whose: int, case_id: int | None, what: str, text: str, *, before: int | None = None) -> int:
    row = {"case_id": case_id, "worker_id": w.me.id, "agenda_of": whose, "body": values.prose(what, text), "at": w.now}
    return w.add(narrative, row | {"supersedes_id": before})


def _write(w: Work, row: Row, seen: int | None, **changes: object) -> None:  # type: ignore[type-arg]
    version = row.version if seen is None else seen
    same = (_t.id == row.id, _t.version == version)
    if not w.conn.execute(update(supervision_topic).where(*same).values(changes | {"version": version + 1})).rowcount:
        raise Conflict(_("Someone else changed that topic meanwhile. Nothing was changed; look again."))


def _topic(w: Work, topic_id: int) -> Row:  # type: ignore[type-arg]
    if not w.me.sees_identity:
        raise NotPermitted(_("Your role ({role}) has no part in supervision.").format(role=w.me.role))
    row = w.conn.execute(select(supervision_topic).where(_t.id == topic_id, visible(w))).first()
    if row is None:
        raise Usage(_("There is no topic {id} that you may see.").format(id=topic_id))
    return row


def _open_topic(w: Work, topic_id: int) -> Row:  # type: ignore[type-arg]
    row = _topic(w, topic_id)
    if row.discussed_on is not None:
        raise Refused(_("That topic was discussed on {day} already.").format(day=row.discussed_on.isoformat()))
    return row


# -- reading -------------------------------------------------------------------------------------


def cases_of(r: Reading, worker_id: int) -> list[int]:
    """The cases in sight that the topics of that agenda are about: reading these is a look at each."""
    found = select(_t.case_id).where(_t.worker_id == worker_id, _t.case_id.is_not(None), visible(r), _shown(r))
    return sorted(r.conn.execute(found.distinct()).scalars())


def _shown(r: Reading) -> ColumnElement[bool]:
    back = r.today - timedelta(days=_LOOK_BACK)
    return and_(_t.on_date <= r.today, or_(_t.discussed_on.is_(None), _t.discussed_on >= back))


def of_worker(r: Reading, worker_id: int, *, told: bool = True) -> tuple[TopicRow, ...]:
    """The topics of an agenda: what waits, the longest first, then what was agreed in the last three months, the newest
    first. Without text unless `told`."""
    shown = _rows(r, _t.worker_id == worker_id, _shown(r), told=told)
    past = sorted((one for one in shown if one.discussed_on), key=lambda one: (one.discussed_on, one.id), reverse=True)
    return (*(one for one in shown if one.discussed_on is None), *past)


def one(r: Reading, topic_id: int) -> TopicRow | None:
    """One topic without its words; None where it is gone or not for this person."""
    return next(iter(_rows(r, _t.id == topic_id, told=False)), None)


def _rows(r: Reading, *which: ColumnElement[bool], told: bool) -> list[TopicRow]:
    whose, brought, by = worker.alias("whose"), worker.alias("brought"), worker.alias("by")
    said, agreed = narrative.alias("said"), narrative.alias("agreed")
    found = (
        select(
            supervision_topic, whose.c.handle, brought.c.handle.label("bringer"), by.c.handle.label("discusser"), case_file.c.number,
            task.c.title, task.c.due_on, task.c.done_at,
            (said.c.body if told else said.c.id).label("body"), (agreed.c.body if told else agreed.c.id).label("outcome"),
        )
        .join(whose, whose.c.id == _t.worker_id)
        .join(brought, brought.c.id == _t.brought_by)
        .outerjoin(by, by.c.id == _t.discussed_by)
        .outerjoin(case_file, case_file.c.id == _t.case_id)
        .outerjoin(task, task.c.id == _t.task_id)
        .outerjoin(said, said.c.id == _t.narrative_id)
        .outerjoin(agreed, agreed.c.id == _t.agreed_id)
        .where(visible(r), *which)
        .order_by(_t.on_date, _t.id)
    )  # fmt: skip
    rows = r.conn.execute(found).all()
    sat = select(_t.worker_id, _t.discussed_on).where(_t.worker_id.in_({row.worker_id for row in rows})).distinct()
    days = r.conn.execute(sat.where(_t.discussed_on <= r.today)).all() if rows else []
    about = cases.rows(r, [row.case_id for row in rows if row.case_id is not None])

    def shaped(row: Row) -> TopicRow:  # type: ignore[type-arg]
        # As of a day before it was discussed it still waited.
        over = row.discussed_on is not None and row.discussed_on <= r.today
        until = row.discussed_on if over else r.today
        last = until - timedelta(days=1) if over else until
        return TopicRow(
            row.id, row.handle, row.case_id, row.number, about[row.case_id].client if row.case_id in about else None,
            row.bringer, row.on_date, (until - row.on_date).days,
            sum(who == row.worker_id and row.on_date < day <= last for who, day in days),
            row.body if told else None, row.discussed_on if over else None, row.discusser if over else None,
            row.outcome if told and over else None, row.title if told and over else None, row.due_on if over else None,
            over and row.done_at is not None, row.version, row.brought_by == r.me.id,
        )  # fmt: skip

    return [shaped(row) for row in rows]
