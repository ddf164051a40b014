"""A full-screen program in a pseudo-terminal, timed from outside by the bytes it sends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from typing import Self

# What a terminal answers when asked about itself; a program that waits for an answer would be charged for its patience.
_ANSWERS = {
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[6n": b"\x1b[1;1R",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
    b"\x1b[?u": b"\x1b[?0u",
}
_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>78MDEHc])")


class Terminal:
    """One program at a terminal of `columns` x `rows`."""

    def __init__(
        self, argv: list[str], *, columns: int = 80, rows: int = 24, env: dict[str, str] | None = None
    ) -> None:
        self.argv, self.columns, self.rows = argv, columns, rows
        self.env = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "TEXTUAL_ANIMATIONS": "none",
            **(env or {}),
        }
        self.chunks: list[tuple[float, bytes]] = []

    def __enter__(self) -> Self:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
            os.execvpe(self.argv[0], self.argv, self.env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
        return self

    def __exit__(self, *_error: object) -> None:
        for sent in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(self.pid, sent)
            except ProcessLookupError:
                break
            deadline = time.perf_counter() + 2
            while time.perf_counter() < deadline:
                self.pump(0.02)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.fd)
                    return
        os.close(self.fd)

    def pump(self, seconds: float) -> bool:
        """Read what arrives within `seconds`; true where something did."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return False
        if not data:
            return False
        self.chunks.append((time.perf_counter(), data))
        for asked, answer in _ANSWERS.items():
            if asked in data:
                os.write(self.fd, answer)
        return True

    def seconds_until(self, words: str, limit: float = 60.0) -> float:
        """Seconds from the start until `words` can be read on the screen."""
        plain, seen, deadline = b"", 0, time.perf_counter() + limit
        while time.perf_counter() < deadline:
            self.pump(0.005)
            for stamp, data in self.chunks[seen:]:
                seen += 1
                plain = (plain + _ESCAPES.sub(b"", data))[-16384:]
                if words.encode() in plain:
                    return stamp - self.started
        raise TimeoutError(f"{words!r} never came; the last that did: {plain[-400:]!r}")

    def quiet(self, seconds: float = 0.3, limit: float = 20.0) -> None:
        """Read until nothing has come for `seconds`."""
        last, deadline = time.perf_counter(), time.perf_counter() + limit
        while time.perf_counter() < deadline and time.perf_counter() - last < seconds:
            if self.pump(0.005):
                last = time.perf_counter()

    def press(self, keys: str | bytes, quiet: float = 0.04) -> tuple[float, int]:
        """Milliseconds from a key to the last byte it caused, and how many bytes those were."""
        while self.pump(0):
            pass
        before = len(self.chunks)
        sent = time.perf_counter()
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)
        while len(self.chunks) == before and time.perf_counter() - sent < 2:
            self.pump(0.005)
        self.quiet(quiet, 3)
        got = self.chunks[before:]
        return ((got[-1][0] - sent) * 1000, sum(len(data) for _stamp, data in got)) if got else (float("nan"), 0)

    def resident(self) -> float:
        """Resident memory in MiB."""
        import psutil

        return float(psutil.Process(self.pid).memory_info().rss) / 2**20
