"""Which column of a sheet is what here: proposed, changed on the screen, or kept as a TOML file that scripts give again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ...errors import Usage
from ...messages import _
from ...models.case import CLOSE_REASONS, RISKS, STAGES
from ...models.client import SAFE
from ...models.record import CONTACT_KINDS
from ...text import fold, line
from ..convert import ORDERS
from . import terms

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SIZE_LIMIT = 1024 * 1024
# What a value of a coded column can be here.
CODES: dict[str, tuple[str, ...]] = {
    "case.stage": STAGES,
    "case.risk": RISKS,
    "case.status": ("open", *STAGES),
    "case.close_reason": CLOSE_REASONS,
    "contact.kind": CONTACT_KINDS,
    "client.phone_safe": SAFE,
    "client.birth_quality": ("1", "2"),
}
# What can stand for a column that the sheet does not have.
DEFAULTS = ("case.program", "case.worker", "case.opened", "case.stage", "contact.kind", "client.language")
NAMES = ("client.given", "client.family", "client.family_given", "client.given_family")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Each column's target (empty: not taken), what stands for columns that are not there, what values mean, and how the sheet
    is read. Values are by folded text."""

    columns: Map[str, str]
    defaults: Map[str, str] = field(default_factory=dict)
    values: Map[str, Map[str, str]] = field(default_factory=dict)
    sheet: str = ""
    order: str | None = None

    def of(self, target: str) -> list[str]:
        """The columns that are this, in the order of the sheet."""
        return [column for column, one in self.columns.items() if one == target]

    def has(self, target: str) -> bool:
        """Whether a column or a default says this."""
        return bool(self.of(target)) or target in self.defaults

    def said(self, target: str) -> str:
        """What messages call a target: its columns, else its own name."""
        return ", ".join(self.of(target)) or target

    def with_column(self, column: str, target: str) -> Mapping:
        """The same with another target for one column."""
        return replace(self, columns={**self.columns, column: target})


def check(mapping: Mapping, header: Iterable[str] | None = None) -> None:
    """Raises Usage for a mapping by which no row could be taken, or that speaks of columns a sheet (`header`) does not have."""
    for column, target in mapping.columns.items():
        if target and target not in terms.TARGETS:
            raise _unknown(column, target)
    for target in terms.TARGETS:
        several = mapping.of(target)
        if len(several) > 1 and target not in terms.SEVERAL:
            raise Usage(
                _("Two columns are {target}: {columns}. Leave one.").format(target=target, columns=_listed(several))
            )
    for target, text in mapping.defaults.items():
        _check_default(target, text)
    for target, listed in mapping.values.items():
        codes = CODES.get(target)
        for code in listed.values():
            if codes and code not in codes and code not in terms.UNANSWERED:
                raise Usage(
                    _("{target} cannot be {text!r}. Choose one of: {known}.").format(
                        target=target, text=code[:40], known=", ".join((*codes, *terms.UNANSWERED))
                    )
                )
    if header is not None:
        there = set(header)
        if missing := [column for column in mapping.columns if column not in there]:
            raise Usage(
                _("The mapping names columns that the sheet does not have: {columns}. It has: {known}.").format(
                    columns=_listed(missing), known=_listed(there)
                )
            )
    if not any(mapping.of(target) for target in NAMES):
        raise Usage(
            _(
                "No column says who the clients are. Give a --mapping (begin with --propose) that calls one client.given, client.family or"
                " client.given_family."
            )
        )
    for target, what in (
        ("case.program", _("which program a case is in")),
        ("case.opened", _("when a case was opened")),
    ):
        if not mapping.has(target):
            said = _(
                "No column says {what}. Give a --mapping (begin with --propose) that calls one {target}, or says under [defaults] what"
                " stands for it."
            )
            raise Usage(said.format(what=what, target=target))
    if mapping.of("contact.day") and not mapping.has("contact.kind"):
        raise Usage(
            _(
                "No column says how the last contact was made. Map one to contact.kind, or say under [defaults] what it was."
            )
        )


def _check_default(target: str, text: str) -> None:
    if target not in DEFAULTS:
        raise Usage(
            _("{target} can have no default. Those that can: {known}.").format(
                target=target[:40], known=", ".join(DEFAULTS)
            )
        )
    codes = CODES.get(target)
    if codes and text not in codes:
        raise Usage(
            _("{target} cannot be {text!r}. Choose one of: {known}.").format(
                target=target, text=text[:40], known=", ".join(codes)
            )
        )
    if target == "case.opened":
        try:
            date.fromisoformat(text)
        except ValueError:
            raise Usage(_("The default of case.opened must be a day such as 2026-01-31.")) from None


def _unknown(column: str, target: str) -> Usage:
    near = get_close_matches(target, terms.TARGETS, n=1)
    return Usage(
        _("Column {column}: {target!r} is nothing a column can be. {hint}").format(
            column=line(column)[:60], target=target[:40],
            hint=_("Did you mean {near}?").format(near=near[0]) if near else _("Those are: {known}.").format(known=", ".join(terms.TARGETS)),
        )
    )  # fmt: skip


def _listed(columns: Iterable[str]) -> str:
    return line(", ".join(sorted(columns)[:30]))


def load(path: Path) -> Mapping:
    """The mapping that a TOML file holds. Raises Usage for one that cannot be read, naming the entry."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(SIZE_LIMIT + 1)
    except OSError as bad:
        raise Usage(_("{path} cannot be read: {why}.").format(path=path, why=bad.strerror or bad)) from None
    if len(raw) > SIZE_LIMIT:
        raise Usage(_("{path} is too large for a mapping.").format(path=path))
    made = read(raw, path)
    check(made)
    return made


def read(raw: bytes, path: Path) -> Mapping:
    """The mapping in a TOML text, whether or not a row could be taken by it. Raises Usage, naming the entry; `path` is what it is called."""
    try:
        found = tomllib.loads(raw.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise Usage(_("{path} is not TOML: {why}.").format(path=path, why=str(bad)[:120])) from None
    unknown = set(found) - {"sheet", "dates", "columns", "defaults", "values"}
    if unknown:
        raise Usage(
            _("{path}: {key} is unknown. A mapping has sheet, dates, columns, defaults and values.").format(
                path=path, key=_listed(unknown)
            )
        )
    order = found.get("dates") or None
    if order is not None and order not in ORDERS:
        raise Usage(_("{path}: dates is one of {known}.").format(path=path, known=", ".join(ORDERS)))
    values = {
        target: {fold(raw) or raw: ours for raw, ours in _texts(path, f"values.{target}", listed).items()}
        for target, listed in _table(path, "values", found).items()
    }
    return Mapping(
        _texts(path, "columns", found.get("columns", {})), _texts(path, "defaults", found.get("defaults", {})), values,
        str(found.get("sheet", "")), order,
    )  # fmt: skip


def _table(path: Path, key: str, found: dict[str, Any]) -> dict[str, Any]:
    table = found.get(key, {})
    if not isinstance(table, dict):
        raise Usage(_("{path}: {key} must be a table.").format(path=path, key=key))
    return table


def _texts(path: Path, key: str, table: Any) -> dict[str, str]:
    table = _table(path, key, {key: table})
    for name, text in table.items():
        if isinstance(text, date) and key == "defaults":
            table[name] = text.isoformat()
        elif not isinstance(text, str):
            raise Usage(
                _("{path}: {key}.{name} must be a text in quotes.").format(path=path, key=key, name=line(name)[:60])
            )
    return dict(table)


def dump(mapping: Mapping) -> str:
    """The mapping as a TOML file that `load` reads back, with what a column can be said above."""
    lines = [
        "# " + _("Which column of the sheet is what here. Correct it, and give it with --mapping."),
        "# "
        + _("A column can be one of these, or empty, which leaves it out; keep writes its words into the draft note:"),
    ]
    names, shown = list(terms.TARGETS), 6
    lines += ["#   " + ", ".join(names[at : at + shown]) for at in range(0, len(names), shown)]
    if mapping.sheet:
        lines.append(f"sheet = {_quoted(mapping.sheet)}")
    if mapping.order:
        lines.append(f"dates = {_quoted(mapping.order)}")
    lines += ["", "[columns]", *(f"{_quoted(name)} = {_quoted(target)}" for name, target in mapping.columns.items())]
    lines += [
        "",
        "# " + _("What stands for columns that the sheet does not have: {known}.").format(known=", ".join(DEFAULTS)),
        "[defaults]",
    ]
    lines += [f"{_quoted(name)} = {_quoted(text)}" for name, text in mapping.defaults.items()]
    lines += [
        "",
        "# "
        + _(
            'What a value means, such as "laufend" = "active"; 8, 9 and 99: does not know, prefers not to say, not collected.'
        ),
    ]
    for target, listed in mapping.values.items() or [("case.stage", {})]:
        lines += [f"[values.{_quoted(target)}]", *(f"{_quoted(raw)} = {_quoted(ours)}" for raw, ours in listed.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among its own, and DEL must be one."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
