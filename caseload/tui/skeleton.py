"""The first frame, painted before anything of ours is imported that it does not need."""

from __future__ import annotations

from rich.segment import Segment
from textual.screen import Screen
from textual.strip import Strip

from ..messages import _


class Skeleton(Screen[None], inherit_bindings=False):
    """What is seen until the pages are there."""

    CSS = "Skeleton { background: $background; color: $foreground; }"

    def on_mount(self) -> None:
        # The reading thread imports the practice while this is painted.
        self.app.begin()  # type: ignore[attr-defined]
        self.call_after_refresh(self.app.arrive)  # type: ignore[attr-defined]

    def render_line(self, y: int) -> Strip:
        words = {0: _(" Today"), 3: _("  One moment…")}.get(y, "")
        return Strip([Segment(words, self.rich_style)]).adjust_cell_length(self.size.width, self.rich_style)
