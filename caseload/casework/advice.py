"""What advice is given about: the agency's topics, which contacts are filed under and which an admin adds to.

A contact has any number of them, set when it is logged or afterwards. What another system filed it under (`living_situation:116`)
stands beside them and is not the agency's to change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, delete, func, insert, select, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..models import advice_topic, case_file, contact, contact_line, contact_topic
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import find, values

_t = advice_topic.c
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic. A closed one takes no new contacts; those filed under it stay. `contacts` counts those of cases in sight."""

    code: str
    name: str
    closed: date | None
    contacts: int
    version: int


def topics(r: Reading, *, counted: bool = True) -> tuple[TopicRow, ...]:
    """Every topic, those in use first, by name."""
    held: dict[str, int] = {}
    if counted:
        seen = select(contact_line.c.contact_id).where(
            contact_line.c.case_id.in_(select(case_file.c.id).where(scope.visible(r)))
        )
        told = select(contact_topic.c.topic, func.count()).where(contact_topic.c.contact_id.in_(seen))
        held = dict(r.conn.execute(told.group_by(contact_topic.c.topic)).all())
    rows = r.conn.execute(select(advice_topic)).all()
    found = [TopicRow(row.code, row.name, row.closed_on, held.get(row.code, 0), row.version) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.closed is not None, one.name.casefold(), one.code)))


def offered(r: Reading) -> tuple[tuple[str, str], ...]:
    """The codes and names of the topics that take contacts."""
    return tuple((one.code, one.name) for one in topics(r, counted=False) if one.closed is None)


def of_case(r: Reading, case_id: int) -> dict[int, tuple[str, ...]]:
    """What each contact of a case was about: its topics, in order, by the contact's key."""
    found: dict[int, list[str]] = {}
    told = (
        select(contact_topic.c.contact_id, contact_topic.c.topic)
        .join(contact_line, contact_line.c.contact_id == contact_topic.c.contact_id)
        .where(contact_line.c.case_id == case_id)
        .order_by(contact_topic.c.topic)
    )
    for contact_id, topic in r.conn.execute(told):
        found.setdefault(contact_id, []).append(topic)
    return {key: tuple(some) for key, some in found.items()}


def file(w: Work, contact_id: int, codes: Sequence[str]) -> None:
    """File a new contact under topics. Raises Usage for one that is none, Refused for a closed one."""
    known = _known(w, codes)
    if known:
        w.conn.execute(insert(contact_topic), [{"contact_id": contact_id, "topic": topic} for topic in known])


def refile(w: Work, case: str | int, contact_id: int, codes: Sequence[str]) -> Receipt:
    """File a contact of a case under these topics and no others of the agency's.

    Raises Usage where there is no such contact or topic, Refused for a closed topic, NotPermitted for the contact of somebody
    else.
    """
    ref = find.to_act_on(w, [case])[0]
    mine = select(contact.c.worker_id).join(contact_line, contact_line.c.contact_id == contact.c.id)
    by = w.conn.execute(mine.where(contact.c.id == contact_id, contact_line.c.case_id == ref.id)).scalar()
    if by is None:
        raise Usage(_("There is no contact {id} in that case.").format(id=contact_id))
    if by != w.me.id and not w.me.holds_all:
        raise NotPermitted(_("What a contact was about says who made it."))
    stands = set(
        w.conn.execute(select(contact_topic.c.topic).where(contact_topic.c.contact_id == contact_id)).scalars()
    )
    ours = {topic for topic in stands if ":" not in topic}
    wanted = set(_known(w, codes, besides=ours))
    if wanted == ours:
        return w.nothing(_("The contact is filed so already."))
    of = contact_topic.c.contact_id == contact_id
    gone = sorted(ours - wanted)
    if gone:
        w.conn.execute(delete(contact_topic).where(of, contact_topic.c.topic.in_(gone)))
    for topic in sorted(wanted - ours):
        w.add(contact_topic, contact_id=contact_id, topic=topic)
    return w.receipt(_("Filed a contact by topic"), cases=[ref.id], data={"contact": contact_id})


def _known(w: Work, codes: Sequence[str], *, besides: set[str] | None = None) -> list[str]:
    """The codes as they are stored, each once; a closed one only where it stands there already."""
    found = []
    for code in codes:
        row = _topic(w, code)
        if row.closed_on is not None and row.code not in (besides or ()):
            raise Refused(_("The topic {code} takes no new contacts any more.").format(code=row.code))
        found.append(str(row.code))
    return list(dict.fromkeys(found))


# -- the topics there are --------------------------------------------------------------------------


def add(w: Work, code: str, name: str) -> Receipt:
    """A topic of the agency's own. Raises NotPermitted for all but admins, Usage for a code that is none or is taken."""
    _administers(w)
    code = _code(code)
    if not _CODE.fullmatch(code):
        raise Usage(_("A topic's code is of small letters, digits and _, such as child_care."))
    if w.conn.execute(select(_t.id).where(_t.code == code)).first() is not None:
        raise Usage(_("There is a topic {code} already.").format(code=code))
    w.add(advice_topic, code=code, name=values.name(_("The name"), name, needed=True))
    return w.receipt(_("Added the topic {code}").format(code=code), data={"topic": code})


def rename(w: Work, code: str, name: str) -> Receipt:
    """What a topic is called; its code stays. Raises NotPermitted, Usage."""
    row = _administered(w, code)
    name = values.name(_("The name"), name, needed=True)
    if name == row.name:
        return w.nothing(_("The topic is called so already."))
    _change(w, row, name=name)
    return w.receipt(_("Renamed the topic {code}").format(code=row.code), data={"topic": row.code})


def close(w: Work, code: str) -> Receipt:
    """It takes no new contacts from today. Raises NotPermitted, Usage, Refused where it is closed."""
    row = _administered(w, code)
    if row.closed_on is not None:
        raise Refused(_("The topic {code} is closed already.").format(code=row.code))
    _change(w, row, closed_on=w.today)
    return w.receipt(_("Closed the topic {code}").format(code=row.code), data={"topic": row.code})


def open_again(w: Work, code: str) -> Receipt:
    """A topic that was closed takes contacts again. Raises NotPermitted, Usage, Refused where it is open."""
    row = _administered(w, code)
    if row.closed_on is None:
        raise Refused(_("The topic {code} is open.").format(code=row.code))
    _change(w, row, closed_on=None)
    return w.receipt(_("Opened the topic {code} again").format(code=row.code), data={"topic": row.code})


def _administers(w: Work) -> None:
    if not scope.may_administer(w):
        raise NotPermitted(_("Only an admin changes the topics of advice."))


def _administered(w: Work, code: str) -> Row:  # type: ignore[type-arg]
    _administers(w)
    return _topic(w, code)


def _change(w: Work, row: Row, **changes: object) -> None:  # type: ignore[type-arg]
    same = (_t.id == row.id, _t.version == row.version)
    if not w.conn.execute(update(advice_topic).where(*same).values(version=row.version + 1, **changes)).rowcount:
        raise Conflict(_("Someone else changed that topic meanwhile. Nothing was changed; look again."))


def _topic(r: Reading, code: str) -> Row:  # type: ignore[type-arg]
    row = r.conn.execute(select(advice_topic).where(_t.code == _code(code))).first()
    if row is None:
        known = ", ".join(code for code, _name in offered(r))
        raise Usage(_("There is no topic {code!r}. There are: {all}.").format(code=code[:40], all=known))
    return row


def _code(text: str) -> str:
    return text.strip().lower().replace("-", "_").replace(" ", "_")
