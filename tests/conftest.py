"""Both engines for every test that asks for one, and a world without the developer's own settings."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from .support import compiled, examples, postgres  # noqa: F401 - every test draws its examples as it says
from .support.databases import ENGINES, Databases
from .support.lots import lots


class Run:
    """What one process of the run knows of the PostgreSQL server: where it is, or why there is none."""

    def __init__(self) -> None:
        self.server: postgres.Server | None = None
        self.failure = ""

    def start(self) -> None:
        """Starts the server unless it runs. A failure is kept: it is told once a test, not tried again."""
        if self.server is None and not self.failure:
            try:
                self.server = postgres.Server.start()
            except postgres.NoServer as error:
                self.failure = str(error)

    def required(self) -> postgres.Server:
        self.start()
        if self.server is None:
            pytest.fail(self.failure, pytrace=False)
        return self.server

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()


RUN = pytest.StashKey[Run]()


# ---------------------------------------------------------------- one server for the whole run


def pytest_configure(config: pytest.Config) -> None:
    _leave_the_developer_behind()
    compiled.share()
    run = config.stash[RUN] = Run()
    given = getattr(config, "workerinput", {}).get("caseload_postgres")
    if given:
        run.failure = given["failure"]
        if not run.failure:
            run.server = postgres.Server(given["url"], given["version"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist: the controller owns the server, its workers are told where it is."""
    run = node.config.stash[RUN]
    run.start()
    node.workerinput["caseload_postgres"] = {
        "failure": run.failure,
        "url": run.server.url if run.server else "",
        "version": run.server.version if run.server else "",
    }


def pytest_collection_finish() -> None:
    """Thousands of tests and every module stay to the end: the collector need not go through them each time."""
    gc.collect()
    gc.freeze()
    # A screen freezes what it has imported as it starts; the next one's start would keep for good what the last has left.
    gc.freeze = lambda: None
    # What a test throws away may lie for a while: looking through everything that lives took a quarter of the time.
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is not None:
        run.stop()


def _leave_the_developer_behind() -> None:
    """No test may read this person's settings, meet their servers or depend on their terminal or language."""
    keep = {"CASELOAD_TEST_PG", "CASELOAD_TEST_PG_VERSION"}
    for name in list(os.environ):
        own_server = os.environ.get("CASELOAD_TEST_PG") and name.startswith("PG")
        if (name.startswith(("CASELOAD_", "PG")) and name not in keep and not own_server) or name in (
            "LANGUAGE", "LC_MESSAGES", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "EDITOR", "VISUAL",
        ):  # fmt: skip
            del os.environ[name]
    os.environ["LC_ALL"] = "C.UTF-8"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


# ---------------------------------------------------------------- saying what was tested


def pytest_report_header(config: pytest.Config) -> str:
    given = os.environ.get("CASELOAD_TEST_PG")
    try:
        server = "the one of CASELOAD_TEST_PG" if given else postgres.find()[0].version
    except postgres.NoServer as error:
        server = f"none ({error})"
    return f"engines: SQLite {sqlite3.sqlite_version}, PostgreSQL {server}"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.outcome != "skipped":
        _tests.update(str(name) for key, name in report.user_properties if key == "engine")


_tests: Counter[str] = Counter()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    run = config.stash[RUN]
    versions = {"sqlite": f" (SQLite {sqlite3.sqlite_version})"}
    if run.server:
        versions["postgresql"] = f" (PostgreSQL {run.server.version})"
    told = (f"{engine}: {_tests[engine]} tests{versions.get(engine, '')}" for engine in ENGINES)
    terminalreporter.write_sep("-", "engines")
    terminalreporter.write_line(", ".join(told))
    if run.failure:
        terminalreporter.write_line(run.failure, red=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    engine = getattr(item, "callspec", None) and item.callspec.params.get("engine_name")  # type: ignore[attr-defined]
    if engine:
        item.user_properties.append(("engine", engine))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """What a fixture makes is the same, whichever test asks for it first."""
    with lots(fixturedef.argname):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    with lots(item.nodeid):
        return (yield)


# ---------------------------------------------------------------- fixtures


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own, so that settings, data and spool files of this machine are out of reach."""
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
    for name in [n for n in os.environ if n.startswith("XDG_")]:
        monkeypatch.delenv(name)
    return home


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """`sqlite`, then `postgresql`: a test that takes it, or anything below, runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes databases of any kind, for fixtures that need more than one or share one in a module."""
    folder = _in_memory() or tmp_path_factory.mktemp("databases")
    made = Databases(folder, request.config.stash[RUN].required)
    yield made
    made.close()
    shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """A folder whose files no disk need wait for, where there is one: what is committed is tried here, not how it survives a
    power cut."""
    with suppress(OSError):
        return Path(tempfile.mkdtemp(prefix="caseload-files-", dir="/dev/shm"))
    return None


@pytest.fixture
def empty_url(engine_name: str, databases: Databases) -> Iterator[str]:
    """An empty database of the test's own."""
    url = databases.empty(engine_name)
    yield url
    databases.drop(url)


@pytest.fixture
def database_url(engine_name: str, databases: Databases) -> Iterator[str]:
    """A database of the test's own with today's schema and nothing in it."""
    url = databases.migrated(engine_name)
    yield url
    databases.drop(url)
