"""Closing a case, on the screen: its commands, what it asks of the practice, and how its page reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..messages import _
from .commands import CLOSING, PLAN, TEAM, WORK, Command
from .draw import run
from .verbs import _place
from .widgets.sheet import BLANK, Item, heading

if TYPE_CHECKING:
    from datetime import date

    from ..casework.closing import Behind, Closing, Shut
    from ..store.database import Reading, Receipt, Work
    from .asks import Standing
    from .summaries import When
    from .verbs import Doing, Typed


def ending() -> tuple[Command, ...]:
    """Closing, and what the client says of the work: the commands."""
    group = _("Closing and outcomes")
    return (
        Command(
            "voice", _("Ask how it is going"), ("E v",), (*WORK, PLAN), group,
            _("What the client says of the work: asked now, or on record that it was offered and why it is not answered. At reviews, "
              "and under s c at the end."),
            _("how it goes"), "one", True,
        ),
        Command(
            "outcomes", _("How people are doing"), ("E o",), (*WORK, TEAM), group,
            _("Of the cases that a query selects, by instrument and scale: who improved since the baseline, stayed the same, got worse, or "
              "was measured once only. Enter on a line asks which number, and shows its cases."),
            _("outcomes"),
        ),
        Command(
            "pass_gate", _("Pass this gate"), ("o",), (CLOSING,), group,
            _("The reason why the case is closed although the gate under the cursor is shut; it stays with the closing. The same key "
              "words it otherwise; without words the gate is shut again."),
            _("pass"),
        ),
        Command(
            "close_case", _("Close the case"), ("ctrl+s",), (CLOSING,), group,
            _("Asks why, closes it, and offers the place to who waits next, where you may give it out. u takes back one act after the "
              "other."),
            _("close it"),
        ),
    )  # fmt: skip


class Before(NamedTuple):
    """What stands before a closing, and who looks on which day."""

    closing: Closing
    standing: Standing


def look(db: Any, key: int, reason: str) -> Before:
    """What stands before closing a case: a look, and on record."""
    from ..casework import looks

    looks.announce(db, [key], kind="case", surface="screen")
    with db.read() as r:
        return again(r, key, reason)


def again(r: Reading, key: int, reason: str) -> Before:
    """The same, of a page that is open already."""
    from ..casework import closing
    from .asks import standing

    return Before(closing.preview(r, key, reason=reason), standing(r))


class Gated(NamedTuple):
    """A case that cannot be closed yet, and what its gates are called."""

    key: int
    case: str
    gates: tuple[str, ...]


def gated(r: Reading, keys: Sequence[int]) -> tuple[tuple[Gated, ...], tuple[int, ...]]:
    """Of these cases, as far as they are open: those with a gate that is shut, and the keys of those with none."""
    from ..casework import closing, find

    shut, free = [], []
    for ref in find.cases(r, keys):
        if not ref.is_open:
            continue
        found = closing.shut(r, ref)
        if found:
            shut.append(Gated(ref.id, ref.number, tuple(one.title for one in found)))
        else:
            free.append(ref.id)
    return tuple(shut), tuple(free)


def close(
    key: int, why: str, reason: str, destination: str, passed: Mapping[str, str], aftercare: date | None, words: Typed
) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import scratches, stages

        scratches.clear(w, _place(words))
        return stages.move(
            w, key, "closed", why, reason=reason or None, destination=destination or None, override=passed, aftercare=aftercare
        )  # fmt: skip

    return doing


def decline(key: int, instrument: str, why: str, phase: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import offered

        return offered.decline(w, key, instrument, why, phase=phase)

    return doing


# -- how it reads -----------------------------------------------------------------------------------


def sheet(
    found: Closing, chosen: Mapping[str, str], passed: Mapping[str, str], when: When, day: date | None
) -> list[Item]:
    """What is chosen, the gates with what is behind each, the consents, what the client says, and who waits for the place."""
    from ..casework import closing_codes, offered

    reason, destination = chosen.get("reason", ""), chosen.get("destination", "")
    unsaid = _("not said")
    items = [
        _fact(_("Reason"), closing_codes.reason_words(reason) if reason else unsaid, ("reason", None), bool(reason)),
        _fact(
            _("Went to"), closing_codes.destination_words(destination) if destination else unsaid, ("destination", None),
            bool(destination),
        ),
        _fact(_("Aftercare"), when.day(day) if day is not None else _("none"), ("aftercare", None), day is not None),
        _fact(
            _("How it went"), offered.why_words(found.feedback) if found.feedback else _("not asked yet"), ("feedback", None),
            found.feedback is not None,
        ),
        BLANK,
        heading(_("Gates")),
    ]  # fmt: skip
    for gate in found.shut:
        why = passed.get(gate.code, "")
        head = (
            run(f"{gate.title}  ", "dim" if why else "bad"),
            run(_("passed") if why else _("shut"), "good" if why else "bad"),
        )
        items.append(Item(head, why or gate.says, value=("gate", gate), indent=4))
        items += [_behind(gate, row, when) for row in gate.behind]
    if not found.shut:
        items.append(Item(((_("  All clear: nothing holds it up."), "good"),)))
    items += _consents(found, when)
    if found.freed is not None:
        one = found.freed.next
        told = _("{case}, {risk} risk, for {n} days").format(case=one.case, risk=one.risk, n=one.days)
        items += [BLANK, heading(_("Waits next for the place")), Item((run(f"  {told}"),), value=("next", found.freed))]
    return items


def _fact(name: str, words: str, value: tuple[str, Any], said: bool) -> Item:
    return Item((run(f"  {name:<12}"), run(words, "strong" if said else "dim")), value=value)


def _behind(gate: Shut, row: Behind, when: When) -> Item:
    key = row.key if row.what == "instrument" else f"#{row.key}"
    told = "  ".join(part for part in (when.day(row.on) if row.on else "", row.about) if part)
    return Item((run(f"    {key}  "), run(told, "dim")), value=("behind", (gate, row)))


def _consents(found: Closing, when: When) -> list[Item]:
    if not found.consents:
        return []
    ends = ", ".join(f"#{one.id}" for one in found.consents if one.ends)
    stay = ", ".join(
        f"#{one.id}" + (_(" until {day}").format(day=when.day(one.until)) if one.until is not None else "")
        for one in found.consents
        if not one.ends
    )
    items = [BLANK, heading(_("Consents"))]
    items += [Item((run(_("  end with it: {ids}").format(ids=ends)),))] if ends else []
    items += [Item((run(_("  go on: {ids}").format(ids=stay)),))] if stay else []
    return items
