"""The one place where what went wrong becomes an exit code and a sentence. No traceback ever reaches the person."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Sequence

from caseload.errors import CaseloadError
from caseload.messages import _

INTERRUPTED = 130


def guarded(work: Callable[[], int | None], args: Sequence[str]) -> int:
    """Run `work` and give the exit code of the whole command line `args`."""
    from .terminal import speak_utf8

    speak_utf8()
    try:
        code = work() or 0
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader has seen enough (`| head`): nothing failed.
        _close_quietly()
        return 0
    except KeyboardInterrupt:
        _tell(_("Stopped. Nothing was left half-done."))
        return INTERRUPTED
    except CaseloadError as error:
        if os.environ.get("CASELOAD_DEBUG") == "1":
            raise
        _report(args, error.exit_code, error.code, error.message, error.details)
        return error.exit_code
    except Exception as error:
        if os.environ.get("CASELOAD_DEBUG") == "1":
            raise
        return _other(error, args)


def _other(error: Exception, args: Sequence[str]) -> int:
    kind = type(error)
    if kind.__name__ == "Exit" and hasattr(error, "exit_code"):
        return int(error.exit_code)
    if kind.__name__ == "Abort":
        _tell(_("Stopped. Nothing was changed."))
        return 1
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        return _misused(error, args)
    if isinstance(error, OSError):
        message = _("The file could not be read or written: {reason}.").format(reason=error.strerror or kind.__name__)
        where = [str(error.filename)] if error.filename else []
        _report(args, 1, "refused", message, where)
        return 1
    # Neither the text of the fault nor its values: they may hold what a client said.
    _report(
        args,
        1,
        "fault",
        _(
            "caseload stopped on a fault of its own ({kind} in {place}). Nothing that was not confirmed was done."
        ).format(kind=kind.__name__, place=_place(error)),
        [_("Run the same command with CASELOAD_DEBUG=1 to see everything, and report it without clients' data.")],
    )
    return 1


def _misused(error: Exception, args: Sequence[str]) -> int:
    """Typer's own complaints: an unknown command or option, a missing argument, a bad value."""
    context = getattr(error, "ctx", None)
    details = []
    message = error.format_message()  # type: ignore[attr-defined]
    if type(error).__name__ == "NoArgsIsHelpError":
        _tell(message)
        return 2
    if getattr(error, "option_name", None) in ("--database", "--as", "--today", "--key-fd"):
        details.append(_("{option} stands before the command.").format(option=error.option_name))  # type: ignore[attr-defined]
    if context is not None:
        details.append(_("`{command} --help` shows how it is used.").format(command=context.command_path))
    _report(args, 2, "usage", message, details)
    return 2


def _place(error: Exception) -> str:
    frame = error.__traceback__
    place = "?"
    while frame is not None:
        name = frame.tb_frame.f_code.co_filename.replace(os.sep, "/")
        if "/caseload/" in name:
            place = f"{name.rpartition('/caseload/')[2]}:{frame.tb_lineno}"
        frame = frame.tb_next
    return place


def wants_json(args: Sequence[str]) -> bool:
    """Whether the command line asks for JSON, read without a parser: a line that cannot be parsed asks too."""
    before = list(args)[: list(args).index("--")] if "--" in args else list(args)
    return "--format=json" in before or any(a == "--format" and b == "json" for a, b in itertools.pairwise(before))


def _report(args: Sequence[str], exit_code: int, code: str, message: str, details: Sequence[str]) -> None:
    if wants_json(args):
        import json

        thing = {"error": {"code": code, "message": message, "details": list(details)}}
        from .output import inert_json

        _tell_raw(inert_json(json.dumps(thing, ensure_ascii=False)))
        return
    _tell("caseload: " + message)
    for detail in details:
        _tell("  " + detail)


def _tell(text: str) -> None:
    from caseload.text import block

    _tell_raw(block(text))


def _tell_raw(text: str) -> None:
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except OSError:
        pass


def _close_quietly() -> None:
    """Point standard output at nothing, so that the interpreter's last flush says nothing either."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
    except (OSError, ValueError, AttributeError):
        pass
