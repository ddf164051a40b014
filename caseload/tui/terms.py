"""How codes and reasons are said on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..messages import _
from . import days

if TYPE_CHECKING:
    from datetime import date

    from ..casework.triage import QueueRow


def sorts() -> tuple[tuple[str, str, str], ...]:
    """The orders of the list of cases: a letter, its words, the field."""
    return (
        ("c", _("client"), "client"),
        ("n", _("number"), "case"),
        ("p", _("program"), "program"),
        ("s", _("stage"), "stage"),
        ("r", _("risk"), "risk"),
        ("w", _("worker"), "worker"),
        ("l", _("last contact"), "last_contact"),
        ("d", _("due"), "next_due"),
        ("o", _("opened"), "opened"),
    )


def stage_words(stage: str) -> str:
    return {
        "referred": _("referred"), "assessment": _("assessment"), "planning": _("planning"), "active": _("active"),
        "monitoring": _("monitoring"), "closed": _("closed"),
    }.get(stage, stage)  # fmt: skip


def risk_words(risk: str) -> str:
    return {"low": _("low"), "medium": _("medium"), "high": _("high"), "critical": _("critical")}.get(risk, risk)


def level_words(level: int) -> str:
    return {1: _("now"), 2: _("today"), 3: _("overdue"), 4: _("soon"), 5: _("in order")}.get(level, str(level))


def reasons_words(row: QueueRow, today: date) -> list[str]:
    """The reasons of a row as sentences, most urgent first; a snooze is said as well."""
    from ..casework import triage

    words = [days.loosely(triage.in_words(reason, today)) for reason in row.reasons]
    if row.snoozed_until is not None and row.snoozed_until > today:
        words.insert(0, _("snoozed until {day}").format(day=days.shown(row.snoozed_until, today)))
    return words


def kinds() -> tuple[tuple[str, str, str], ...]:
    """The kinds of contact: letter, words, code."""
    return (
        ("v", _("visit"), "visit"),
        ("o", _("office"), "office"),
        ("p", _("phone"), "phone"),
        ("d", _("video"), "video"),
        ("m", _("message"), "message"),
        ("c", _("collateral"), "collateral"),
        ("g", _("group"), "group"),
    )


def kind_words(kind: str) -> str:
    return next((words for _letter, words, code in kinds() if code == kind), kind)


def outcome_words(outcome: str) -> str:
    return {"made": _("made"), "attempted": _("attempted")}.get(outcome, outcome)


def places() -> tuple[tuple[str, str, str], ...]:
    """Where a contact took place: letter, words, code."""
    return (
        ("h", _("at home"), "home"),
        ("o", _("office"), "office"),
        ("c", _("community"), "community"),
        ("f", _("facility"), "facility"),
        ("r", _("remote"), "remote"),
    )


def place_words(place: str) -> str:
    return next((words for _letter, words, code in places() if code == place), place)


def presences() -> tuple[tuple[str, str, str], ...]:
    """How somebody took part in a group activity: letter, words, code."""
    return (("p", _("present"), "present"), ("l", _("left early"), "left_early"), ("a", _("absent"), "absent"))


def presence_words(presence: str) -> str:
    return next((words for _letter, words, code in presences() if code == presence), presence)


def whom() -> tuple[tuple[str, str, str], ...]:
    """With whom, where it was not the client: letter, words, code."""
    return (("f", _("family"), "family"), ("p", _("professional"), "professional"), ("o", _("someone else"), "other"))


def whom_words(code: str) -> str:
    return {"client": _("client")}.get(code) or next((words for _letter, words, c in whom() if c == code), code)


def stages() -> tuple[tuple[str, str, str], ...]:
    """The stages: letter, words, code."""
    return (
        ("r", _("referred"), "referred"),
        ("s", _("assessment"), "assessment"),
        ("p", _("planning"), "planning"),
        ("a", _("active"), "active"),
        ("m", _("monitoring"), "monitoring"),
        ("c", _("closed"), "closed"),
    )


def risks() -> tuple[tuple[str, str, str], ...]:
    """The risks: letter, words, code."""
    return (
        ("l", _("low"), "low"),
        ("m", _("medium"), "medium"),
        ("h", _("high"), "high"),
        ("c", _("critical"), "critical"),
    )


def forms() -> tuple[tuple[str, str, str], ...]:
    """The forms of a note: letter, words, code."""
    return (
        ("n", _("narrative"), "narrative"),
        ("s", "SOAP", "soap"),
        ("d", "DAP", "dap"),
        ("g", "GIRP", "girp"),
        ("b", "BIRP", "birp"),
    )


def form_words(form: str) -> str:
    return next((words for _letter, words, code in forms() if code == form), form)


def section_words(heading: str) -> str:
    """The heading of a note's section; the code stays English in the record."""
    return {
        "": "", "Subjective": _("Subjective"), "Objective": _("Objective"), "Assessment": _("Assessment"), "Plan": _("Plan"),
        "Data": _("Data"), "Goal": _("Goal"), "Intervention": _("Intervention"), "Response": _("Response"),
        "Behaviour": _("Behaviour"),
    }.get(heading, heading)  # fmt: skip


def alert_levels() -> tuple[tuple[str, str, str], ...]:
    """The levels of an alert: letter, words, code."""
    return (("h", _("high"), "high"), ("m", _("medium"), "medium"), ("l", _("low"), "low"))


def alert_kinds() -> tuple[tuple[str, str, str], ...]:
    """The kinds of alert: letter, words, code."""
    return (
        ("s", _("safety"), "safety"),
        ("h", _("health"), "health"),
        ("a", _("access"), "access"),
        ("l", _("legal"), "legal"),
        ("o", _("other"), "other"),
    )


def alert_words(kind: str) -> str:
    return next((words for _letter, words, code in alert_kinds() if code == kind), kind)


def endings() -> tuple[tuple[str, str, str], ...]:
    """How an appointment ended: letter, words, code."""
    return (("k", _("kept"), "kept"), ("m", _("missed"), "missed"), ("c", _("cancelled"), "cancelled"))


def meeting_words(mode: str) -> str:
    """How client and worker meet; nothing where it is in person."""
    return {"phone": _("by phone"), "video": _("by video"), "client_alone": _("the client alone")}.get(mode, "")


def appointment_modes() -> dict[str, str]:
    """How an appointment is kept, as a form names it, each by its code."""
    return {
        "in_person": _("in person"), "phone": _("phone"), "video": _("video"), "client_alone": _("client alone"),
    }  # fmt: skip


def appointment_words(state: str) -> str:
    return {"scheduled": _("planned")}.get(state) or next(
        (words for _letter, words, code in endings() if code == state), state
    )


def safe_words(safe: str, kind: str) -> str:
    """Whether a channel may be used, as it must be read before the number itself."""
    if kind not in ("phone", "email"):
        return {"yes": _("safe"), "no": _("NOT SAFE"), "ask": _("ask first")}.get(safe, "")
    return {"yes": _("safe to call"), "no": _("DO NOT CALL"), "ask": _("ask before calling")}.get(
        safe, _("not known if safe")
    )


def role_words(role: str) -> str:
    return {
        "kin": _("family"), "professional": _("professional"), "carer": _("carer"), "threat": _("THREAT"), "other": _("other"),
    }.get(role, role)  # fmt: skip
