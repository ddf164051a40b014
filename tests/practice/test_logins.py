"""Workers' logins on a server: made and ended by caseload, in the group of their role, with passwords that it never sees."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from caseload import settings
from caseload.casework import setup, staff, triage
from caseload.errors import NotPermitted, Refused, Unreachable
from caseload.models.agency import ROLES
from caseload.store import boundary, founding
from caseload.store import connect as connecting
from caseload.store.connect import connect
from caseload.store.database import Database
from caseload.store.engine import in_the_clear
from tests.cli.running import Ran, run_line
from tests.practice.kit import ADMIN, ZONE, Practice, Template
from tests.support.databases import Databases

# The server is shared by every process of a test run, and so are its roles.
LOGIN = f"caseload_test_{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def template(databases: Databases) -> Iterator[Template]:
    made = Template("postgresql", databases)
    yield made
    made.drop()


@pytest.fixture
def practice(template: Template) -> Iterator[Practice]:
    template._on_server(
        ["DO $$ BEGIN CREATE ROLE passworded NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"]
    )
    made = template.copy()
    made.do(ADMIN, staff.add_worker, "nell", staff.WorkerFields(name="Nell", team="north", login=LOGIN))
    yield made
    made.drop()
    template._on_server([f"DROP ROLE IF EXISTS {LOGIN}"])


def first(practice: Practice, handle: str = "nell") -> str:
    """A first password, which the server then asks for."""
    receipt = practice.do(ADMIN, staff.first_password, handle)
    practice.template._on_server([f"GRANT passworded TO {LOGIN}"])
    assert receipt.data["password"] not in f"{receipt.words}"
    return str(receipt.data["password"])


def as_nell(practice: Practice, password: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("PGPASSWORD", password)
    url = practice.url.replace("postgres@", f"{LOGIN}@", 1)
    db = connect(settings.load(database=url))
    db.answers()
    return db


def role(practice: Practice, columns: str) -> Any:
    return practice.rows(f"SELECT {columns} FROM pg_authid WHERE rolname = '{LOGIN}'")[0]


def test_a_new_worker_connects_with_the_first_password_and_with_no_other(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = first(practice)
    db = as_nell(practice, password, monkeypatch)
    with db.read() as r:
        assert (r.me.handle, triage.queue(r)) == ("nell", [])
    db.close()
    with pytest.raises(Unreachable, match="password"):
        as_nell(practice, password[:-1] + "!", monkeypatch)


def test_a_password_is_read_from_pgpass_and_the_server_from_a_service_file(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    password, parts = first(practice), urlsplit(practice.url)
    home = parts.query.removeprefix("host=")
    services, passwords = tmp_path / "pg_service.conf", tmp_path / "pgpass"
    services.write_text(f"[agency]\nhost={home}\ndbname={parts.path[1:]}\nuser={LOGIN}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    for kept in (f"*:*:*:{LOGIN}:{password[:-1]}!\n", f"*:*:*:{LOGIN}:{password}\n"):
        passwords.write_text(kept)
        passwords.chmod(0o600)
        db = connect(settings.load(database="postgresql:///?service=agency"))
        if password not in kept:
            with pytest.raises(Unreachable, match="password"):
                db.answers()
            continue
        with db.read() as r:
            assert r.me.handle == "nell"
        db.close()


def test_a_first_password_ends_after_a_day_unless_its_owner_renews_it(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = first(practice)
    (until,) = role(practice, "rolvaliduntil")
    assert timedelta(hours=23, minutes=59) < until - datetime.now(UTC) <= timedelta(hours=24)
    db = as_nell(practice, password, monkeypatch)
    with db.work("password") as w:
        staff.renew_password(w, "seven green bicycles")
    db.close()
    # Infinity is no moment for Python.
    assert role(practice, "rolvaliduntil::text") == ("infinity",)
    as_nell(practice, "seven green bicycles", monkeypatch).close()
    with pytest.raises(Unreachable):
        as_nell(practice, password, monkeypatch)


def test_a_first_password_of_yesterday_opens_nothing(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    password = first(practice)
    practice.template._on_server([f"ALTER ROLE {LOGIN} VALID UNTIL '2026-01-01'"])
    with pytest.raises(Unreachable):
        as_nell(practice, password, monkeypatch)
    as_nell(practice, first(practice), monkeypatch).close()


def test_the_command_shows_a_first_password_once_and_takes_ones_own_unseen(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def line(url: str, *args: str) -> Ran:
        return run_line("worker", "password", *args, environ={"CASELOAD_DATABASE": url, "CASELOAD_WORKER": ""})

    shown = line(practice.url_of(ADMIN), "nell", "--format", "json")
    assert shown.code == 0
    practice.template._on_server([f"GRANT passworded TO {LOGIN}"])
    monkeypatch.setenv("PGPASSWORD", shown.json["password"])
    own = tmp_path / "own"
    own.write_text("seven green bicycles\n")
    mine = practice.url.replace("postgres@", f"{LOGIN}@", 1)
    assert line(mine).code == 1, "nobody can be asked here"
    descriptor = os.open(own, os.O_RDONLY)
    renewed = line(mine, "--password-fd", str(descriptor))
    assert renewed.code == 0
    assert "bicycles" not in renewed.out + renewed.err
    as_nell(practice, "seven green bicycles", monkeypatch).close()


def test_the_server_is_told_a_verifier_and_never_the_password(practice: Practice) -> None:
    password = first(practice)
    (kept,) = role(practice, "rolpassword")
    assert kept.startswith("SCRAM-SHA-256$")
    everything = practice.rows("SELECT body FROM payload") + practice.rows("SELECT summary || why FROM change")
    assert not [row for (row,) in everything if password in row]


def test_a_short_password_is_refused(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    db = as_nell(practice, first(practice), monkeypatch)
    with pytest.raises(Refused, match="at least 15"), db.work("password") as w:
        staff.renew_password(w, "fourteen signs")
    db.close()


def test_who_leaves_logs_in_no_more_and_comes_back_by_undo(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    password = first(practice)
    left = practice.do(ADMIN, staff.leave, "nell")
    assert role(practice, "rolcanlogin") == (False,)
    with pytest.raises(Unreachable):
        as_nell(practice, password, monkeypatch)
    practice.take_back(left, by=ADMIN)
    assert role(practice, "rolcanlogin") == (True,)
    as_nell(practice, password, monkeypatch).close()


def test_a_change_of_role_is_a_change_of_group(practice: Practice) -> None:
    first(practice)
    practice.do(ADMIN, staff.edit_worker, "nell", staff.WorkerFields(role="auditor"))
    held = f"SELECT g.name FROM login_groups() g WHERE pg_has_role('{LOGIN}', g.name, 'MEMBER')"
    assert [name for (name,) in practice.rows(held)] == [practice.template.group("auditor")]


@pytest.mark.parametrize("who", ["ana", "ben", "nia", "otto"])
def test_nobody_but_an_admin_makes_logins(practice: Practice, who: str) -> None:
    with pytest.raises(NotPermitted):
        practice.do(who, staff.first_password, "nell")
    with psycopg.connect(practice.url_of(who), autocommit=True) as conn:
        key = practice.value("SELECT id FROM worker WHERE handle = 'nell'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(f"SELECT open_login({key}, 'SCRAM-SHA-256$4096:x$y:z')".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(f"CREATE ROLE {LOGIN}_too LOGIN".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("SET ROLE postgres")


# ---------------------------------------------------------------- an owner whom nobody logs in as


@pytest.fixture
def deployed(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """An agency founded by a deploy login: the address for that login, and for its first admin."""
    url = databases.empty("postgresql")
    name, deploy = urlsplit(url).path[1:], f"{LOGIN}_deploy"
    with psycopg.connect(url, autocommit=True) as conn:
        for sql in (
            f'CREATE ROLE "{name}_owner" NOLOGIN CREATEROLE',
            f'CREATE ROLE {deploy} LOGIN IN ROLE "{name}_owner"',
            f'ALTER DATABASE "{name}" OWNER TO "{name}_owner"',
        ):
            conn.execute(sql.encode())
    as_deploy, as_admin = (url.replace("postgres@", f"{login}@", 1) for login in (deploy, LOGIN))
    password = founding.found(
        settings.load(database=as_deploy), founding.Founding("Harbour House", ZONE, "ada", "Ada", LOGIN)
    )
    assert password is not None
    monkeypatch.setenv("PGPASSWORD", password)
    yield as_deploy, as_admin
    databases.drop(url)
    with psycopg.connect(url.replace(name, "postgres"), autocommit=True) as conn:
        conn.execute(f"DROP ROLE {LOGIN}, {deploy}".encode())
        groups = ", ".join(f'"{name}_{role}"' for role in ROLES)
        conn.execute(f'DROP ROLE {groups}, "{name}_owner"'.encode())


def test_an_agency_whose_owner_nobody_logs_in_as_has_no_gap(deployed: tuple[str, str]) -> None:
    _deploy, admin = deployed
    db = connect(settings.load(database=admin))
    with db.read() as r:
        assert boundary.gaps(r) == []
        assert r.me.handle == "ada"
    with db.work("worker") as w:
        staff.add_worker(w, "bo", staff.WorkerFields(login=f"{LOGIN}_bo"))
    with db.work("worker") as w:
        staff.first_password(w, "bo")
    with db.read() as r:
        assert boundary.gaps(r) == []
    db.close()
    with psycopg.connect(admin, autocommit=True) as conn:
        owner = conn.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'identity'").fetchone()
        assert owner is not None
        for sql in (
            f'SET ROLE "{owner[0]}"',
            "ALTER TABLE identity DISABLE ROW LEVEL SECURITY",
            "CREATE TABLE mine ()",
            f"ALTER ROLE {LOGIN}_bo PASSWORD 'x'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(sql.encode())
    with psycopg.connect(_deploy, autocommit=True) as conn:
        conn.execute(f'SET ROLE "{owner[0]}"'.encode())
        conn.execute(f"DROP ROLE {LOGIN}_bo".encode())


def test_a_deploy_login_upgrades_and_works_with_no_case(deployed: tuple[str, str]) -> None:
    deploy, _admin = deployed
    assert "up to date" in setup.upgrade(settings.load(database=deploy)).words
    db = connect(settings.load(database=deploy))
    with pytest.raises(NotPermitted, match="not tied to a worker"), db.read():
        pass
    db.close()


# ---------------------------------------------------------------- whether the server agrees


def gaps(practice: Practice) -> list[str]:
    """Without that of the worker who has no login yet."""
    return [gap for gap in practice.ask(ADMIN, boundary.gaps) if "nell has no login" not in gap]


def test_a_server_as_it_was_set_up_agrees_with_the_policy(practice: Practice) -> None:
    assert gaps(practice) == []


@pytest.mark.parametrize(("by_hand", "words"), [
    ("ALTER POLICY see ON identity USING (true)", "see ON identity is missing or altered"),
    ("DROP POLICY see ON note", "see ON note is missing"),
    ("ALTER TABLE task DISABLE ROW LEVEL SECURITY", "task is under no policy"),
    ("CREATE POLICY more ON alert FOR SELECT USING (true)", "more ON alert is missing or altered"),
    ("GRANT SELECT ON identity TO PUBLIC", "public has other rights on identity"),
    ('GRANT UPDATE ON case_file TO "{ana}"', "other rights on case_file"),
    ('GRANT DELETE ON journal TO "{managers}"', "other rights on journal"),
    ("CREATE OR REPLACE FUNCTION sees_identity() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'", "sees_identity is missing or altered"),
])  # fmt: skip
def test_what_somebody_opened_by_hand_is_named(practice: Practice, by_hand: str, words: str) -> None:
    sql = by_hand.format(ana=practice.login("ana"), managers=practice.template.group("case_manager"))
    with psycopg.connect(practice.url, autocommit=True) as conn:
        conn.execute(sql.encode())
    assert any(words in gap for gap in gaps(practice)), gaps(practice)


@pytest.mark.parametrize(("by_hand", "words"), [
    ('ALTER ROLE "{ana}" BYPASSRLS', "No policy asks the login of ana"),
    ('GRANT "{admins}" TO "{ana}"', "login of ana is not in the group"),
    ('REVOKE "{managers}" FROM "{ana}"', "login of ana is not in the group"),
    ('CREATE ROLE {stranger} LOGIN IN ROLE "{managers}"', "_stranger is in a group, and no worker's"),
])  # fmt: skip
def test_a_login_that_may_more_or_less_than_its_worker_is_named(practice: Practice, by_hand: str, words: str) -> None:
    names = {role: practice.template.group(role) for role in ("admin", "case_manager")}
    ana = practice.login("ana")
    practice.template._on_server(
        [by_hand.format(stranger=f"{LOGIN}_stranger", ana=ana, admins=names["admin"], managers=names["case_manager"])]
    )
    try:
        assert any(words in gap for gap in gaps(practice)), gaps(practice)
    finally:
        practice.template._on_server([f'ALTER ROLE "{ana}" NOBYPASSRLS', f"DROP ROLE IF EXISTS {LOGIN}_stranger"])


# ---------------------------------------------------------------- the way to the server


@pytest.mark.parametrize(("host", "tls", "warned"), [
    ("db.example.org", False, True),
    ("10.0.0.7", False, True),
    ("db.example.org", True, False),
    ("/run/postgresql", False, False),
    ("localhost", False, False),
    ("127.0.0.1", False, False),
])  # fmt: skip
def test_whoever_reaches_another_machine_without_tls_is_told(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, host: str, tls: bool, warned: bool
) -> None:
    """No other machine is at hand: what the connection says of itself is put in its place."""
    db = practice.as_("ana")
    with db.read():
        assert connecting.exposed(db) == "", "a socket of this machine"
    held = SimpleNamespace(info=SimpleNamespace(host=host), pgconn=SimpleNamespace(ssl_in_use=tls))
    conn = SimpleNamespace(
        dialect=SimpleNamespace(name="postgresql"), connection=SimpleNamespace(driver_connection=held)
    )
    assert in_the_clear(conn) is warned  # type: ignore[arg-type]
    monkeypatch.setattr(db, "in_the_clear", warned)
    assert ("sslmode=verify-full" in connecting.exposed(db)) is warned
