"""A person's own editor on a private file: made for the moment, readable by nobody else, gone afterwards.

The editor is told to leave no copies behind where it can be told. A screen that is killed while the editor is open leaves
its file; the next start takes the words up and wipes it, as `take_up` in scribbles.py says.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from textual.app import SuspendNotSupported

from ..errors import Refused
from ..messages import _

Runner = Callable[[list[str]], int]

_PREFIX = "caseload-"
_ABOUT, _NOTE = "about.json", "note.txt"
# What keeps an editor from leaving swap, backup, undo and history files about; by the program's name.
_VIM = ("-n", "-i", "NONE", "-c", "set nobackup nowritebackup noundofile")
_EMACS = ("--eval", "(setq make-backup-files nil auto-save-default nil create-lockfiles nil)")
_QUIET = {
    "vim": _VIM, "nvim": _VIM, "gvim": _VIM, "vim.basic": _VIM, "vim.tiny": _VIM, "vim.nox": _VIM, "vim.gtk3": _VIM,
    "nano": ("-I",), "emacs": _EMACS, "emacs-nox": _EMACS, "emacs-gtk": _EMACS, "joe": ("-nobackups",),
    "micro": ("-backup", "false", "-savecursor", "false", "-savehistory", "false", "-saveundo", "false"),
}  # fmt: skip


class Left(NamedTuple):
    """What an editor's file held when its screen died: where it was being written, the words, and how old they are in
    seconds."""

    place: str
    seen: int | None
    text: str
    age: float


class About(NamedTuple):
    """Whose words they are (the spool's name for that person), and where they belong."""

    whose: str
    place: str
    seen: int | None = None


def edit(
    suspended: Callable[[], AbstractContextManager[None]],
    text: str,
    *,
    about: About | None = None,
    environ: Mapping[str, str] | None = None,
    runner: Runner | None = None,
) -> str | None:
    """The text as the editor left it, or None where it was left unchanged. Raises Refused where the editor cannot run or
    ends with an error: what was typed before is then still there.

    The file lies in the user's runtime folder, which dies with the login, where there is one; its name says nothing.
    """
    env = os.environ if environ is None else environ
    try:
        command = quieted(shlex.split(env.get("VISUAL") or env.get("EDITOR") or "") or ["vi"])
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=home(env)))
    except ValueError:
        raise Refused(_("EDITOR or VISUAL has a quote that is not closed. Set it right, or write here.")) from None
    except OSError as error:
        raise _unusable(error) from None
    path = folder / _NOTE
    try:
        # First, so that no words lie there of which nobody knows whose they are.
        if about is not None:
            _private(folder / _ABOUT, json.dumps({**about._asdict(), "began": text}))
        _private(path, text)
        with suspended():
            code = _run([*command, str(path)], runner or call)
        found = path.read_text("utf-8", errors="replace")
        # An editor that was killed has thrown nothing away: what it had written is kept. One that says no means it.
        if code > 0 or (code < 0 and found in (text, "")):
            raise Refused(
                _("The editor ended with an error ({code}). Your text is as it was before.").format(code=code)
            )
    except SuspendNotSupported:
        raise Refused(_("This terminal cannot be lent to an editor; write here.")) from None
    except OSError as error:
        raise _unusable(error) from None
    finally:
        wipe(folder)
    return None if found == text else found


def _unusable(error: OSError) -> Refused:
    return Refused(_("The editor cannot be used: {why}. Set EDITOR, or write here.").format(why=error.strerror))


def quieted(command: list[str]) -> list[str]:
    """The editor's command, told to keep no copies where it is known how."""
    found = shutil.which(command[0])
    names = (Path(command[0]).name, Path(found).resolve().name if found else "")
    options = next((_QUIET[name] for name in reversed(names) if name in _QUIET), ())
    return [command[0], *options, *command[1:]]


def left(whose: str, environ: Mapping[str, str] | None = None) -> Iterator[tuple[Left | None, Path]]:
    """The folders that dead screens of this person left, each with its words where they were changed. One that does not
    say whose it is holds no words: its screen died before they were written there."""
    base = home(os.environ if environ is None else environ) or Path(tempfile.gettempdir())
    for folder in sorted(base.glob(f"{_PREFIX}*-*")):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            if not pid.isdigit() or folder.stat().st_uid != os.getuid() or alive(int(pid)):
                continue
            about = _about(folder)
            if about is not None and about["whose"] == whose:
                yield _changed(folder / _NOTE, about), folder
            elif about is None and all(one.name == _ABOUT or _NOTE in one.name for one in folder.iterdir()):
                yield None, folder


def _about(folder: Path) -> dict[str, Any] | None:
    """Whose words lie there and where they belong; None where that cannot be read."""
    try:
        found = json.loads((folder / _ABOUT).read_text("utf-8"))
        return found if {*About._fields, "began"} <= found.keys() else None
    except (FileNotFoundError, ValueError, AttributeError):
        return None


def _changed(path: Path, about: Mapping[str, Any]) -> Left | None:
    """The words in that file, where they are others than it began with."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return None
    age = max(0.0, time.time() - path.stat().st_mtime)
    return Left(about["place"], about["seen"], text, age) if text.strip() and text != about["began"] else None


def wipe(folder: Path) -> None:
    """The folder and all in it: the editor may have left a copy beside the text (note.txt~, .note.txt.swp)."""
    for one in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            one.unlink()
    with suppress(OSError):
        folder.rmdir()


def home(env: Mapping[str, str]) -> Path | None:
    runtime = env.get("XDG_RUNTIME_DIR")
    return Path(runtime) if runtime and Path(runtime).is_dir() else None


def _private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _run(command: list[str], runner: Runner) -> int:
    try:
        return runner(command)
    except FileNotFoundError:
        raise Refused(_("There is no editor {name!r}. Set EDITOR to one you have.").format(name=command[0])) from None


def call(command: list[str]) -> int:
    return subprocess.run(command, check=False).returncode
