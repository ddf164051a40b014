"""`caseload demo`: a made-up agency to try everything in."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from caseload.messages import _

from . import output
from .frame import Family, session
from .options import Format, said
from .output import Column
from .progress import progress
from .session import Session
from .table import facts
from .terminal import has_screen, say

commands = Family()


@commands.command(
    "demo",
    "caseload demo --cases 60",
    "caseload --today 2026-11-20 demo --cases 60 --seed 7 --no-open --format json",
    help=_(
        "Make a made-up agency in a database of its own, or open the one that is there, and show the screen (without a "
        "terminal: the queue as text). Its worker demo may do everything; --as shows the others. With --today its day "
        "stands still."
    ),
)
def demo(
    ctx: typer.Context,
    cases: Annotated[int | None, said("N", _("How many cases."), "--cases")] = None,
    workers: Annotated[int | None, said("N", _("How many workers."), "--workers")] = None,
    seed: Annotated[
        int | None,
        said("N", _("Which agency: the same number makes the same one."), "--seed"),
    ] = None,
    open_it: Annotated[
        bool, typer.Option("--open/--no-open", help=_("Open the screen, or print what was made."))
    ] = True,
    format: Format = None,
) -> None:
    from caseload import demo as made_up

    asked = session(ctx)
    with progress(_("Making up an agency")) as step:
        summary = made_up.build(asked.settings, made_up.DemoOptions(cases, workers, seed), step)
    if not open_it:
        made = asdict(summary)
        output.thing(made, [Column(key) for key in made], format, lambda: facts(made.items()))
        return
    # The demo keeps the day it was made with.
    there = replace(made_up.place(asked.settings), today=None)
    if has_screen():
        from caseload import tui

        from .unlock import before_the_screen

        before_the_screen(there)
        raise typer.Exit(tui.run(there))
    from .queue import print_queue

    say(
        _("The made-up agency is in {database}. There is no terminal for the screen; this is the queue.").format(
            database=there.shown
        )
    )
    with Session.at(there) as opened:
        print_queue(opened, format or "table")
