"""What the preview and the case page say: the record laid out as items. Pure functions over the practice's frozen rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

from ..messages import _, _n
from . import agreed, days, entries, found, kept, ledger, papers, terms
from .draw import run
from .widgets.sheet import BLANK, Item, heading

if TYPE_CHECKING:
    from ..casework.page import CasePage

# What an item on the page stands for: its kind, its row, and for notes their text.
Value = tuple[str, Any]
_FEW = 3


class Preview(NamedTuple):
    """What the pane beside a list shows of one case. No narrative: a list is no place to read it."""

    key: int
    items: tuple[Item, ...]


class When(NamedTuple):
    """The day and the clock the page is read by."""

    today: date
    zone: tzinfo

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{days.shown(local.date(), self.today)} {local:%H:%M}"

    def day(self, day: date) -> str:
        return days.shown(day, self.today)

    def ago(self, day: date) -> str:
        return days.ago(day, self.today)

    def both(self, day: date) -> str:
        """The day and how far it is; once, where no day is shown."""
        return ", ".join(dict.fromkeys((self.day(day), self.ago(day))))


def preview(key: int, page: CasePage, today: date, zone: tzinfo) -> Preview:
    """The facts one wants before opening a case: alerts first, then why, then how to reach whom, then what is due."""
    when = When(today, zone)
    row = page.row
    found = [Item((run(row.client or row.case, "title"),))]
    found += entries.alerts([one for one in page.alerts if one.ended_on is None], when, pick=False)
    found += [Item(body=words, indent=0) for words in _facts(page, when)]
    found += _part(_("Why"), [Item(body=words, indent=0, tone=_tone(row.level)) for words in _why(page, today)])
    found += [Item(one.head, one.body) for one in entries.answering(page.answering, when)]
    found += _part(
        _("Reach"),
        [Item(body=entries.reach(one), indent=0) for one in page.channels[:_FEW] if entries.valid(one, today)],
    )
    found += _part(
        _("To do"), [entries.task(one, when, pick=False) for one in page.tasks if one.done_at is None][:_FEW]
    )
    coming = [one for one in reversed(page.appointments) if one.state == "scheduled"]
    found += _part(_("Appointments"), [entries.appointment(one, when, pick=False) for one in coming[:_FEW]])
    found += _part(_("Contacts"), [Item(entries.contact_head(one, when)) for one in page.contacts[:_FEW]])
    return Preview(key, tuple(found))


def sections() -> tuple[tuple[str, str], ...]:
    """The parts of a case page, their key and name: what is asked for every day, then the method in its order."""
    return (
        ("summary", _("Summary")),
        ("record", _("Contacts and notes")),
        ("dates", _("Tasks and dates")),
        ("people", _("People")),
        ("consents", _("Consents")),
        ("needs", _("Needs and assessments")),
        ("plan", _("Plan")),
        ("services", _("Services")),
        ("history", _("History")),
        ("documents", _("Documents")),
    )


def section(name: str, page: CasePage, when: When) -> list[Item]:
    """One part of the case page."""
    made: dict[str, Callable[[], list[Item]]] = {
        "summary": lambda: _summary(page, when),
        "record": lambda: _record(page, when),
        "dates": lambda: _dates(page, when),
        "people": lambda: _people(page, when),
        "needs": lambda: found.section(page, when),
        "consents": lambda: papers.consents(page, when),
        "documents": lambda: kept.section(page, when),
        "plan": lambda: agreed.section(page.plans, when),
        "services": lambda: [*ledger.above(page, when), *papers.referrals(page, when), *ledger.below(page, when)],
        "history": lambda: _history(page, when),
    }
    return made[name]()


# -- the parts ---------------------------------------------------------------------


def _summary(page: CasePage, when: When) -> list[Item]:
    row = page.row
    found = entries.alerts([one for one in page.alerts if one.ended_on is None], when, pick=True)
    title = _("Why it is here: level {level}, {words}").format(level=row.level, words=terms.level_words(row.level))
    if row.closed is not None:
        found += [heading(_("Closed {day}").format(day=when.day(row.closed)))]
    else:
        why = [Item(body=words, tone=_tone(row.level)) for words in _why(page, when.today)]
        found += [BLANK, heading(title), *(why or [Item(((_("  In order: nothing waits."), "good"),))])]
    found += _part(_("Who answers for it"), entries.answering(page.answering, when))
    found += papers.packets(page, when, live=True)
    reach = [entries.channel(one, when) for one in page.channels if entries.valid(one, when.today)]
    found += _part(_("Reach"), reach[:_FEW])
    found += [BLANK, heading(_("The case"))]
    found += [Item(body=words) for words in _facts(page, when)]
    found += [Item(body=words) for words in _more_facts(page, when)]
    latest = next((one for one in page.contacts if one.note or one.own), None)
    if latest is not None:
        found += [
            BLANK,
            heading(_("Last words on record")),
            Item(entries.contact_head(latest, when), entries.both(latest), indent=4, prose=True),
        ]
    todo = [entries.task(one, when, pick=True) for one in page.tasks if one.done_at is None]
    found += _part(_("To do"), todo[:5])
    return _led(found)


def _record(page: CasePage, when: When) -> list[Item]:
    dated = [
        (one.at, [entries.contact(one, page, when), *entries.said(page, when, contact=one.id)]) for one in page.contacts
    ]
    dated += [(one.at, [entries.note(one, page, when), *entries.said(page, when, note=one.id)]) for one in page.notes]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    if not dated:
        return [
            BLANK,
            Item(((_("  Nothing is on record yet."), "plain"),)),
            Item(((_("  c logs a contact, n writes a note."), "dim"),)),
        ]
    return [item for _at, items in dated for item in items]


def all_notes(page: CasePage, when: When) -> list[Item]:
    """Every note of the case, the oldest first, with who has read it and what was said about it."""
    found: list[Item] = []
    for one in reversed(page.notes):
        found += [BLANK] if found else []
        found += [entries.note(one, page, when), *entries.said(page, when, note=one.id)]
    return found or [
        BLANK,
        Item(((_("  There is no note in this case yet."), "plain"),)),
        Item(((_("  n writes one."), "dim"),)),
    ]


def _dates(page: CasePage, when: When) -> list[Item]:
    todo = [entries.task(one, when, pick=True) for one in page.tasks if one.done_at is None]
    done = [entries.task(one, when, pick=False) for one in page.tasks if one.done_at is not None]
    coming = [
        entries.appointment(one, when, pick=True) for one in reversed(page.appointments) if one.state == "scheduled"
    ]
    past = [entries.appointment(one, when, pick=True) for one in page.appointments if one.state != "scheduled"]
    found = _part(_("Tasks"), todo) + _part(_("Appointments"), coming) + _part(_("Done"), done) + _part(_("Past"), past)
    if not found:
        return [
            BLANK,
            Item(((_("  Nothing is planned."), "plain"),)),
            Item(((_("  t adds a task, @ an appointment."), "dim"),)),
        ]
    return _led(found)


def _people(page: CasePage, when: When) -> list[Item]:
    own = [one for one in page.channels if one.person is None]
    found = _part(_("The client"), [entries.channel(one, when) for one in own])
    if page.aliases:
        found.append(Item(body=_("also known as {names}").format(names=", ".join(page.aliases))))
    for person in page.people:
        mine = [entries.channel(one, when) for one in page.channels if one.person == person.name]
        role = terms.role_words(person.role)
        words = f"{person.name} · {role}" + (f" · {person.relation}" if person.relation else "")
        found += [BLANK, Item((run(words, "bad" if person.role == "threat" else "title"),)), *mine]
    served = [Item(body=entries.member(one.case, one.client, one.relationship, one.stage)) for one in page.household]
    found += _part(_("Served together"), served)
    if not found:
        return [BLANK, Item(((_("  Nobody and no number is on record."), "dim"),))]
    return _led(found)


def _history(page: CasePage, when: When) -> list[Item]:
    held = [
        Item(
            body=_("{start} to {end} · {worker}, {role}").format(
                start=when.moment(one.starts_at), end=when.moment(one.ends_at) if one.ends_at else _("now"), worker=one.worker,
                role=_("primary") if one.role == "primary" else _("secondary"),
            ) + ("" if one.acknowledged_at or one.ends_at else _(" · not acknowledged")) + (f" · {one.why}" if one.why else "")
        )
        for one in page.assignments
    ]  # fmt: skip
    stages = [
        Item(
            body=f"{when.day(one.on)} · {terms.stage_words(one.stage)} · {one.by or '?'}"
            + (f" · {one.why}" if one.why else "")
        )
        for one in page.stages
    ]
    risks = [
        Item(
            body=f"{when.day(one.on)} · {terms.risk_words(one.risk)} · {one.by or '?'}"
            + (f" · {one.why}" if one.why else "")
        )
        for one in page.risks
    ]
    past = entries.alerts([one for one in page.alerts if one.ended_on is not None], when, pick=False)
    return _led(_part(_("Held by"), held) + _part(_("Stages"), stages) + _part(_("Risk"), risks) + past)


# -- lines -------------------------------------------------------------------------


def _led(items: list[Item]) -> list[Item]:
    """Without the blank line a page would begin with."""
    return items[1:] if items and items[0] == BLANK else items


def _part(title: str, items: Iterable[Item]) -> list[Item]:
    found = list(items)
    return [BLANK, heading(title), *found] if found else []


def _tone(level: int) -> str:
    return "bad" if level == 1 else "warn" if level <= 3 else "plain"


def _why(page: CasePage, today: date) -> list[str]:
    from ..casework import triage

    words = [days.loosely(triage.in_words(reason, today)) for reason in page.reasons]
    until = page.row.snoozed_until
    if until is not None and until > today:
        why = f": {page.snoozed_why}" if page.snoozed_why else ""
        words.insert(0, _("snoozed until {day}").format(day=days.shown(until, today)) + why)
    return words


def _facts(page: CasePage, when: When) -> list[str]:
    row = page.row
    codes = _("{program} · {stage} · risk {risk}").format(
        program=row.program, stage=terms.stage_words(row.stage), risk=terms.risk_words(row.risk)
    )
    held = _("held by {worker}").format(worker=row.worker) if row.worker else _("held by nobody")
    if row.stage == "closed" and row.worker:
        held = _("last held by {worker}").format(worker=row.worker)
    met = (
        _("last met {when}").format(when=when.both(row.last_contact))
        if row.last_contact is not None
        else _("never met")
    )
    words = [row.case, codes, held, met]
    if page.phase is not None:
        said = _("phase {n} of {of} until {day}, contact every {days} d")
        until = days.shown(page.phase.until, when.today)
        words.append(said.format(n=page.phase.number, of=page.phase.of, day=until, days=page.phase.contact_days))
    if row.next_due is not None:
        words.append(_("next due {when}").format(when=when.both(row.next_due)))
    return words


def _more_facts(page: CasePage, when: When) -> list[str]:
    row = page.row
    words = []
    if row.born is not None:
        age = when.today.year - row.born.year - ((when.today.month, when.today.day) < (row.born.month, row.born.day))
        words.append(_("born {day} ({n} years)").format(day=days.shown(row.born), n=age))
    if page.age:
        words.append(_("age {band}").format(band=page.age))
    if page.language:
        from ..casework.languages import name

        words.append(_("speaks {language}").format(language=name(page.language)))
    words.append(
        _("opened {day}").format(day=days.shown(row.opened, when.today)) + (f" · {page.source}" if page.source else "")
    )
    if row.tags:
        words.append(" ".join(f"#{tag}" for tag in row.tags))
    if page.other_cases:
        words.append(
            _n("another case: {numbers}", "other cases: {numbers}", len(page.other_cases)).format(
                numbers=", ".join(page.other_cases)
            )
        )
    return words
