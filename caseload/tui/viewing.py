"""A document looked at with this machine's own programs: a private copy in the runtime folder, whose name says nothing, removed when
caseload ends. What a killed screen leaves there is swept by the next."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from textual.app import SuspendNotSupported

from ..errors import Refused
from ..messages import _
from .editor import Runner, alive, call, home, wipe

_PREFIX = "caseload-view-"
# The copies of this screen.
_copies: set[Path] = set()


def place(ending: str, environ: Mapping[str, str] | None = None) -> Path:
    """A new, empty, private file with that ending, in a folder of its own. Raises Refused where none can be made."""
    try:
        env = os.environ if environ is None else environ
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=home(env)))
        _copies.add(folder)
        path = folder / f"document.{ending}"
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return path
    except OSError as error:
        raise Refused(_("No private copy can be made to look at: {why}.").format(why=error.strerror)) from None


def show(
    suspended: Callable[[], AbstractContextManager[None]],
    path: Path,
    *,
    environ: Mapping[str, str] | None = None,
    runner: Runner | None = None,
) -> None:
    """Has the copy shown: by CASELOAD_OPEN, else by the system's own way. Raises Refused where nothing shows it; the copy is gone then."""
    try:
        with suspended():
            code = (runner or call)([*_program(os.environ if environ is None else environ), str(path)])
        if code:
            raise Refused(_("The program that shows files ended with an error ({code}).").format(code=code))
    except SuspendNotSupported:
        drop(path)
        raise Refused(_("This terminal cannot be lent to a program that shows files.")) from None
    except OSError as error:
        drop(path)
        raise Refused(_("The program that shows files cannot be run: {why}.").format(why=error.strerror)) from None
    except Refused:
        drop(path)
        raise


def drop(path: Path) -> None:
    """Remove one copy."""
    wipe(path.parent)
    _copies.discard(path.parent)


def close() -> None:
    """Remove every copy of this screen."""
    for folder in list(_copies):
        wipe(folder)
    _copies.clear()


def sweep(environ: Mapping[str, str] | None = None) -> None:
    """Remove what screens of this person left that are no more."""
    base = home(os.environ if environ is None else environ) or Path(tempfile.gettempdir())
    for folder in base.glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            if pid.isdigit() and folder.stat(follow_symlinks=False).st_uid == os.getuid() and not alive(int(pid)):
                wipe(folder)


def _program(env: Mapping[str, str]) -> list[str]:
    """What shows files here. Raises Refused."""
    try:
        said = shlex.split(env.get("CASELOAD_OPEN") or "")
    except ValueError:
        raise Refused(_("CASELOAD_OPEN has a quote that is not closed.")) from None
    found = said or ["open" if sys.platform == "darwin" else "xdg-open"]
    if shutil.which(found[0], path=env.get("PATH")) is None:
        raise Refused(
            _("No program to show files was found. Set CASELOAD_OPEN to one, or write it out: caseload document get")
        )
    return found
