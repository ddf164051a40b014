"""The installed program in a real pseudo-terminal, its screen rebuilt from the bytes it sends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from typing import Self

import pyte

# What a terminal answers when it is asked about itself.
_ANSWERS = {
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[6n": b"\x1b[1;1R",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
}
_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*[a-zA-Z]")
# Far longer than anything takes: only a test that fails waits so long.
_LIMIT = 60.0


class Terminal:
    """One run of the program. Waiting is always for something to be seen, or for the program to have ended."""

    def __init__(self, *args: str, columns: int = 80, rows: int = 24, **env: str) -> None:
        self.argv = [sys.executable, "-m", "caseload", *args]
        self.size = (columns, rows)
        self.env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **env}
        self.bytes = b""
        self.code: int | None = None

    def __enter__(self) -> Self:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # A suite that runs in the background must not hand its deafness on.
            for one in (signal.SIGHUP, signal.SIGINT):
                signal.signal(one, signal.SIG_DFL)
            os.execvpe(self.argv[0], self.argv, self.env)
        self.resize(*self.size)
        return self

    def __exit__(self, *_error: object) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def resize(self, columns: int, rows: int) -> None:
        self.size = (columns, rows)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def hang_up(self, limit: float = 20.0) -> None:
        """The window is closed; waits until the program has noticed."""
        ended = os.pidfd_open(self.pid)
        os.close(self.fd)
        self.fd = os.open(os.devnull, os.O_RDWR)
        try:
            assert select.select([ended], [], [], limit)[0], "it goes on without a terminal"
        finally:
            os.close(ended)
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def pump(self, seconds: float) -> bool:
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            return False
        self.bytes += data
        for asked, answer in _ANSWERS.items():
            if asked in data:
                os.write(self.fd, answer)
        return True

    def screen(self) -> str:
        """What a person sees now."""
        screen = pyte.Screen(*self.size)
        pyte.ByteStream(screen).feed(_PRIVATE.sub(b"", self.bytes))
        return "\n".join(line.rstrip() for line in screen.display)

    def until(self, *words: str) -> str:
        """Waits until the words, or any of several, can be read; returns the screen."""
        deadline = time.monotonic() + _LIMIT
        while time.monotonic() < deadline:
            self.pump(0.05)
            shown = self.screen()
            if any(one in shown for one in words):
                return shown
            if self.ended():
                break
        raise AssertionError(f"{words} was never seen (exit {self.code}); the screen:\n{self.screen()}")

    def until_ended(self) -> int:
        """Waits for the program to end; its exit code, negative for a signal."""
        deadline = time.monotonic() + _LIMIT
        while time.monotonic() < deadline:
            self.pump(0.02)
            if self.ended():
                while self.pump(0.02):
                    pass
                assert self.code is not None
                return self.code
        raise AssertionError(f"still running; the screen:\n{self.screen()}")

    def ended(self) -> bool:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None
