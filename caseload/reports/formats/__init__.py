"""The formats a report can leave in. They know tables and nothing of cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from caseload.errors import Refused, Usage
from caseload.messages import _
from caseload.text import line

from ..table import Report

# Rows handed on at a time, and between two ticks.
PAGE = 500


@dataclass(slots=True)
class Written:
    """What a format did: rows of each part, and sentences about anything the file could not hold."""

    rows: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


# (report, where the bytes go, a private folder for what must be kept meanwhile)
Writer = Callable[[Report, BinaryIO, Path], Written]


@dataclass(frozen=True, slots=True)
class Format:
    """`write` is found in `module` when it is needed. `binary` files are not for a terminal.

    `needs` is a package that only the extra named `extra` installs; None where the base has everything.
    """

    name: str
    module: str
    binary: bool = False
    needs: str | None = None
    extra: str = ""

    def check(self) -> None:
        """Raises Refused where what the format needs is not installed."""
        if self.needs is not None and find_spec(self.needs) is None:
            raise Refused(
                _(
                    "{format} files need the package {package}, which is not installed. Install it and run this again: "
                    "pip install 'caseload[{extra}]'"
                ).format(format=self.name, package=self.needs, extra=self.extra)
            )

    @property
    def write(self) -> Writer:
        writer: Writer = import_module(self.module).write
        return writer


_formats: dict[str, Format] = {}


def register(known: Format) -> None:
    """Make a format known by its name."""
    _formats[known.name] = known


def names() -> tuple[str, ...]:
    return tuple(_formats)


def find(name: str) -> Format:
    """The format of that name. Raises Usage."""
    if name not in _formats:
        raise Usage(
            _("{name} is not a format this version writes. Use one of: {known}.").format(
                name=line(name), known=", ".join(_formats)
            )
        )
    return _formats[name]


register(Format("xlsx", f"{__name__}.xlsx", binary=True))
register(Format("csv", f"{__name__}.csv_text"))
register(Format("json", f"{__name__}.json_text"))
register(Format("parquet", f"{__name__}.parquet", binary=True, needs="pyarrow", extra="arrow"))
register(Format("html", f"{__name__}.html"))

# Of one report each, and of no other.
CALENDAR = Format("ics", f"{__name__}.ics")
DIRECTORY = Format("hsds", f"{__name__}.hsds")


def only(name: str, form: Format) -> Format:
    """The one format that a report leaves in. Raises Usage where another was asked for."""
    if name != form.name:
        raise Usage(
            _("{name} is not a format this report is written in. Use: {known}.").format(
                name=line(name), known=form.name
            )
        )
    return form
