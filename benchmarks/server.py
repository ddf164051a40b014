"""A PostgreSQL of one's own that can be stopped hard and started again, and keeps what it was told to keep."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support import postgres


class Own:
    """Unlike the tests' server it commits for good: what a killed server forgets would be blamed on us."""

    def __init__(self, home: Path) -> None:
        self.home, self.data = home, home / "data"
        self.who: dict[str, Any] = {}
        if os.geteuid() == 0:
            self.who = postgres._ordinary_user()
            os.chown(home, self.who["user"], self.who["group"])
        self.programs = postgres._reachable(postgres.find()[0].folder, home, self.who)
        self.server: subprocess.Popen[bytes] | None = None
        self._call("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")

    def _call(self, program: str, *args: object) -> None:
        command = [str(one) for one in (self.programs / program, *args)]
        subprocess.run(
            command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=self.home, **self.who
        )

    def start(self, *, durable: bool = True) -> None:
        settings = ["listen_addresses=", f"unix_socket_directories={self.home}", "max_connections=200"]
        # Of a small agency's server: a quarter of eight gigabytes.
        settings += ["wal_sync_method=fdatasync", "shared_buffers=2GB", "max_wal_size=8GB"]
        if not durable:
            settings += ["fsync=off", "full_page_writes=off"]
        quiet = [part for one in settings for part in ("-c", one)]
        with (self.home / "log").open("ab") as log:
            self.server = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.data), *quiet],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home, **self.who,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while not postgres._ready(self.data):
            if self.server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("PostgreSQL did not come up:\n" + (self.home / "log").read_text()[-2000:])
            time.sleep(0.02)

    def stop(self) -> None:
        """At once, as when the power goes."""
        if self.server is not None:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait(30)
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            self.server = None

    def restart(self, *, durable: bool = True) -> None:
        """Stopped in good order, with everything on the disk, and started again."""
        if self.server is not None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(600)
            os.sync()
        self.start(durable=durable)

    def analyze(self) -> None:
        """What a server does by itself as its tables grow: look at them, so that it can plan."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute("VACUUM (ANALYZE)")
            conn.execute("CHECKPOINT")

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/caseload?host={self.home}"

    def create(self, name: str = "caseload") -> None:
        import psycopg

        with psycopg.connect(self.url.replace("/caseload?", "/postgres?"), autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name}")


@contextmanager
def own() -> Iterator[Own]:
    """A started server with an empty database; gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="caseload-pg-"))
    made = Own(home)
    try:
        made.start()
        made.create()
        yield made
    finally:
        made.stop()
        shutil.rmtree(home, ignore_errors=True)
