"""html: one page that holds everything it needs, to be read, printed or listened to.

No script, no picture and no style from anywhere else: the page forbids them to itself. Charts are inline SVG, each with
the table of its numbers under it. Whatever a person typed is inert text.
"""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from caseload import __version__
from caseload.messages import _
from caseload.text import line

from . import PAGE, Written
from .svg import MOST_BARS, drawn
from .values import day, instant, safe, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ..table import Column, Kind, Report, ReportTable

_STYLE = """
:root{color-scheme:light}
body{font:15px/1.45 system-ui,sans-serif;color:#111;background:#fff;margin:2rem auto;max-width:70rem;padding:0 1rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2.2rem 0 .4rem;border-bottom:1px solid #888}
table{border-collapse:collapse;margin:.6rem 0;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.2rem 0}
th,td{padding:.15rem .55rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}
thead th{border-bottom:1px solid #111}
.n{text-align:right}.prose{white-space:pre-wrap;max-width:34rem}
.warning{border:2px solid #a00;color:#a00;padding:.5rem .8rem;font-weight:600}
.wide{overflow-x:auto}figure{margin:.8rem 0}svg{max-width:100%;height:auto;font:11px sans-serif}
svg .title{font-size:13px;font-weight:600}nav a{margin-right:.9rem}dt{font-weight:600}
@page{size:A4 landscape;margin:12mm}
@media print{body{margin:0;max-width:none;font-size:10pt}nav{display:none}section{break-before:page}
section:first-of-type{break-before:auto}thead{display:table-header-group}tr,figure{break-inside:avoid}.wide{overflow:visible}}
""".strip()
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_RIGHT: frozenset[Kind] = frozenset(("int", "percent", "money"))


def write(report: Report, target: BinaryIO, scratch: Path) -> Written:
    written = Written()
    for piece in _page(report, written):
        target.write(piece.encode("utf-8", "replace"))
    return written


def _page(report: Report, written: Written) -> Iterator[str]:
    title = _text(report.title) + (f" {escape(report.period.key)}" if report.period else "")
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
    )
    if report.warning:
        yield f'<p class="warning" role="note">{_text(report.warning)}</p>\n'
    yield f"<p>{_about(report)}</p>\n"
    for remark in report.remarks:
        yield f"<p>{_text(remark)}</p>\n"
    if len(report.tables) > 1:
        links = "\n".join(f'<a href="#{t.name}">{_text(t.title)}</a>' for t in report.tables)
        yield f'<nav aria-label="{_text(_("Parts"))}">\n{links}\n</nav>\n'
    yield "</header>\n<main>\n"
    for table in report.tables:
        yield from _section(report, table, written)
    yield from _dictionary(report)
    yield "</main>\n</body>\n</html>\n"


def _about(report: Report) -> str:
    said = []
    if report.period:
        said.append(_("From {first} to {last}.").format(first=report.period.first, last=report.period.last))
    said.append(_("As the agency's data stood on {day}.").format(day=report.today))
    if report.query:
        said.append(_("Of the cases: {query}").format(query=report.query))
    said.append(f"caseload {__version__}")
    return _text(" ".join(said))


def _section(report: Report, table: ReportTable, written: Written) -> Iterator[str]:
    yield f'<section id="{table.name}">\n<h2>{_text(table.title)}</h2>\n'
    if table.note:
        yield f"<p>{_text(table.note)}</p>\n"
    name = f"{table.name}-table"
    for nth, chart in enumerate(table.charts):
        # One table holds the numbers of all charts of a part: it stands under them, and each says so.
        picture = drawn(table, chart, f"{table.name}-{nth}", name)
        if picture:
            yield f"<figure>{picture}{_cut(table, chart.across)}</figure>\n"
    heads = "".join(f'<th scope="col"{_side(c)}>{_text(c.title)}</th>' for c in table.columns)
    yield (
        f'<div class="wide" tabindex="0" role="region" aria-labelledby="{name}-caption">\n<table id="{name}">\n'
        f'<caption id="{name}-caption">{_text(table.title)}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n'
    )
    cells = [_cell(column) for column in table.columns]
    tags = [("th", ' scope="row"'), *[("td", _side(column)) for column in table.columns[1:]]]
    count, rows = 0, iter(table.rows)
    while page := list(islice(rows, PAGE)):
        yield "".join(
            "<tr>"
            + "".join(
                f"<{tag}{attributes}>{'' if value is None else cell(value)}</{tag}>"
                for (tag, attributes), cell, value in zip(tags, cells, row, strict=True)
            )
            + "</tr>\n"
            for row in page
        )
        count += len(page)
        report.tick(count, None)
    yield "</tbody>\n</table>\n</div>\n"
    if not count:
        yield f"<p>{_text(_('Nothing to show for these days.'))}</p>\n"
    yield "</section>\n"
    written.rows[table.name] = count


def _cut(table: ReportTable, across: str) -> str:
    """A caption where a picture shows fewer rows than its table."""
    place = table.keys.index(across)
    rows = sum(row[place] is not None for row in table.rows)
    if rows <= MOST_BARS:
        return ""
    said = _("The first {n} of {rows} rows; the table has them all.").format(n=MOST_BARS, rows=rows)
    return f"<figcaption>{_text(said)}</figcaption>"


def _cell(column: Column) -> Callable[[Any], str]:
    def moment(value: Any) -> str:
        return f'<time datetime="{instant(value)}">{instant(value)}</time>'

    known: dict[Kind, Callable[[Any], str]] = {
        "text": lambda value: escape(safe(value)),
        "code": lambda value: _text(value),
        "list": lambda value: _text(", ".join(words(value))),
        "int": lambda value: f"{value:d}",
        "percent": lambda value: f"{value:.1f}",
        "money": lambda value: f"{value / 100:.2f}",
        "flag": lambda value: _text(_("yes") if value else _("no")),
        "date": lambda value: f'<time datetime="{day(value)}">{day(value)}</time>',
        "instant": moment,
    }
    return known[column.kind]


def _side(column: Column) -> str:
    if column.kind in _RIGHT:
        return ' class="n"'
    return ' class="prose"' if column.kind == "text" else ""


def _dictionary(report: Report) -> Iterator[str]:
    yield f'<section id="dictionary">\n<h2>{_text(_("What the columns mean"))}</h2>\n'
    for table in report.tables:
        yield f"<h3>{_text(table.title)}</h3>\n<dl>\n"
        yield "".join(f"<dt>{_text(c.title)}</dt><dd>{_text(c.describe)}</dd>\n" for c in table.columns)
        yield "</dl>\n"
    yield "</section>\n"


def _text(value: str) -> str:
    return escape(line(value))
