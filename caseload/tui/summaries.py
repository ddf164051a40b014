"""What the preview and the case page say: the record laid out as items. Pure functions over the practice's frozen rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

from ..messages import _, _n
from . import days, papers, terms
from .draw import Run, run
from .widgets.sheet import BLANK, Item, heading

if TYPE_CHECKING:
    from ..casework.answering import Answering
    from ..casework.entries import AlertRow, AppointmentRow, ChannelRow, ContactRow, NoteRow, TaskRow
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


def preview(key: int, page: CasePage, today: date, zone: tzinfo) -> Preview:
    """The facts one wants before opening a case: alerts first, then why, then how to reach whom, then what is due."""
    when = When(today, zone)
    row = page.row
    found = [Item((run(row.client or row.case, "title"),))]
    found += _alert_items([one for one in page.alerts if one.ended_on is None], when, pick=False)
    found += [Item(body=words, indent=0) for words in _facts(page, when)]
    found += _part(_("Why"), [Item(body=words, indent=0, tone=_tone(row.level)) for words in _why(page, today)])
    found += [Item(one.head, one.body) for one in _answering(page.answering, when)]
    found += _part(
        _("Reach"), [Item(body=_channel(one), indent=0) for one in page.channels[:_FEW] if _valid(one, today)]
    )
    found += _part(_("To do"), [_task_item(one, when, pick=False) for one in page.tasks if one.done_at is None][:_FEW])
    coming = [one for one in reversed(page.appointments) if one.state == "scheduled"]
    found += _part(_("Appointments"), [_appointment_item(one, when, pick=False) for one in coming[:_FEW]])
    found += _part(_("Contacts"), [Item(_contact_head(one, when)) for one in page.contacts[:_FEW]])
    return Preview(key, tuple(found))


def sections() -> tuple[tuple[str, str], ...]:
    """The parts of a case page: their key and name."""
    return (
        ("summary", _("Summary")),
        ("record", _("Contacts and notes")),
        ("dates", _("Tasks and dates")),
        ("people", _("People")),
        ("consents", _("Consents")),
        ("history", _("History")),
    )


def section(name: str, page: CasePage, when: When) -> list[Item]:
    """One part of the case page."""
    made: dict[str, Callable[[], list[Item]]] = {
        "summary": lambda: _summary(page, when),
        "record": lambda: _record(page, when),
        "dates": lambda: _dates(page, when),
        "people": lambda: _people(page, when),
        "consents": lambda: papers.consents(page, when),
        "history": lambda: _history(page, when),
    }
    return made[name]()


# -- the parts ---------------------------------------------------------------------


def _summary(page: CasePage, when: When) -> list[Item]:
    row = page.row
    found = _alert_items([one for one in page.alerts if one.ended_on is None], when, pick=True)
    title = _("Why it is here: level {level}, {words}").format(level=row.level, words=terms.level_words(row.level))
    if row.closed is not None:
        found += [heading(_("Closed {day}").format(day=when.day(row.closed)))]
    else:
        why = [Item(body=words, tone=_tone(row.level)) for words in _why(page, when.today)]
        found += [BLANK, heading(title), *(why or [Item(((_("  In order: nothing waits."), "good"),))])]
    found += _part(_("Who answers for it"), _answering(page.answering, when))
    reach = [_channel_item(one, when) for one in page.channels if _valid(one, when.today)]
    found += _part(_("Reach"), reach[:_FEW])
    found += [BLANK, heading(_("The case"))]
    found += [Item(body=words) for words in _facts(page, when)]
    found += [Item(body=words) for words in _more_facts(page, when)]
    latest = next((one for one in page.contacts if one.note), None)
    if latest is not None:
        found += [
            BLANK,
            heading(_("Last words on record")),
            Item(_contact_head(latest, when), latest.note or "", indent=4, prose=True),
        ]
    todo = [_task_item(one, when, pick=True) for one in page.tasks if one.done_at is None]
    found += _part(_("To do"), todo[:5])
    return _led(found)


def _record(page: CasePage, when: When) -> list[Item]:
    dated = [(one.at, [_contact_item(one, page, when), *_said(page, when, contact=one.id)]) for one in page.contacts]
    dated += [(one.at, [_note_item(one, page, when), *_said(page, when, note=one.id)]) for one in page.notes]
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
        found += [_note_item(one, page, when), *_said(page, when, note=one.id)]
    return found or [
        BLANK,
        Item(((_("  There is no note in this case yet."), "plain"),)),
        Item(((_("  n writes one."), "dim"),)),
    ]


def _dates(page: CasePage, when: When) -> list[Item]:
    todo = [_task_item(one, when, pick=True) for one in page.tasks if one.done_at is None]
    done = [_task_item(one, when, pick=False) for one in page.tasks if one.done_at is not None]
    coming = [
        _appointment_item(one, when, pick=True) for one in reversed(page.appointments) if one.state == "scheduled"
    ]
    past = [_appointment_item(one, when, pick=True) for one in page.appointments if one.state != "scheduled"]
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
    found = _part(_("The client"), [_channel_item(one, when) for one in own])
    if page.aliases:
        found.append(Item(body=_("also known as {names}").format(names=", ".join(page.aliases))))
    for person in page.people:
        mine = [_channel_item(one, when) for one in page.channels if one.person == person.name]
        role = terms.role_words(person.role)
        words = f"{person.name} · {role}" + (f" · {person.relation}" if person.relation else "")
        found += [BLANK, Item((run(words, "bad" if person.role == "threat" else "title"),)), *mine]
    served = [Item(body=_member(one.case, one.client, one.relationship, one.stage)) for one in page.household]
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
    past = _alert_items([one for one in page.alerts if one.ended_on is not None], when, pick=False)
    return _led(_part(_("Held by"), held) + _part(_("Stages"), stages) + _part(_("Risk"), risks) + past)


# -- lines -------------------------------------------------------------------------


def _led(items: list[Item]) -> list[Item]:
    """Without the blank line a page would begin with."""
    return items[1:] if items and items[0] == BLANK else items


def _part(title: str, items: Iterable[Item]) -> list[Item]:
    found = list(items)
    return [BLANK, heading(title), *found] if found else []


def _answering(found: Answering, when: When) -> list[Item]:
    """The offer that runs, the custodian, the cover: each with the key that acts on it, where the person may."""
    items = []
    if (offer := found.offer) is not None:
        said = _("offered to {who}, to answer by {day}").format(who=offer.to_worker, day=when.day(offer.answer_by))
        said += _(" · LATE") if offer.late else ""
        act = _("Enter answers ") if found.may_answer else _("Enter takes it back ") if found.may_withdraw else ""
        items.append(_answer(("offer", offer), said, offer.why, act, "warn" if offer.late else "strong"))
    if (custody := found.custody) is not None:
        said = _("restricted · custodian {who}").format(who=custody.custodian)
        said += _(" since {day}").format(day=when.day(custody.since)) if custody.since else ""
        act = _("Enter changes it ") if found.may_restrict else ""
        items.append(_answer(("custody", custody), said, custody.why, act, "strong"))
    if (cover := found.cover) is not None:
        by = _("covered by {who}").format(who=", ".join(cover.by)) if cover.by else _("NOBODY covers it")
        if custody is not None:
            by = _("its custodian answers")
        said = _("{who} is away until {day} · {by}").format(who=cover.worker, day=when.day(cover.to_on), by=by)
        act = _("Enter ends it ") if found.may_cover else ""
        items.append(_answer(("cover", cover), said, cover.why, act, "strong" if cover.by or custody else "bad"))
    return items


def _answer(value: Value, said: str, why: str, act: str, tone: str) -> Item:
    return Item((run(said, tone),), why, value=value, right=(run(act, "key"),), indent=4)


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
    if row.last_contact is not None:
        met = _("last met {day}, {ago}").format(day=when.day(row.last_contact), ago=when.ago(row.last_contact))
    else:
        met = _("never met")
    words = [row.case, codes, held, met]
    if row.next_due is not None:
        words.append(_("next due {day}, {ago}").format(day=when.day(row.next_due), ago=when.ago(row.next_due)))
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
        words.append(_("speaks {language}").format(language=page.language))
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


def _alert_items(alerts: Iterable[AlertRow], when: When, *, pick: bool) -> list[Item]:
    found = []
    for one in alerts:
        tone = "dim" if one.ended_on else "bad" if one.level == "high" else "warn"
        words = _("! {kind}, {level}").format(kind=terms.alert_words(one.kind), level=terms.risk_words(one.level))
        if one.ended_on is not None:
            words += _(" · ended {day}").format(day=when.day(one.ended_on))
        elif one.reviewed_on is None:
            words += _(" · not yet reviewed")
        elif one.review_on is not None:
            words += _(" · review {day}").format(day=when.day(one.review_on))
        # The whole text, however long: it is what one must know before knocking.
        value = ("alert", one) if pick and one.ended_on is None else None
        found.append(Item((run(words, tone),), one.text or "", value=value, tone=tone, indent=4 if pick else 2))
    return found


def _channel(one: ChannelRow) -> str:
    words = terms.safe_words(one.safe, one.kind)
    who = f"{one.person}: " if one.person else ""
    return f"{who}{words + ' · ' if words else ''}{one.value}"


def _valid(one: ChannelRow, today: date) -> bool:
    return one.valid_to is None or one.valid_to >= today


def _channel_item(one: ChannelRow, when: When) -> Item:
    words = [terms.safe_words(one.safe, one.kind), one.value, one.hours]
    if one.voicemail == "no":
        words.insert(1, _("no voicemail"))
    if one.valid_from is not None:
        words.append(_("since {day}").format(day=days.shown(one.valid_from, when.today)))
    over = not _valid(one, when.today)
    if over and one.valid_to is not None:
        words.append(_("until {day}, no longer").format(day=days.shown(one.valid_to, when.today)))
    return Item(
        body=" · ".join(word for word in words if word), tone="dim" if over else "bad" if one.safe == "no" else "plain"
    )


def _member(case: str, client: str | None, relationship: str, stage: str) -> str:
    return " · ".join(
        word for word in (case, client or "", relationship.replace("_", " "), terms.stage_words(stage)) if word
    )


def _contact_head(one: ContactRow, when: When) -> tuple[Run, ...]:
    words = [f"{terms.kind_words(one.kind)}, {terms.outcome_words(one.outcome)}"]
    if one.with_whom != "client":
        words.append(_("with {whom}").format(whom=terms.whom_words(one.with_whom)))
    if one.minutes:
        words.append(_("{n} min").format(n=one.minutes))
    words.append(one.by)
    if one.others:
        words.append(_n("with {n} other case", "with {n} other cases", one.others).format(n=one.others))
    sign = "✓ " if one.met else "· "
    return (run(sign, "good" if one.met else "dim"), run(when.moment(one.at), "strong"), run("  " + " · ".join(words)))


def _said(page: CasePage, when: When, *, note: int | None = None, contact: int | None = None) -> list[Item]:
    """What was said about a note or a contact; what waits for the person says so."""
    found = []
    for one in page.comments:
        if one.note == note and one.contact == contact:
            new = _(" · NEW, m marks it read") if one.new else ""
            head = _("  » {who}, {when}{new}").format(who=one.by, when=when.moment(one.at), new=new)
            found.append(Item((run(head, "warn" if one.new else "key"),), one.text or "", indent=6, prose=True))
    return found


def _readers(page: CasePage, *, note: int | None = None, contact: int | None = None) -> tuple[Run, ...]:
    by = list(dict.fromkeys(one.by for one in page.read_by if one.note == note and one.contact == contact))
    return (run(_("read by {who}").format(who=", ".join(by)), "good"),) if by else ()


def _contact_item(one: ContactRow, page: CasePage, when: When) -> Item:
    readers = _readers(page, contact=one.id)
    return Item(_contact_head(one, when), one.note or "", value=("contact", one), right=readers, indent=4, prose=True)


def _note_item(one: NoteRow, page: CasePage, when: When) -> Item:
    words = _("note {form}").format(form=terms.form_words(one.form)) if one.addendum_to is None else _("addendum")
    state = _("DRAFT") if one.state == "draft" else _("signed")
    if one.needs_cosign:
        state += _(", to be co-signed")
    tone = "warn" if one.state == "draft" else "dim"
    head = (run("≡ ", "key"), run(when.moment(one.at), "strong"), run(f"  {words} · {one.by} · "), run(state, tone))
    return Item(head, one.text or "", value=("note", one), right=_readers(page, note=one.id), indent=4, prose=True)


def _task_item(one: TaskRow, when: When, *, pick: bool) -> Item:
    title = one.title or _("(no title shown)")
    who = f" · {one.worker}" if one.worker else ""
    if one.done_at is not None:
        done = when.moment(one.done_at)
        return Item(body=f"✓ {title} · {done}" + (f" · {one.done_by}" if one.done_by else ""), tone="dim")
    late = one.due < when.today
    due = run(
        f"{when.day(one.due)}{' !' if late else ''}", "bad" if late else "warn" if one.due == when.today else "strong"
    )
    return Item((due, run(f"  {title}{who}")), value=("task", one) if pick else None)


def _appointment_item(one: AppointmentRow, when: When, *, pick: bool) -> Item:
    words = [one.title or "", one.place or "", one.worker or ""]
    if one.state != "scheduled":
        words.append(terms.appointment_words(one.state))
    head = (run(when.moment(one.starts_at), "strong"), run("  " + " · ".join(word for word in words if word)))
    return Item(head, value=("appointment", one) if pick else None)
