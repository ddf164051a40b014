"""What people give a command: a text, a day, a moment, a list of cases. Complaints name the option, not its value."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from caseload.errors import Usage
from caseload.messages import _

if TYPE_CHECKING:
    from caseload.store.database import Reading

# Far above what a note may hold, far below what fills the memory: the note's own limit gives the better sentence.
_MOST_BYTES = 16 * 1024 * 1024


def text_of(value: str | None, option: str) -> str | None:
    """The text given as it is, from standard input (`-`) or from a file (`@FILE`); `@@` begins a text with an @."""
    if value is None:
        return None
    if value == "-":
        stream = getattr(sys.stdin, "buffer", sys.stdin)
        return _decoded(_limited(stream, option), option).rstrip("\r\n")
    if value.startswith("@@"):
        return value[1:]
    if value.startswith("@"):
        return _file(value[1:], option).rstrip("\r\n")
    return value


def case_list(value: str) -> list[str]:
    """Case numbers, one a line or with spaces or commas between, from a file or `-`; `#` begins a remark."""
    text = text_of("-", "--cases") if value == "-" else _file(value, "--cases")
    assert text is not None
    found: list[str] = []
    for row in text.removeprefix("\ufeff").splitlines():
        found += re.split(r"[\s,;]+", row.partition("#")[0].strip())
    return [one for one in dict.fromkeys(found) if one]


def numbers(value: str) -> list[str]:
    """The case numbers of `A,B,C`, each once."""
    found = [one.strip() for one in value.split(",")]
    if not all(found):
        raise Usage(_("Write case numbers with a comma between them and no spaces, such as 2026-048212,2026-115038."))
    return list(dict.fromkeys(found))


def day(value: str, option: str, today: date, *, back: bool = False) -> date:
    """A day as people write it: 2026-11-20, friday (the next one; with `back` the last), +3d. Raises Usage."""
    return _day(value, option, today, back)


def moment(value: str, option: str, r: Reading, *, ahead: bool = False) -> datetime:
    """A moment on the agency's clock: 14:30 (today), yesterday 14:30, 2026-11-20T14:30. Raises Usage.

    A weekday is the last one, or the next one where the moment lies ahead.
    """
    from caseload.store.days import parse_moment

    on, space, clock = value.strip().rpartition(" ")
    if ahead and space:
        value = f"{_day(on, option, r.today, False).isoformat()} {clock}"
    with _about(option):
        return parse_moment(value, r.now, r.zone)


def _day(value: str, option: str, today: date, back: bool) -> date:
    from caseload.store.days import parse_day

    with _about(option):
        return parse_day(value, today, back=back)


@contextmanager
def _about(option: str) -> Iterator[None]:
    """Say which option a bad day stands in."""
    from caseload.store.days import BadDay

    try:
        yield
    except BadDay as error:
        raise Usage(f"{option}: {error.message}", details=error.details) from None


def _file(name: str, option: str) -> str:
    try:
        with Path(name).expanduser().open("rb") as stream:
            return _decoded(_limited(stream, option), option)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or _("it cannot be opened")
        raise Usage(
            _("{option}: the file cannot be read: {why}. A text that begins with @ is written with @@.").format(
                option=option, why=why
            )
        ) from None


def _limited(stream: object, option: str) -> bytes:
    found = stream.read(_MOST_BYTES + 1)  # type: ignore[attr-defined]
    raw = found.encode("utf-8", "surrogateescape") if isinstance(found, str) else found
    if len(raw) > _MOST_BYTES:
        raise Usage(_("{option}: the text is larger than {n} MB.").format(option=option, n=_MOST_BYTES // 1024 // 1024))
    return bytes(raw)


def _decoded(raw: bytes, option: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Usage(_("{option}: the text is not UTF-8 (line {line}).").format(option=option, line=line)) from None


def key_number(value: str | None, name: str) -> int:
    """The key of a task, a note or the like, as lists show it. Raises Usage."""
    if value is None or not re.fullmatch(r"[0-9]{1,18}", value.strip(), re.ASCII):
        raise Usage(_("{name} is a number, as the list shows it.").format(name=name))
    return int(value)
