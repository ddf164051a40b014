"""A chart of a spreadsheet's own, drawn by whatever opens it from the cells of the table above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caseload.text import line

from .svg import MOST_BARS, SHADES

if TYPE_CHECKING:
    from ..table import Chart, ReportTable

_ROW = 20  # pixels, a row of the sheet
_DASHES = ("solid", "dash", "round_dot", "long_dash_dot")


def place(book: Any, sheet: Any, table: ReportTable, chart: Chart, at: int) -> int:
    """Put the chart of `table` below its rows, at row `at`; how many rows it covers."""
    keys = table.keys
    across = keys.index(chart.across)
    # Rows without a name stand last.
    named = min(sum(row[across] is not None for row in table.rows), MOST_BARS)
    if not named:
        return 0
    kind = {"type": chart.kind, "subtype": "stacked"} if chart.stacked else {"type": chart.kind}
    drawn = book.add_chart(kind)
    for nth, measure in enumerate(chart.measures):
        column, shade = keys.index(measure), SHADES[nth % len(SHADES)]
        look: dict[str, Any] = {"fill": {"color": shade}}
        if chart.kind == "line":
            look = {
                "line": {"color": shade, "width": 2, "dash_type": _DASHES[nth % 4]},
                "marker": {"type": "circle", "size": 5, "fill": {"color": shade}, "border": {"color": shade}},
            }
        drawn.add_series(
            {
                "name": [sheet.get_name(), 0, column],
                "categories": [sheet.get_name(), 1, across, named, across],
                "values": [sheet.get_name(), 1, column, named, column],
                "data_labels": {"value": chart.kind == "bar"},
                **look,
            }
        )
    title = line(chart.title)
    drawn.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    drawn.set_legend({"position": "bottom"} if len(chart.measures) > 1 else {"none": True})
    if chart.kind == "bar":
        drawn.set_y_axis({"reverse": True})
        drawn.set_x_axis({"crossing": "max", "major_gridlines": {"visible": True}})
    else:
        drawn.set_x_axis({"text_axis": True, "num_format": "yyyy-mm-dd"})
        drawn.set_y_axis({"min": 0})
    series = 1 if chart.stacked else len(chart.measures)
    height = 300 if chart.kind == "line" else 110 + named * (8 + 14 * series)
    drawn.set_size({"width": 760, "height": height})
    sheet.insert_chart(at, 0, drawn, {"description": title, "object_position": 1})
    return height // _ROW + 2
