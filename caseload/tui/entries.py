"""How each line of a case page reads: an offer, an alert, a phone, a contact, a note, a task, an appointment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ..messages import _, _n
from . import days, terms
from .draw import Run, run
from .widgets.sheet import Item

if TYPE_CHECKING:
    from ..casework.answering import Answering
    from ..casework.entries import AlertRow, AppointmentRow, ChannelRow, ContactRow, NoteRow, TaskRow
    from ..casework.page import CasePage
    from .summaries import Value, When


def answering(found: Answering, when: When) -> list[Item]:
    """The offer that runs, the custodian, the cover: each with the key that acts on it, where the person may."""
    items = []
    if found.broken is not None:
        said = _("opened by you in an emergency, until {time}").format(time=when.moment(found.broken))
        items.append(Item((run(said, "warn"),), _("Its supervisor reads why."), indent=4))
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


def alerts(alerts: Iterable[AlertRow], when: When, *, pick: bool) -> list[Item]:
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


def reach(one: ChannelRow) -> str:
    words = terms.safe_words(one.safe, one.kind)
    who = f"{one.person}: " if one.person else ""
    return f"{who}{words + ' · ' if words else ''}{one.value}"


def valid(one: ChannelRow, today: date) -> bool:
    return one.valid_to is None or one.valid_to >= today


def channel(one: ChannelRow, when: When) -> Item:
    words = [terms.safe_words(one.safe, one.kind), one.value, one.hours]
    if one.voicemail == "no":
        words.insert(1, _("no voicemail"))
    if one.valid_from is not None:
        words.append(_("since {day}").format(day=days.shown(one.valid_from, when.today)))
    over = not valid(one, when.today)
    if over and one.valid_to is not None:
        words.append(_("until {day}, no longer").format(day=days.shown(one.valid_to, when.today)))
    return Item(
        body=" · ".join(word for word in words if word), tone="dim" if over else "bad" if one.safe == "no" else "plain"
    )


def member(case: str, client: str | None, relationship: str, stage: str) -> str:
    return " · ".join(
        word for word in (case, client or "", relationship.replace("_", " "), terms.stage_words(stage)) if word
    )


def contact_head(one: ContactRow, when: When) -> tuple[Run, ...]:
    from ..casework.contacts import USUAL_PLACES

    words = [f"{terms.kind_words(one.kind)}, {terms.outcome_words(one.outcome)}"]
    if one.place is not None and one.place != USUAL_PLACES.get(one.kind, one.place):
        words.append(terms.place_words(one.place))
    if one.with_whom != "client":
        words.append(_("with {whom}").format(whom=terms.whom_words(one.with_whom)))
    if one.minutes:
        words.append(_("{n} min").format(n=one.minutes))
    words.append(one.by)
    if one.presence:
        words.append(terms.presence_words(one.presence))
    words += [one_topic.replace("_", " ") for one_topic in one.topics if ":" not in one_topic]
    if one.others:
        words.append(_n("with {n} other case", "with {n} other cases", one.others).format(n=one.others))
    sign = "✓ " if one.met else "· "
    return (run(sign, "good" if one.met else "dim"), run(when.moment(one.at), "strong"), run("  " + " · ".join(words)))


def said(page: CasePage, when: When, *, note: int | None = None, contact: int | None = None) -> list[Item]:
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


def both(one: ContactRow) -> str:
    """What was said, and of a group activity what is said of this client alone."""
    return "\n\n".join(text for text in (one.note, one.own) if text)


def contact(one: ContactRow, page: CasePage, when: When) -> Item:
    readers = _readers(page, contact=one.id)
    return Item(contact_head(one, when), both(one), value=("contact", one), right=readers, indent=4, prose=True)


def note(one: NoteRow, page: CasePage, when: When) -> Item:
    words = _("note {form}").format(form=terms.form_words(one.form)) if one.addendum_to is None else _("addendum")
    state = _("DRAFT") if one.state == "draft" else _("signed")
    if one.cosigned_by is not None:
        state += _(", co-signed by {who}").format(who=one.cosigned_by)
    elif one.needs_cosign:
        state += _(", to be co-signed")
    tone = "warn" if one.state == "draft" else "dim"
    head = (run("≡ ", "key"), run(when.moment(one.at), "strong"), run(f"  {words} · {one.by} · "), run(state, tone))
    return Item(head, one.text or "", value=("note", one), right=_readers(page, note=one.id), indent=4, prose=True)


def task(one: TaskRow, when: When, *, pick: bool) -> Item:
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


def appointment(one: AppointmentRow, when: When, *, pick: bool) -> Item:
    words = [one.title or "", one.place or "", one.worker or ""]
    words.append(terms.meeting_words(one.mode))
    if one.state != "scheduled":
        words.append(terms.appointment_words(one.state))
    words.append(one.repeats)
    head = (run(when.moment(one.starts_at), "strong"), run("  " + " · ".join(word for word in words if word)))
    return Item(head, value=("appointment", one) if pick else None)
