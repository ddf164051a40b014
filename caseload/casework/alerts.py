"""Alerts (something to know before knocking on the door) and tags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update

from ..errors import Refused, Usage
from ..messages import _, _n
from ..models import alert, tag
from ..models.client import ALERT_KINDS, ALERT_LEVELS
from ..store.database import Receipt, Work
from ..text import fold
from . import find, values

REVIEW_DAYS = 90


def raise_alert(
    w: Work, case: str | int, text: str, *, kind: str = "safety", level: str = "high", review: date | None = None
) -> Receipt:
    """Put an alert on the client: it shows in every case of theirs. A high safety alert puts them at level 1 until reviewed."""
    values.one_of("kind of alert", kind, ALERT_KINDS)
    values.one_of("level", level, ALERT_LEVELS)
    ref = find.to_act_on(w, [case])[0]
    if review is not None and review < w.today:
        raise Usage(_("The review day {day} is past.").format(day=review.isoformat()))
    row = {
        "client_id": ref.client_id, "kind": kind, "level": level, "text": values.short(_("The alert"), text, needed=True),
        "raised_on": w.today, "raised_by": w.me.id, "review_on": review,
    }  # fmt: skip
    made = w.add(alert, row)
    return w.receipt(
        _("Raised an alert ({kind}, {level})").format(kind=kind, level=level), cases=[ref.id], data={"alert": made}
    )


def review(w: Work, case: str | int, alert_id: int | None = None, *, next_review: date | None = None) -> Receipt:
    """Say that an alert was looked at and still stands, until its next review day (90 days unless given).

    Without `alert_id`: every alert of the client that waits for review.
    """
    ref = find.to_act_on(w, [case])[0]
    day = next_review or w.today + timedelta(days=REVIEW_DAYS)
    if day <= w.today:
        raise Usage(_("The next review must lie ahead; {day} does not.").format(day=day.isoformat()))
    mine = (alert.c.client_id == ref.client_id, alert.c.ended_on.is_(None))
    if alert_id is None:
        waiting: ColumnElement[bool] = alert.c.reviewed_on.is_(None) | (alert.c.review_on <= w.today)
    else:
        waiting = alert.c.id == alert_id
    changes = {"reviewed_on": w.today, "review_on": day, "version": alert.c.version + 1}
    done = w.conn.execute(update(alert).where(*mine, waiting).values(changes)).rowcount
    if not done:
        return w.nothing(_("No alert of case {number} waits for review.").format(number=ref.number))
    words = _n("Reviewed {n} alert, next on {day}", "Reviewed {n} alerts, next on {day}", done)
    return w.receipt(words.format(n=done, day=day.isoformat()), cases=[ref.id])


def end(w: Work, case: str | int, alert_id: int, why: str) -> Receipt:
    """Take an alert off, with the reason; who did it stands in the journal."""
    ref = find.to_act_on(w, [case])[0]
    why = values.short(_("The reason"), why, needed=True)
    row = w.conn.execute(
        select(alert.c.ended_on).where(alert.c.id == alert_id, alert.c.client_id == ref.client_id)
    ).first()
    if row is None:
        raise Usage(_("There is no alert {id} in that case.").format(id=alert_id))
    if row.ended_on is not None:
        raise Refused(_("That alert has already ended."))
    changes = {"ended_on": w.today, "ended_why": why, "version": alert.c.version + 1}
    w.conn.execute(update(alert).where(alert.c.id == alert_id).values(changes))
    return w.receipt(_("Ended an alert"), cases=[ref.id], data={"alert": alert_id})


def tag_word(text: str) -> str:
    """A tag as it is kept: folded, blanks turned into dashes."""
    word = fold(values.name(_("The tag"), text, needed=True)).replace(" ", "-")
    if not word:
        raise Usage(_("A tag needs a letter or a digit."))
    return word


def set_tags(w: Work, wanted: Sequence[str | int], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Receipt:
    """Set tags on cases and take others off; what is already so stays."""
    found = find.to_act_on(w, wanted)
    ids = [ref.id for ref in found]
    put, off = [tag_word(t) for t in add], [tag_word(t) for t in remove]
    if not put and not off:
        raise Usage(_("Name a tag: +visit-first sets it, -visit-first takes it off."))
    changed = 0
    if off:
        changed += w.conn.execute(delete(tag).where(tag.c.case_id.in_(ids), tag.c.tag.in_(off))).rowcount
    have = {
        (row.case_id, row.tag) for row in w.conn.execute(select(tag.c.case_id, tag.c.tag).where(tag.c.case_id.in_(ids)))
    }
    new = [{"case_id": id_, "tag": word} for id_ in ids for word in dict.fromkeys(put) if (id_, word) not in have]
    if new:
        w.conn.execute(insert(tag), new)
        changed += len(new)
    if not changed:
        return w.nothing(_("The tags already stand so."))
    words = _n("Changed the tags of {n} case", "Changed the tags of {n} cases", len(ids))
    return w.receipt(words.format(n=len(ids)), cases=ids)
