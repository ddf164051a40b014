"""Advice by topic: contacts made in the period and the clients of these, by what they were about.

Without an identified report a topic on which from 1 to 10 clients were advised is not shown, and where there is one, neither is any with
fewer: were they shown, the others would be known not to be zero. A contact may be about several topics or none, and no sum of all stands
beside them, so that from those that are shown nothing can be reckoned of those that are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from caseload.messages import _
from caseload.models import advice_topic, case_file, contact_line, contact_topic

from .suppress import LEAST_SHOWN
from .table import Column, ReportTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .weekly import Asked


def part(asked: Asked, *, identified: bool) -> ReportTable:
    """Every topic in use, and those of which there was advice; small numbers hidden unless `identified`."""
    columns = (
        Column("topic", _("Topic"), "code", _("What the advice was about, by the agency's list.")),
        Column("name", _("Name"), "text", _("What the topic is called.")),
        Column("contacts", _("Contacts"), "int", _("Contacts made in the period that were about it; a group is one.")),
        Column("clients", _("Clients"), "int", _("Clients of these, each once; empty where not shown.")),
        Column(
            "suppressed", _("Not shown"), "flag",
            _("Whether the numbers are left out: the clients are 10 or fewer, here or in another topic."),
        ),
    )  # fmt: skip
    named = select(advice_topic.c.code, advice_topic.c.name, advice_topic.c.closed_on)
    topics = asked.r.conn.execute(named.order_by(advice_topic.c.code)).all()
    found = _counted(asked, [one.code for one in topics])
    small = any(0 < clients < LEAST_SHOWN for _contacts, clients in found.values()) and not identified
    rows: list[tuple[Any, ...]] = []
    for code, name, closed in topics:
        contacts, clients = found.get(code, (0, 0))
        if small and clients < LEAST_SHOWN:
            # That a closed topic has its row would tell that somebody was advised.
            rows += [] if closed is not None and closed < asked.days.first else [(code, name, None, None, True)]
        elif clients or closed is None or closed >= asked.days.first:
            rows.append((code, name, contacts, clients, False))
    note = _(
        "Numbers of topics with 1 to 10 clients are not shown, and then none below that. A contact may be about several topics."
    )
    return ReportTable("advice", _("Advice by topic"), columns, rows, note="" if identified else note)


def _counted(asked: Asked, topics: Sequence[str]) -> dict[str, tuple[int, int]]:
    k, days = contact_line.c, asked.days
    told = (
        select(
            contact_topic.c.topic, func.count(k.contact_id.distinct()), func.count(case_file.c.client_id.distinct())
        )
        .join_from(contact_line, contact_topic, contact_topic.c.contact_id == k.contact_id)
        .join(case_file, case_file.c.id == k.case_id)
        .where(
            contact_topic.c.topic.in_(topics), k.on_date.between(days.first, days.last), k.outcome == "made",
            case_file.c.id.in_(asked.scope),
        )
        .group_by(contact_topic.c.topic)
    )  # fmt: skip
    return {topic: (int(contacts), int(clients)) for topic, contacts, clients in asked.r.conn.execute(told)}
