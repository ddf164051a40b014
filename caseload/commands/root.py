"""`caseload` itself: the global options, and the commands, each imported when it is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_command

from caseload.errors import Usage
from caseload.messages import _

from .frame import Family, Group, _plainly
from .guard import guarded
from .index import entries, sections
from .session import Session


def family(module: str) -> Family:
    """The commands declared in one module of this package."""
    found: Family = import_module(f"caseload.commands.{module}").commands
    return found


class Root(Group):
    """The top of the command line: knows every command's name, and none of their modules until asked."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command's name, in the order of the help."""
        return list(entries())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """That command, its module imported now; None when there is none."""
        entry = entries().get(cmd_name)
        return family(entry.module).build(entry.name) if entry else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands, from the index alone."""
        wide = max(map(len, entries()))
        for heading, group in sections():
            with formatter.section(heading):
                formatter.write_dl([(entry.name.ljust(wide), entry.help) for entry in group])

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Names for the shell's Tab, without importing what they name."""
        from typer._click.shell_completion import CompletionItem

        return [CompletionItem(e.name, help=e.help) for e in entries().values() if e.name.startswith(incomplete)]


def _version(value: bool) -> None:
    if value:
        from caseload import __version__

        sys.stdout.write(f"caseload {__version__}\n")
        raise typer.Exit


def _root(
    ctx: typer.Context,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="URL|PATH", help=_("Where the data is (CASELOAD_DATABASE).")),
    ] = None,
    worker: Annotated[
        str | None,
        typer.Option("--as", metavar="WORKER", help=_("Who is asking, on SQLite (CASELOAD_WORKER).")),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option("--today", metavar="DATE", help=_("Answer as of that day, changing nothing (CASELOAD_TODAY).")),
    ] = None,
    deidentified: Annotated[
        bool,
        typer.Option(
            "--deidentified", help=_("Open the screen without identity; to a command, give it after its name.")
        ),
    ] = False,
    key_fd: Annotated[
        str | None,
        typer.Option(
            "--key-fd", metavar="N", help=_("The file descriptor with an encrypted database's key (CASELOAD_KEY_FD).")
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Show the version."))
    ] = False,
) -> None:
    if deidentified:
        raise Usage(
            _("--deidentified before a command opens the screen. Give it after: caseload show CASE --deidentified")
        )
    ctx.obj = Session(database, worker, today, key_fd)


def build() -> Any:
    """The whole command line, as Typer runs it."""
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    about = _("Keyboard-driven caseload management. Without a command it opens the screen.")
    app.callback(
        cls=Root, help=about, epilog=_("`caseload COMMAND --help` shows a command's options and two examples.")
    )(_root)
    return _plainly(get_command(app))


def run(args: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    return guarded(lambda: _run(list(args)), args)


def _run(args: list[str]) -> int:
    for arg in args:
        if any("\ud800" <= letter <= "\udfff" for letter in arg):
            raise Usage(_("The command line is not UTF-8. Set the terminal and LANG to a UTF-8 locale."))
    root = build()
    if "_CASELOAD_COMPLETE" in os.environ:
        return root.main(args, prog_name="caseload", standalone_mode=False) or 0
    with root.make_context("caseload", args) as ctx:
        try:
            root.invoke(ctx)
        finally:
            if ctx.obj is not None:
                ctx.obj.close()
    return 0
