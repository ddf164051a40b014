"""A case as the text of a packet: what a consultant needs to think along, and nothing that says whose it is.

Made from a case page that was masked already (`veil`), and masked once more as a whole, so that what is approved unchanged is what the
mask lets through.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from ..messages import _, _n
from . import traces, triage, veil

if TYPE_CHECKING:
    from .masking import Mask
    from .page import CasePage

# So much of the record is laid out, newest first: what is longer is read by nobody, and looked over by nobody either.
_MOST = 40_000


def lay_out(page: CasePage, mask: Mask, today: date, zone: tzinfo) -> str:
    """The text, to be looked over. `page` is masked."""
    parts = [
        _("Days are counted from the day this was written."),
        *_part(_("The case"), _facts(page, today)),
        *_part(_("Why it waits"), (veil.said_loosely(triage.in_words(one, today), today) for one in page.reasons)),
        *_part(_("To know before a visit"), (f"{one.kind}: {one.text}" for one in page.alerts if one.ended_on is None)),
        *_part(_("People around"), (_joined(one.name, one.role, one.relation) for one in page.people)),
        *_part(_("To do"), _todo(page, today)),
        *_part(_("How it went"), _course(page, today)),
        *_part(_("The record, newest first"), _record(page, today, zone)),
    ]
    return mask("\n".join(parts)).strip()


def _part(title: str, lines: Iterator[str]) -> list[str]:
    found = [f"- {one}" for one in lines]
    return ["", title, *found] if found else []


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _facts(page: CasePage, today: date) -> Iterator[str]:
    row = page.row
    if page.age:
        yield _("age {band}").format(band=page.age)
    yield _("program {program}, stage {stage}, risk {risk}").format(program=row.program, stage=row.stage, risk=row.risk)
    yield _("opened {when}").format(when=traces.relative(row.opened, today))
    if row.closed is not None:
        yield _("closed {when}").format(when=traces.relative(row.closed, today))
    if row.last_contact is not None:
        yield _("last met or spoken to {when}").format(when=traces.relative(row.last_contact, today))
    if page.household:
        yield _n("served together with {n} other", "served together with {n} others", len(page.household)).format(
            n=len(page.household)
        )


def _todo(page: CasePage, today: date) -> Iterator[str]:
    for task in page.tasks:
        if task.done_at is None:
            yield f"{task.title}: {traces.relative(task.due, today)}"
    for one in page.appointments:
        if one.state == "scheduled":
            yield f"{one.title or _('appointment')}: {_far(one.starts_at, today, None)}"


def _course(page: CasePage, today: date) -> Iterator[str]:
    dated = [(one.on, _("stage {stage}").format(stage=one.stage), one.why) for one in page.stages]
    dated += [(one.on, _("risk {risk}").format(risk=one.risk), one.why) for one in page.risks]
    for on, words, why in sorted(dated, key=lambda one: one[0], reverse=True):
        yield _joined(f"{traces.relative(on, today)}: {words}", why)


def _record(page: CasePage, today: date, zone: tzinfo) -> Iterator[str]:
    dated = [
        (
            one.at,
            _joined(
                _kinds(one.kind, one.outcome, one.with_whom),
                "".join(f"\n{text}" for text in (one.note, one.own) if text),
            ),
        )
        for one in page.contacts
    ]
    # A draft is nobody's word yet.
    dated += [(one.at, _("note") + "\n" + (one.text or "")) for one in page.notes if one.state == "signed"]
    dated.sort(key=lambda one: one[0], reverse=True)
    room = _MOST
    for place, (at, words) in enumerate(dated):
        if place == 0 and len(words) > room:
            # The newest is there, however long it is.
            words = words[:room].rstrip() + "\n" + _("(the rest of it is left out)")
            room = len(words)
        room -= len(words)
        if room < 0:
            left = len(dated) - place
            yield _n("{n} older entry is left out", "{n} older entries are left out", left).format(n=left)
            return
        yield f"{_far(at, today, zone)}: {words.rstrip()}"


def _kinds(kind: str, outcome: str, with_whom: str) -> str:
    return ", ".join((kind, outcome, _("with {whom}").format(whom=with_whom)))


def _far(at: datetime, today: date, zone: tzinfo | None) -> str:
    return traces.relative(at.astimezone(zone).date(), today)
