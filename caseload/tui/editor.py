"""A person's own editor on a private file: made for the moment, readable by nobody else, gone afterwards."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from textual.app import SuspendNotSupported

from ..errors import Refused
from ..messages import _

Runner = Callable[[list[str]], int]


def edit(
    suspended: Callable[[], AbstractContextManager[None]],
    text: str,
    *,
    environ: Mapping[str, str] | None = None,
    runner: Runner | None = None,
) -> str | None:
    """The text as the editor left it, or None where it was left unchanged. Raises Refused where the editor cannot run or
    ends with an error: what was typed before is then still there.

    The file lies in the user's runtime folder, which dies with the login, where there is one; its name says nothing.
    """
    env = os.environ if environ is None else environ
    command = shlex.split(env.get("VISUAL") or env.get("EDITOR") or "") or ["vi"]
    runtime = env.get("XDG_RUNTIME_DIR")
    folder = Path(tempfile.mkdtemp(prefix="caseload-", dir=runtime if runtime and Path(runtime).is_dir() else None))
    path = folder / "note.txt"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        with suspended():
            code = _run([*command, str(path)], runner or _call)
        if code != 0:
            raise Refused(
                _("The editor ended with an error ({code}). Your text is as it was before.").format(code=code)
            )
        found = path.read_text("utf-8", errors="replace")
    except SuspendNotSupported:
        raise Refused(_("This terminal cannot be lent to an editor; write here.")) from None
    except OSError as error:
        raise Refused(
            _("The editor cannot be used: {why}. Set EDITOR, or write here.").format(why=error.strerror)
        ) from None
    finally:
        # The editor may have left a copy beside it (note.txt~, .note.txt.swp).
        for left in folder.iterdir():
            with suppress(OSError):
                left.unlink()
        with suppress(OSError):
            folder.rmdir()
    return None if found == text else found


def _run(command: list[str], runner: Runner) -> int:
    try:
        return runner(command)
    except FileNotFoundError:
        raise Refused(_("There is no editor {name!r}. Set EDITOR to one you have.").format(name=command[0])) from None


def _call(command: list[str]) -> int:
    return subprocess.run(command, check=False).returncode
