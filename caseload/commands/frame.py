"""How a command is declared: its words, its examples, its parameters; and how Typer is kept quick and discreet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, get_args

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from caseload.messages import _

from .session import Session

Body = TypeVar("Body", bound=Callable[..., Any])


def session(ctx: typer.Context) -> Session:
    """What this command line asked for."""
    found: Session = ctx.obj
    return found


class Plain:
    """Values of words, whole numbers, flags and fixed choices, read without pydantic.

    Typer builds a pydantic adapter for every parameter, which costs each command 80 ms of imports; what our
    commands take is simpler than that. Dates, case numbers and names are read by the commands themselves.
    """

    def __init__(self, annotation: Any, low: float | None, high: float | None) -> None:
        self.each = get_args(annotation)[0] if getattr(annotation, "__origin__", None) is list else annotation
        self.choices = get_args(self.each)
        self.low, self.high = low, high

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command's body takes it. Raises Typer's BadParameter."""
        many = param.multiple or param.nargs == -1
        if value is None:
            return () if many else None
        if many:
            return [self._one(item, param, ctx) for item in value]
        return self._one(value, param, ctx)

    def _one(self, value: Any, param: Any, ctx: Any) -> Any:
        if self.choices:
            if value not in self.choices:
                raise typer.BadParameter(
                    _("use one of {choices}.").format(choices=", ".join(self.choices)), ctx=ctx, param=param
                )
            return value
        if self.each is int:
            try:
                number = int(value)
            except ValueError:
                raise typer.BadParameter(_("a whole number is expected."), ctx=ctx, param=param) from None
            if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
                raise typer.BadParameter(
                    _("a number from {low} to {high} is expected.").format(low=self.low, high=self.high),
                    ctx=ctx,
                    param=param,
                )
            return number
        return value


def _read_plainly(param: Any) -> Any:
    info = param.type_descriptor.parameter_info
    param._runtime_param = Plain(param.type_descriptor.annotation, info.min, info.max)
    # Else the help would say 1<=x<=10000000 of every number.
    param.min = param.max = None
    return param


def _plainly(command: Any) -> Any:
    """Give every parameter of a built command its plain reader. Typer asks for its own only where none is set."""
    for param in command.params:
        _read_plainly(param)
    for child in getattr(command, "commands", {}).values():
        _plainly(child)
    return command


class _Helped:
    """`--help`, which Typer makes late, is read plainly too."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option, with its reader."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        return None if option is None else _read_plainly(option)


class Verb(_Helped, TyperCommand):
    """A command whose complaints do not repeat what was typed: it may be a client's name."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The arguments as people write them, then the options."""
        named = [(param.display_name_raw, param.required) for param in _arguments(self)]
        return [*(name if required else f"[{name}]" for name, required in named), "[OPTIONS]"]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options, without the types of Python."""
        arguments = [(param.display_name_raw, param.help or "") for param in _arguments(self)]
        options = [param for param in self.get_params(ctx) if param.param_type_name == "option"]
        if arguments:
            with formatter.section(_("Arguments")):
                formatter.write_dl(arguments)
        with formatter.section(_("Options")):
            formatter.write_dl([shown for param in options if (shown := param.get_help_record(ctx))])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, and refuse words left over without repeating them."""
        strict = not ctx.allow_extra_args
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and strict and not ctx.resilient_parsing:
            ctx.fail(
                _("{n} word too many. A text with spaces stands in quotes.").format(n=len(rest))
                if len(rest) == 1
                else _("{n} words too many. A text with spaces stands in quotes.").format(n=len(rest))
            )
        return rest


def _arguments(command: Any) -> list[Any]:
    return [param for param in command.params if param.param_type_name == "argument"]


class Group(_Helped, TyperGroup):
    """A command with commands of its own; one that does not exist is answered with those that do."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command named first in `args`, or a complaint that lists what there is."""
        names = self.list_commands(ctx)
        if args[0] in names:
            return args[0], self.get_command(ctx, args[0]), args[1:]
        if not args[0].startswith("-"):
            ctx.fail(no_such(names, args[0]))
        return super().resolve_command(ctx, args)


def no_such(names: Sequence[str], asked: str) -> str:
    """The sentence for a command that does not exist, with the nearest ones."""
    from difflib import get_close_matches

    if near := get_close_matches(asked, names):
        return _("There is no such command. Did you mean {near}?").format(near=", ".join(near))
    return _("There is no such command. There are: {names}.").format(names=", ".join(names))


class Family:
    """The commands of one module, by name. `build` gives one of them as Typer runs it."""

    def __init__(self) -> None:
        self._apps: dict[str, typer.Typer] = {}
        self.examples: dict[str, tuple[str, ...]] = {}

    def command(self, name: str, *examples: str, help: str, minus: bool = False) -> Callable[[Body], Body]:
        """Declare a top-level command, with whole example lines that a test runs.

        With `minus`, words may begin with a minus without being options.
        """
        app = self._apps[name] = _app()
        return self._declare(app, name, name, examples, help, minus)

    def group(self, name: str, help: str) -> Callable[..., Callable[[Body], Body]]:
        """Declare a command with commands of its own; gives the decorator for these."""
        app = self._apps[name] = _app()
        app.callback(cls=Group, help=help, no_args_is_help=True)(lambda: None)

        def command(child: str, *examples: str, help: str) -> Callable[[Body], Body]:
            return self._declare(app, child, f"{name} {child}", examples, help, False)

        return command

    def _declare(
        self, app: typer.Typer, name: str, path: str, examples: tuple[str, ...], help: str, minus: bool
    ) -> Callable[[Body], Body]:
        self.examples[path] = examples
        shown = "\n".join(["\b", _("Examples:"), *("  " + line for line in examples)])
        settings = {"ignore_unknown_options": True} if minus else None
        return app.command(name, cls=Verb, help=help, epilog=shown, context_settings=settings)

    def build(self, name: str) -> Any:
        """The command (or group) of that name, ready to run."""
        built = _plainly(get_command(self._apps[name]))
        built.name = name
        return built


def _app() -> typer.Typer:
    return typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
