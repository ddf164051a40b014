"""One case laid out for a person: what matters first, then each kind of record, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from caseload.messages import _

from .output import as_text, one_line
from .plan_shape import page_of
from .table import facts, paragraph

if TYPE_CHECKING:
    from caseload.casework.page import CasePage


def lines(case: Mapping[str, Any], page: CasePage, today: date) -> list[str]:
    """The page as lines of text, unsafe characters still in them where people typed them."""
    return [
        *_head(case),
        *_section(_("Why it waits"), _reasons(page, today)),
        *_section(_("Alerts"), _alerts(case["alerts"])),
        *_section(_("How to reach them"), _channels(case["channels"])),
        *_section(_("People"), (_joined(one["name"], one["relation"] or one["role"]) for one in case["people"])),
        *_section(
            _("Household"),
            (_joined(one["case"], one["client"], one["relationship"], one["stage"]) for one in case["household"]),
        ),
        *_section(_("Plan"), _plans(case["plans"])),
        *_section(_("Tasks"), _tasks(case["tasks"])),
        *_section(_("Appointments"), (_appointment(one) for one in case["appointments"])),
        *_section(_("Contacts"), _contacts(case["contacts"])),
        *_section(_("Notes"), _notes(case["notes"])),
        *_section(_("Needs"), _needs(case["needs"])),
        *_section(_("Assessments"), _assessments(case["assessments"])),
        *_section(_("What they bring along"), _background(case["background"])),
        *_section(_("Referrals"), (_referral(one) for one in case["referrals"])),
        *_section(_("Budget"), (_budget(one) for one in case["budgets"])),
        *_section(_("Authorised"), _authorised(case["authorisations"])),
        *_section(_("Consents"), (_consent(one) for one in case["consents"])),
        *_section(_("Told to others"), _disclosures(case["disclosures"])),
        *_section(_("Asked of others"), _packets(case["packets"])),
        *_section(_("Documents"), _documents(case["documents"])),
        *_section(_("Stages"), (_joined(one["on"], one["stage"], one["by"], one["why"]) for one in case["stages"])),
        *_section(_("Risk"), (_joined(one["on"], one["risk"], one["by"], one["why"]) for one in case["risks"])),
        *_section(_("Held by"), (_held(one) for one in case["assignments"])),
    ]


def _head(case: Mapping[str, Any]) -> list[str]:
    return facts(
        (
            (_("Case"), case["case"]),
            (_("Client"), case["client"]),
            (_("Also known as"), "; ".join(case["aliases"])),
            (_("Born"), case["born"]),
            (_("Age"), case["age"]),
            (_("Language"), case["language"]),
            (_("Program"), case["program"]),
            (_("Stage"), case["stage"]),
            (_("Phase"), _phase(case["phase"])),
            (_("Risk"), case["risk"]),
            (_("Level"), case["level"]),
            (_("Worker"), case["worker"] or _("nobody")),
            (_("Team"), case["team"]),
            (_("Opened"), case["opened"]),
            (_("Closed"), case["closed"]),
            (_("Source"), case["source"]),
            (_("Last contact"), case["last_contact"]),
            (_("Next due"), case["next_due"]),
            (_("Snoozed until"), _joined(case["snoozed_until"], case["snoozed_why"])),
            (_("Tags"), case["tags"]),
            (_("Other cases"), case["other_cases"]),
            (_("Offered to"), _offer(case["offer"])),
            (_("Restricted"), _custody(case["custody"])),
            (_("Away"), _cover(case["cover"])),
            (_("Open to you"), _open(case["open_until"])),
        )
    )


def _phase(one: Mapping[str, Any] | None) -> str:
    """The timed phase that runs."""
    if one is None:
        return ""
    said = _("{n} of {of}, until {day}; contact every {days} d")
    return said.format(n=one["number"], of=one["of"], day=as_text(one["until"]), days=one["contact_days"])


def _offer(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return ""
    late = _("LATE") if one["late"] else ""
    return _joined(one["to"], _("to answer by {day}").format(day=one["answer_by"]), late, one["why"])


def _custody(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return ""
    since = _("since {day}").format(day=one["since"]) if one["since"] else ""
    return _joined(_("custodian {who}").format(who=one["custodian"]), since, one["why"])


def _cover(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return ""
    by = ", ".join(one["by"]) or _("nobody")
    return _joined(one["away"], _("until {day}").format(day=one["to"]), _("covered by {who}").format(who=by))


def _open(until: datetime | str | None) -> str:
    """Without identity it is said how far that is."""
    time = f"{until:%Y-%m-%d %H:%M}" if isinstance(until, datetime) else until
    return _("in an emergency, until {time}").format(time=time) if time else ""


def _section(heading: str, body: Iterable[str]) -> list[str]:
    found = list(body)
    return ["", heading, *("  " + text for text in found)] if found else []


def _reasons(page: CasePage, today: date) -> list[str]:
    from caseload.casework.triage import in_words

    return [f"{reason.level}  {in_words(reason, today)}" for reason in page.reasons]


def _alerts(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    for one in found:
        state = _("ended {day}").format(day=one["ended"]) if one["ended"] else ""
        review = _("review {day}").format(day=one["review"]) if one["review"] and not one["ended"] else ""
        yield _joined(_key(one), one["level"], one["kind"], one["text"], review, state)


def _channels(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    # Whether it is safe stands before the number, so that nobody dials first and reads later.
    for one in found:
        safe = {"yes": _("safe"), "no": _("NOT SAFE"), "ask": _("ask first")}.get(one["safe"], _("not known"))
        dates = _joined(
            one["from"] and _("from {day}").format(day=one["from"]), one["to"] and _("to {day}").format(day=one["to"])
        )
        yield _joined(safe, one["kind"], one["value"], one["hours"], one["person"], dates)


def _tasks(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    # What is still to be done stands first, the soonest before the later.
    waiting = [one for one in reversed(found) if not one["done"]]
    for one in [*waiting, *(one for one in found if one["done"])]:
        done = _("done {day}").format(day=as_text(one["done"])) if one["done"] else ""
        yield _joined(_key(one), one["due"], one["title"], one["worker"], done)


def _appointment(one: Mapping[str, Any]) -> str:
    return _joined(_key(one), one["starts"], one["title"], one["place"], one["worker"], one["state"])


def _contacts(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    for one in found:
        minutes = _("{n} min").format(n=one["minutes"]) if one["minutes"] is not None else ""
        took_part = (one["presence"] or "").replace("_", " ")
        about = ", ".join(topic.replace("_", " ") for topic in one["topics"] if ":" not in topic)
        key = _key(one) if one["kind"] == "group" else None
        yield _joined(
            key, one["at"], one["kind"], one["outcome"], one["with"], took_part, one["place"], minutes, about, one["by"]
        )
        for text in (one["note"], one["own"]):
            if text:
                yield from paragraph(text, "  ")


def _notes(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    for one in found:
        added = _("addendum to #{id}").format(id=one["addendum_to"]) if one["addendum_to"] else ""
        yield _joined(_key(one), one["at"], one["form"], one["state"], one["by"], added)
        if one["text"]:
            yield from paragraph(one["text"], "  ")


def _consent(one: Mapping[str, Any]) -> str:
    from caseload.casework.consents import state_words

    until = _("until {day}").format(day=one["until"]) if one["until"] else one["event"]
    return _joined(_key(one), state_words(one["state"]), one["recipient"], one["kinds"], until, one["what"])


def _disclosures(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    from caseload.casework.permits import basis_words

    for one in found:
        added = _("addendum to #{id}").format(id=one["addendum_to"]) if one["addendum_to"] else ""
        yield _joined(_key(one), one["on"], one["recipient"], basis_words(one["basis"]), one["kinds"], one["by"], added)
        if one["what"]:
            yield from paragraph(one["what"], "  ")


def _plans(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """What runs and what is being written; earlier versions are for `caseload plan CASE list`."""
    for one in found:
        if one["state"] in ("approved", "draft", "submitted"):
            yield from page_of(one)


def _referral(one: Mapping[str, Any]) -> str:
    from caseload.casework.referrals import kind_words, state_words, why_words

    to = ", ".join(part for part in (one["service"], one["provider"]) if part) or one["person"]
    due = _("answer by {day}").format(day=as_text(one["answer_by"])) if one["state"] == "sent" else ""
    kind = kind_words(one["kind"]) if one["kind"] != "service" else ""
    why = why_words(one["declined_why"]) if one["declined_why"] else ""
    missed = _("not come: {n}").format(n=one["missed"]) if one["missed"] else ""
    return _joined(_key(one), state_words(one["state"]), to, kind, due, why, missed, one["reason"])


def _budget(one: Mapping[str, Any]) -> str:
    from caseload.casework.budgets import sentence

    left = sentence(
        one["currency"],
        one["cents"],
        one["spent_cents"],
        one["committed_cents"],
        one["asked_cents"],
        one["forecast_cents"],
    )
    return _joined(_key(one), one["name"], f"{as_text(one['from'])}..{as_text(one['to'])}", left)


def _authorised(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    from caseload.casework.amounts import shown
    from caseload.casework.authorising import shown as amount
    from caseload.casework.authorising import state_words

    for one in found:
        what = ", ".join(part for part in (one["service"], one["provider"], one["for"]) if part)
        much = amount(one["cents"], one["units"], one["unit"] or "", one["currency"])
        paid = _("paid {amount}").format(amount=shown(one["paid_cents"])) if one["paid_cents"] else ""
        until = _("until {day}").format(day=as_text(one["to"]))
        yield _joined(_key(one), state_words(one["state"]), what, much, until, paid, one["reason"], one["returned"])
        for each in one["payments"]:
            yield "  " + _joined(
                _key(each), as_text(each["on"]), shown(each["cents"]), each["payee"], each["reference"]
            )


def _documents(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    from caseload.casework.documents import kind_words, size_words

    for one in found:
        state = None if one["state"] == "kept" else one["state"]
        day = as_text(one["at"].date())
        yield _joined(_key(one), kind_words(one["kind"]), one["name"], size_words(one["size"]), day, one["by"], state)


def _packets(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    from caseload.casework.packets import state_words

    for one in found:
        until = _("until {day}").format(day=as_text(one["until"]))
        yield _joined(_key(one), one["for"], state_words(one["state"]), until, one["question"])
        for said in one["answers"]:
            yield from paragraph(f"{said['by']}, {as_text(said['at'])}: {said['text'] or '…'}", "  ")


def _needs(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    from caseload.casework.needs import severity_words, state_words

    for one in found:
        state = state_words(one["state"]) + (f" {as_text(one['ended'])}" if one["ended"] else "")
        yield _joined(_key(one), one["name"], severity_words(one["severity"]), state, one["found"], one["by"])
        for text in (one["words"], one["strengths"] and _("builds on: {text}").format(text=one["strengths"])):
            if text:
                yield from paragraph(text, "  ")


def _assessments(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    from .assess import score_lines

    for one in found:
        safety = _("SAFETY") if one["safety"] else ""
        over = _("corrected by {id}").format(id=one["corrected_by"]) if one["corrected_by"] else ""
        yield _joined(
            _key(one), one["on"], one["instrument"], "; ".join(score_lines(one["scores"])), safety, one["by"], over
        )
        if one["words"]:
            yield from paragraph(one["words"], "  ")


def _background(found: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    from caseload.casework.backgrounds import section_words

    for one in found:
        yield _joined(section_words(one["section"]), one["on"], one["by"])
        if one["text"]:
            yield from paragraph(one["text"], "  ")


def _held(one: Mapping[str, Any]) -> str:
    until = as_text(one["to"]) or _("now")
    return _joined(f"{as_text(one['from'])} - {until}", one["worker"], one["role"], one["why"])


def _key(one: Mapping[str, Any]) -> str:
    """What a row is named by where it is acted on; nothing where keys are left out."""
    return f"#{one['id']}" if one["id"] else ""


def _joined(*parts: Any) -> str:
    return "  ".join(text for part in parts if part is not None and (text := one_line(as_text(part))))
