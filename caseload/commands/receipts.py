"""Doing one act and saying what was done: the receipt, in every shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from caseload.messages import _, _n

from . import output
from .ask import agreed
from .output import Column, FormatName
from .session import Session

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work


def done(
    asked: Session,
    verb: str,
    do: Callable[[Work], Receipt],
    format: FormatName | None,
    *,
    why: str = "",
    cases: Sequence[str] = (),
    yes: bool = True,
    more: Callable[[Receipt], Mapping[str, Any]] | None = None,
) -> None:
    """Carry an act out and print its receipt. More than one case is shown and asked about first, unless `yes`."""
    if len(cases) > 1 and not yes:
        planned = asked.act(verb, lambda w: _rehearsed(w, do), why=why)
        question = _n("Do this to {n} case?", "Do this to {n} cases?", len(cases)).format(n=len(cases))
        agreed(question, yes, format, lambda form: _preview(planned, cases, form))
    told(asked.act(verb, do, why=why), format, more)


def _rehearsed(w: Work, do: Callable[[Work], Receipt]) -> Receipt:
    """What an act would say, rolled back."""
    return w.nothing(do(w).words)


def _preview(planned: Receipt, cases: Sequence[str], format: FormatName | None) -> None:
    shaped = {"change": None, "done": planned.words, "cases": list(cases)}
    lines = [_("Would be done: {words}").format(words=planned.words), ", ".join(cases)]
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: lines)


def told(
    receipt: Receipt, format: FormatName | None, more: Callable[[Receipt], Mapping[str, Any]] | None = None
) -> None:
    """Print a receipt: `{change, done, cases, ...}`. `change` is null where nothing had to be done."""
    shaped: dict[str, Any] = {"change": receipt.number, "done": receipt.words, "cases": list(receipt.cases)}
    shaped |= more(receipt) if more else {}
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: [_sentence(receipt)])


def _sentence(receipt: Receipt) -> str:
    unsaid = [case for case in receipt.cases if case not in receipt.words]
    where = f" ({', '.join(receipt.cases)})" if unsaid and len(receipt.cases) <= 3 else ""
    if receipt.number is None:
        return f"{receipt.words}{where}"
    if not receipt.undoable:
        return f"{receipt.words}{where} · {receipt.number}"
    return f"{receipt.words}{where} · " + _("{change}, undo with: caseload undo {change}").format(change=receipt.number)


def key_of(receipt: Receipt, name: str) -> dict[str, Any]:
    """The key of what an act made, as a string; null where a lost answer left it unknown."""
    made = (receipt.data or {}).get(name)
    return {name: None if made is None else str(made)}
