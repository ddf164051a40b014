"""What advice is given about: the agency's topics, which contacts are filed under and which an admin adds to.

A contact has any number of them, set when it is logged or afterwards. What another system filed it under (`living_situation:116`)
stands beside them and is not the agency's to change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select

from ..errors import NotPermitted, Refused, Usage
from ..messages import _
from ..models import advice_topic, case_file, contact, contact_line, contact_topic
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import coded, find


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
        row = TOPICS.one(w, code)
        if row.closed_on is not None and row.code not in (besides or ()):
            raise Refused(_("The topic {code} takes no new contacts any more.").format(code=row.code))
        found.append(str(row.code))
    return list(dict.fromkeys(found))


# -- the topics there are --------------------------------------------------------------------------


def _said() -> coded.Said:
    return coded.Said(
        admins=_("Only an admin changes the topics of advice."),
        form=_("A topic's code is of small letters, digits and _, such as child_care."),
        taken=_("There is a topic {code} already."),
        added=_("Added the topic {code}"),
        called_so=_("The topic is called so already."),
        renamed=_("Renamed the topic {code}"),
        closed_already=_("The topic {code} is closed already."),
        closed=_("Closed the topic {code}"),
        is_open=_("The topic {code} is open."),
        opened=_("Opened the topic {code} again"),
        conflict=_("Someone else changed that topic meanwhile. Nothing was changed; look again."),
        unknown=_("There is no topic {code}. There are: {all}."),
    )


TOPICS = coded.Coded(advice_topic, "topic", _said, lambda r: tuple(code for code, _name in offered(r)))
