"""Where the database is and who is asking: flag, then environment, then settings file, then the user's own folder."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from caseload import settings
from caseload.errors import Usage


@pytest.fixture
def config(own_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The settings file of this test's own user, not yet there."""
    monkeypatch.setenv("HOME", str(tmp_path))
    path = settings.settings_file()
    path.parent.mkdir(parents=True)
    return path


def connect_args(url: str) -> dict[str, str]:
    """What SQLAlchemy would hand to the driver for our URL."""
    _positional, options = PGDialect_psycopg().create_connect_args(make_url(url))
    return {key: str(value) for key, value in options.items()}


# ---------------------------------------------------------------- whose word counts


def test_without_any_setting_the_database_is_a_file_in_the_users_own_folder(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    found = settings.load(environ={})
    assert found.path is not None
    assert found.path.name == "caseload.db"
    assert tmp_path in found.path.parents
    assert (found.worker, found.today) == (None, None)
    assert {found.database_source, found.worker_source, found.today_source} == {"default"}
    assert not found.path.exists(), "looking must not create anything"


def test_the_flag_wins_over_the_environment_and_that_over_the_file(config: Path, tmp_path: Path) -> None:
    config.write_text('database = "/from/file.db"\nworker = "file"\n')
    env = {"CASELOAD_DATABASE": "/from/env.db", "CASELOAD_WORKER": "env", "CASELOAD_TODAY": "2026-11-20"}

    found = settings.load(database="/from/flag.db", as_worker="flag", today="2026-11-21", environ=env)
    assert (found.path, found.worker, found.today) == (Path("/from/flag.db"), "flag", date(2026, 11, 21))
    assert found.database_source == found.worker_source == found.today_source == "flag"

    found = settings.load(environ=env)
    assert (found.path, found.worker, found.today) == (Path("/from/env.db"), "env", date(2026, 11, 20))
    assert found.database_source == found.worker_source == found.today_source == "environment"

    found = settings.load(environ={})
    assert (found.path, found.worker, found.today) == (Path("/from/file.db"), "file", None)
    assert found.database_source == found.worker_source == "file"


def test_an_empty_variable_counts_as_not_set(config: Path) -> None:
    config.write_text('worker = "ana"\n')
    found = settings.load(environ={"CASELOAD_DATABASE": "", "CASELOAD_WORKER": "", "CASELOAD_TODAY": ""})
    assert (found.database_source, found.worker, found.today) == ("default", "ana", None)


def test_the_real_environment_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASELOAD_WORKER", "ben")
    assert settings.load().worker == "ben"


# ---------------------------------------------------------------- the settings file


def test_a_path_in_the_settings_file_is_relative_to_that_file(config: Path) -> None:
    config.write_text('database = "data/agency.db"\n')
    assert settings.load(environ={}).path == config.parent / "data" / "agency.db"


def test_tables_of_the_settings_file_belong_to_others(config: Path) -> None:
    config.write_text('worker = "ana"\n[keys]\ncontact = "l"\n')
    assert settings.load(environ={}).worker == "ana"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('databse = "x"', "databse is not a setting"),
        ("worker = 3", "worker must be a text"),
        ('worker = ""', "worker must be a text"),
        ("worker = ", "not a settings file"),
        ("\x1b[2J = 1", "not a settings file"),
    ],
)
def test_a_settings_file_that_cannot_be_understood_is_named(config: Path, text: str, says: str) -> None:
    config.write_text(text)
    with pytest.raises(Usage, match=says) as caught:
        settings.load(environ={})
    assert "settings.toml" in caught.value.message
    assert "\x1b" not in caught.value.message


def test_a_settings_file_in_another_encoding_is_a_sentence(config: Path) -> None:
    config.write_bytes('worker = "josé"'.encode("latin-1"))
    with pytest.raises(Usage, match="not a settings file"):
        settings.load(environ={})


def test_a_folder_in_place_of_the_settings_file_is_a_sentence(config: Path) -> None:
    config.mkdir()
    with pytest.raises(Usage, match="cannot be read"):
        settings.load(environ={})


# ---------------------------------------------------------------- the day


@pytest.mark.parametrize(
    "text", ["2026-02-30", "20261120", "2026-W47-5", "tomorrow", "", "２０２６-11-20", "2026-11-20T00:00"]
)
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="is not a day"):
        settings.load(today=text, environ={})


def test_the_refusal_names_where_the_day_came_from() -> None:
    with pytest.raises(Usage, match="--today"):
        settings.load(today="x", environ={})
    with pytest.raises(Usage, match="CASELOAD_TODAY"):
        settings.load(environ={"CASELOAD_TODAY": "x"})


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("text", ["agency.db", "./agency.db", "sqlite:///agency.db", "sqlite:///./agency.db"])
def test_a_relative_file_is_made_absolute(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.load(database=text, environ={}).path == tmp_path / "agency.db"


def test_a_tilde_is_the_home_folder_even_inside_a_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for text in ("~/a.db", "sqlite:///~/a.db"):
        assert settings.load(database=text, environ={}).path == tmp_path / "a.db"


@given(st.text(min_size=1, max_size=40).filter(lambda t: "\0" not in t and t.isprintable() and t.strip()))
def test_any_file_name_survives_the_way_through_sqlalchemy(name: str) -> None:
    wanted = os.path.abspath("/folder/" + name)
    found = settings.load(database="/folder/" + name, environ={})
    assert str(found.path) == wanted
    assert make_url(found.database).database == wanted


@pytest.mark.parametrize(
    "text", ["", "  ", "a\0b", ":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://host/file"]
)
def test_what_is_no_file_is_refused(text: str) -> None:
    with pytest.raises(Usage, match=r"file|path"):
        settings.load(database=text, environ={})


# ---------------------------------------------------------------- servers

LIBPQ = [
    "postgresql://",
    "postgresql:///",
    "postgres://server/agency",
    "postgresql://server/agency",
    "postgresql://ana@server:5433/agency",
    "postgresql://ana:s%40cret%2F@server/agency",
    "postgresql:///?service=agency",
    "postgresql:///agency?host=/var/run/postgresql",
    "postgresql://%2Fvar%2Frun%2Fpostgresql/agency",
    "postgresql:///agency?host=/tmp/a%20folder&port=5433",
    "postgresql://server/agency?sslmode=verify-full&sslrootcert=/etc/ca%20bundle.pem",
    "postgresql://one:5432,two:5433/agency?target_session_attrs=read-write",
    "postgresql://one,two/agency?port=5433",
    "postgresql://one,two:5433/agency",
    "postgresql:///agency?host=one,two&port=5432,5433",
    "postgresql://[2001:db8::1]:5433/agency",
    "postgresql://[2001:db8::1]/agency",
    "postgresql://:5433/agency",
    "postgresql://ana@/agency?options=-c%20search_path%3Dx",
    "postgresql://server/name%20with%2Fslash",
    "postgresql://server?dbname=agency&user=ana",
    "postgresql://ignored/agency?host=wins",
    "postgresql://server/agency?application_name=a%26b%3Dc%2Bd",
]


@pytest.mark.parametrize("url", LIBPQ)
def test_a_server_is_understood_as_libpq_understands_it(url: str) -> None:
    """The oracle is libpq's own parser: the driver must be told exactly what `psql URL` would use."""
    found = settings.load(environ={"CASELOAD_DATABASE": url})
    assert found.path is None
    ours = connect_args(found.database)
    theirs = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    if "," in theirs.get("host", "") and theirs.get("port", "").isdigit():
        theirs["port"] = ",".join([theirs["port"]] * (theirs["host"].count(",") + 1))  # the same, said for each host
    assert ours == theirs


def test_sqlalchemys_own_spelling_is_accepted() -> None:
    found = settings.load(database="postgresql+psycopg://ana@server/agency", environ={})
    assert connect_args(found.database) == {"user": "ana", "host": "server", "dbname": "agency"}


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:secret@server/agency",
        "postgres://:secret@server/agency",
        "postgresql://server/agency?password=secret",
        "postgresql:///agency?sslpassword=secret",
        "postgresql://server/agency?pass%77ord=secret",
    ],
)
def test_a_password_on_the_command_line_is_refused_but_not_elsewhere(url: str, config: Path) -> None:
    with pytest.raises(Usage, match="command line can be read by everyone") as caught:
        settings.load(database=url, environ={})
    assert "secret" not in caught.value.message
    assert "secret" in settings.load(environ={"CASELOAD_DATABASE": url}).database
    config.write_text(f'database = "{url}"\n')
    assert "secret" in settings.load(environ={}).database


@pytest.mark.parametrize(
    "url", [u for u in LIBPQ if "secret" not in u] + ["postgresql://ana:secret@one,two/x?sslpassword=secret"]
)
def test_a_database_is_shown_without_its_password(url: str) -> None:
    found = settings.load(environ={"CASELOAD_DATABASE": url})
    assert "secret" not in found.shown
    assert found.shown.startswith("postgresql://")


def test_a_file_is_shown_inert() -> None:
    assert settings.load(database="/tmp/\x1b[2Ja.db", environ={}).shown == "/tmp/a.db"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mysql://server/agency", "mysql is not a database caseload knows"),
        ("https://server/agency", "https is not"),
        ("service=agency", "as a URL"),
        ("host=server dbname=agency password=secret", "as a URL"),
        ("postgresql://server:port/agency", "cannot be understood"),
        ("postgresql://a:1:2/agency", "cannot be understood"),
        ("postgresql://server/agency?port=x", "not a number"),
        ("postgresql://server/agency?sslmode", "no value"),
    ],
)
def test_what_is_no_database_is_refused_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(Usage, match=says) as caught:
        settings.load(database=text, environ={})
    assert "secret" not in caught.value.message


# ---------------------------------------------------------------- cost


def test_reading_the_settings_loads_nothing_heavy() -> None:
    heavy = "{'sqlalchemy', 'platformdirs', 'psycopg', 'textual', 'typer', 'rich', 'pydantic'}"
    code = f"import sys, caseload.settings; print({heavy} & {{m.partition('.')[0] for m in sys.modules}} or '-')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "-"


def test_settings_are_values() -> None:
    found = settings.load(database="a.db", environ={})
    assert found == settings.load(database="a.db", environ={})
    with pytest.raises(AttributeError):
        found.worker = "ben"  # type: ignore[misc]
