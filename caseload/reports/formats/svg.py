"""A chart as inline SVG: no script, no font and no picture from elsewhere, readable in grey and by those who see no colour.

Every value is written beside its mark, and measures differ by shade and by dash as well as by hue.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from caseload.text import clip, line

from .values import day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..table import Chart, Column, ReportTable

# Okabe and Ito's palette, which people with any common colour vision tell apart (jfly.uni-koeln.de/color, 2008).
SHADES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7")
_DASHES = ("", "6 3", "2 2", "8 2 2 2")
# A page is as long as it needs to be, and no picture longer than one page; the table below it has every row.
MOST_BARS = 60
_WIDTH, _LEFT, _RIGHT, _HEAD = 720, 168, 64, 58
_BAR, _GAP = 15, 9


def drawn(table: ReportTable, chart: Chart, name: str, described: str) -> str:
    """The chart as an `svg` element called `name`, of which the element `described` holds the numbers.

    Empty where there is nothing to show.
    """
    columns = {column.key: place for place, column in enumerate(table.columns)}
    picked = [table.columns[columns[measure]] for measure in chart.measures]
    rows = points(table, chart)
    if not rows or not any(value for _label, values in rows for value in values):
        return ""
    picture = _lines if chart.kind == "line" else _stacks if chart.stacked else _bars
    body, height = picture(rows, picked)
    title = escape(line(chart.title))
    legend = "".join(
        f'<rect x="{_LEFT + 140 * place}" y="32" width="12" height="12" fill="{SHADES[place % len(SHADES)]}"/>'
        f'<text x="{_LEFT + 140 * place + 17}" y="42">{escape(clip(line(column.title), 20))}</text>'
        for place, column in enumerate(picked)
    )
    return (
        f'<svg role="img" aria-labelledby="{name}-title" aria-describedby="{described}" viewBox="0 0 {_WIDTH} {height}"'
        f' width="{_WIDTH}" height="{height}"><title id="{name}-title">{title}</title>'
        f'<text x="0" y="18" class="title">{title}</text>{legend}{body}</svg>'
    )


def points(table: ReportTable, chart: Chart) -> list[tuple[str, list[float | None]]]:
    """What the chart shows: the name and the measures of each row that has a name."""
    columns = {column.key: place for place, column in enumerate(table.columns)}
    across, measures = columns[chart.across], [columns[measure] for measure in chart.measures]
    named = [row for row in table.rows if row[across] is not None][:MOST_BARS]
    return [(_label(table.columns[across], row[across]), [row[place] for place in measures]) for row in named]


def _label(column: Column, value: Any) -> str:
    return day(value) if column.kind == "date" else line(str(value))


def _said(value: float, column: Column) -> str:
    return f"{value:.1f}" if column.kind == "percent" else f"{value:d}"


def _bars(rows: Sequence[tuple[str, list[float | None]]], columns: Sequence[Column]) -> tuple[str, int]:
    most = max(value or 0 for _name, values in rows for value in values)
    tall = _BAR * len(columns) + _GAP
    parts = []
    for place, (name, values) in enumerate(rows):
        top = _HEAD + place * tall
        parts.append(_name(name, top + (tall - _GAP) / 2 + 4))
        for nth, (value, column) in enumerate(zip(values, columns, strict=True)):
            if value is None:
                continue
            y, wide = top + nth * _BAR, _scaled(value, most)
            parts.append(_rect(_LEFT, y, wide, nth))
            parts.append(f'<text x="{_LEFT + wide + 5:g}" y="{y + 11:g}">{_said(value, column)}</text>')
    return "".join(parts), _HEAD + len(rows) * tall + 6


def _stacks(rows: Sequence[tuple[str, list[float | None]]], columns: Sequence[Column]) -> tuple[str, int]:
    most = max(sum(value or 0 for value in values) for _name, values in rows)
    tall = _BAR + _GAP
    parts = []
    for place, (name, values) in enumerate(rows):
        y, x = _HEAD + place * tall, float(_LEFT)
        parts.append(_name(name, y + 11))
        for nth, value in enumerate(values):
            wide = _scaled(value or 0, most)
            parts.append(_rect(x, y, wide, nth))
            x += wide
        told = " + ".join(_said(value or 0, column) for value, column in zip(values, columns, strict=True))
        parts.append(f'<text x="{x + 5:g}" y="{y + 11:g}">{told}</text>')
    return "".join(parts), _HEAD + len(rows) * tall + 6


def _lines(rows: Sequence[tuple[str, list[float | None]]], columns: Sequence[Column]) -> tuple[str, int]:
    most = max(value or 0 for _name, values in rows for value in values)
    deep, foot = 180, _HEAD + 190
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(rows) - 1, 1)
    parts = [f'<path d="M{_LEFT} {_HEAD}V{foot}H{_WIDTH - _RIGHT}" fill="none" stroke="#888"/>']
    parts += [
        f'<text x="{_LEFT - 8}" y="{foot - 4 - deep * part:g}" text-anchor="end">{most * part:g}</text>'
        for part in (0, 0.5, 1)
    ]
    for nth, column in enumerate(columns):
        shade = SHADES[nth % len(SHADES)]
        spots = [
            (_LEFT + place * step, foot - deep * float(values[nth] or 0) / most, values[nth] or 0)
            for place, (_name_, values) in enumerate(rows)
        ]
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y, _value in spots)
        dash = f' stroke-dasharray="{_DASHES[nth % 4]}"' if _DASHES[nth % 4] else ""
        parts.append(f'<path d="M{way}" fill="none" stroke="{shade}" stroke-width="2"{dash}/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{shade}"/>' for x, y, _value in spots]
        x, y, value = spots[-1]
        parts.append(f'<text x="{x + 7:.1f}" y="{y + 4:.1f}">{_said(value, column)}</text>')
    parts += [
        f'<text x="{_LEFT + place * step:.1f}" y="{foot + 14}" text-anchor="end"'
        f' transform="rotate(-35 {_LEFT + place * step:.1f} {foot + 14})">{escape(clip(name, 14))}</text>'
        for place, (name, _values) in enumerate(rows)
    ]
    return "".join(parts), foot + 62


def _scaled(value: float, most: float) -> float:
    return round(float(value) / most * (_WIDTH - _LEFT - _RIGHT), 1) if most else 0.0


def _rect(x: float, y: float, wide: float, nth: int) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{_BAR - 2}" fill="{SHADES[nth % len(SHADES)]}"/>'


def _name(name: str, y: float) -> str:
    return f'<text x="{_LEFT - 8}" y="{y:g}" text-anchor="end">{escape(clip(name, 24))}</text>'
