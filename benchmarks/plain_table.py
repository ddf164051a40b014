"""A plain Textual DataTable over the csv file named on the command line: what one gets without windows of rows."""

from __future__ import annotations

import csv
import sys

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class Plain(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        with open(sys.argv[1], encoding="utf-8", newline="") as source:
            lines = csv.reader(source)
            table.add_columns(*next(lines))
            table.add_rows(lines)


Plain().run()
