"""Counting over many cases: how people are doing since the beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...messages import _
from .. import doing_well
from ..prompts import Words

if TYPE_CHECKING:
    from ..screens.page import Page


async def outcomes(page: Page) -> None:
    """Of which cases; then the numbers, each with its rows."""
    from ..screens.outcomes import OutcomesPage

    question: Words[str] = Words(
        _("Of which cases:"), reads=str.strip, hint=_("Enter: all you see; or team:north, program:housing")
    )
    query = await page.ask(question)
    await page.desk.read(doing_well.counted, query)  # a query that cannot be understood is said here
    await page.visit(OutcomesPage(query))
