"""Reports made of plain rows, for the tests of formats and of the door. No database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from caseload.reports.period import Period
from caseload.reports.table import Column, Report, ReportTable

ROME = ZoneInfo("Europe/Rome")
READ_AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))

COLUMNS = (
    Column("case", "Case", "code", "The case's number."),
    Column("client", "Client", "text", "The client's name.", identifying=True),
    Column("note", "Note", "text", "What was written.", narrative=True),
    Column("minutes", "Minutes", "int", "How long it took."),
    Column("share", "Share", "percent", "Part of the whole."),
    Column("paid", "Paid", "money", "What was paid, in cents."),
    Column("met", "Met", "flag", "Whether the client was met."),
    Column("on", "Day", "date", "The day."),
    Column("at", "Moment", "instant", "The moment."),
    Column("tags", "Tags", "list", "The tags."),
)
ROW = (
    "2026-048217", "Zoë Nwosu", "Called back.\nAll well.", 25, 62.5, 1250, True, date(2026, 11, 17),
    datetime(2026, 11, 17, 8, 30, tzinfo=UTC), ("asthma", "school"),
)  # fmt: skip
EMPTY = ("2026-048225", None, None, None, None, None, None, None, None, None)

HOSTILE = (
    "=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "a\x1b]52;c;ZXZpbA==\x07b", "a\x1b[2Jb", "\u202eevil", "a\rb",
    "\x9b31m", 'say "hi", then\nleave', "[red]a[/]b", "\ud800", "\x00", "Ζωή", "😀", "\u200bhidden", "_x0041_",
    "https://example.org/x", "007",
)  # fmt: skip


def table(*rows: Any, name: str = "visits", columns: tuple[Column, ...] = COLUMNS) -> ReportTable:
    return ReportTable(name, name.capitalize(), columns, rows)


def report(*tables: ReportTable, identified: bool = False, period: Period | None = WEEK) -> Report:
    return Report(
        "visits",
        "Visits",
        tables or (table(ROW, EMPTY),),
        READ_AT,
        date(2026, 11, 23),
        ROME,
        period,
        "stage:active",
        identified,
    )


def words(*values: str | None) -> ReportTable:
    """One column of text."""
    column = Column("word", "Word", "text", "A word.")
    return ReportTable("words", "Words", (column,), [(value,) for value in values])


class Page(HTMLParser):
    """A page of html as a browser would take it apart: its tags, and the cells of its tables by the id of their part."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.parts: dict[str, list[list[str]]] = {}
        self.part = ""
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in ("meta", "rect", "circle", "path"):
            self.open.append(tag)
        if tag == "section":
            self.part = found["id"] or ""
            self.parts[self.part] = []
        if tag == "tr" and "tbody" in self.open:
            self.parts[self.part].append([])
        if tag in ("td", "th") and "tbody" in self.open:
            self.parts[self.part][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "rect", "circle", "path"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if "tbody" in self.open and ("td" in self.open or "th" in self.open):
            self.parts[self.part][-1][-1] += data

    def rows(self, part: str) -> list[list[str]]:
        return self.parts[part]
