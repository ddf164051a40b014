"""Who may do what with a case, by which way: one table, and every cell of it tried under a login of the person's own.

`verb` is what the screen and every command call; `command` the installed command line; `sql` the same by hand, past all of
caseload. A forbidden cell must not only fail: what it answers must be what it answers of a case that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from caseload.casework import (
    absences,
    access,
    assign,
    contacts,
    custodians,
    documents,
    find,
    needs,
    numbers,
    offers,
    packets,
    page,
    transfers,
)
from caseload.errors import CaseloadError
from tests.cli.running import Ran, run_line
from tests.practice.kit import ADMIN, Practice, Template
from tests.practice.test_scope import second
from tests.support.databases import Databases

# What there is to do with a case, and what each way of being concerned with it permits.
RIGHTS = ("row", "name", "prose", "file", "record", "find", "restrict", "move")
_WORKS = ("row", "name", "prose", "file", "record", "find")
TABLE: dict[str, tuple[str, ...]] = {
    "its worker": (*_WORKS, "move"),
    "beside its worker": _WORKS,
    "covering today": _WORKS,
    "covering next week": (),
    "named to it": _WORKS,
    "supervisor of its team": RIGHTS,
    "custodian": RIGHTS,
    "offered to": ("row", "move"),
    "asked as a consultant": (),
    "colleague": (),
    "supervisor of another team": (),
    "kept from it": (),
    "supervisor, restricted": (),
    "admin": ("row", "restrict", "move"),
    "admin, restricted": (),
    "analyst": (),
    "auditor": (),
}
# Who learns nothing of it.
NOTHING = [concern for concern, rights in TABLE.items() if not rights]
PAPER = b"Lives at the mill."
NOWHERE = numbers.compose(2026, 1)


def _cover(practice: Practice, case: str, ahead: int) -> None:
    days = (practice.day + timedelta(days=ahead), practice.day + timedelta(days=ahead + 3))
    practice.do("ben", absences.set_cover, "ana", ("dan",), *days, "leave")


def _restrict(practice: Practice, case: str) -> None:
    practice.do("ben", custodians.restrict, case, "sol", "a colleague's sister")


def _consult(practice: Practice, case: str, who: str) -> None:
    """Reads a packet of it. What they answer is their own words: tests/practice/test_packets.py."""
    asked = packets.NewPacket(case, who, practice.day, "Lives alone.", "Would you visit?")
    packet = practice.do("ana", packets.approve, asked).data["packet"]
    packets.read(practice.as_(who), packet)


# Who it is, and how they come to be concerned with Ana's case.
SCENES: dict[str, tuple[str, Callable[[Practice, str], Any] | None]] = {
    "its worker": ("ana", None),
    "beside its worker": ("dan", lambda p, c: second(p, c, "dan")),
    "covering today": ("dan", lambda p, c: _cover(p, c, 0)),
    "covering next week": ("dan", lambda p, c: _cover(p, c, 7)),
    "named to it": ("dan", lambda p, c: p.do("ben", access.name, c, "dan", "allow", "interprets")),
    "supervisor of its team": ("ben", None),
    "custodian": ("sol", _restrict),
    "custodian, no supervisor": (
        "dan",
        lambda p, c: p.do("ben", custodians.restrict, c, "dan", "a colleague's sister"),
    ),
    "offered to": ("dan", lambda p, c: p.do("ana", transfers.offer, [c], "dan", "nearer")),
    "asked as a consultant": ("dan", lambda p, c: _consult(p, c, "dan")),
    "colleague": ("bo", None),
    "supervisor of another team": ("sol", None),
    "kept from it": ("ben", lambda p, c: p.do(ADMIN, access.name, c, "ben", "deny", "his cousin")),
    "supervisor, restricted": ("ben", _restrict),
    "admin": (ADMIN, None),
    "admin, restricted": (ADMIN, _restrict),
    "analyst": ("nia", None),
    "auditor": ("otto", None),
}


@dataclass
class Cell:
    """One case as one person tries to get at it, in a database of its own."""

    practice: Practice
    who: str
    concern: str
    case: str
    key: int

    @property
    def paper(self) -> int:
        return int(self.practice.value("SELECT id FROM document"))

    def line(self, *args: str) -> Ran:
        environ = {"CASELOAD_DATABASE": self.practice.url_of(self.who), "CASELOAD_WORKER": ""}
        return run_line(*args, environ=environ)

    def psql(self, *statements: str) -> Any:
        """The last value that these statements give, each a transaction of its own; None where there is no row."""
        with psycopg.connect(self.practice.url_of(self.who), autocommit=True) as conn:
            for sql in statements:
                told = conn.execute(sql.encode())
            row = told.fetchone() if told.description else (told.rowcount,)
            return None if row is None else row[0]


@pytest.fixture(scope="module")
def template(databases: Databases) -> Iterator[Template]:
    made = Template("postgresql", databases)
    yield made
    made.drop()


@pytest.fixture(scope="module", params=TABLE)
def concern(
    request: pytest.FixtureRequest, template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Practice, str, str]]:
    made = template.copy()
    case = made.open(given="Salome", family="Ruizova")
    made.note(case, "Afraid of her brother.", sign=True)
    paper = tmp_path_factory.mktemp("paper") / "Ruizova.txt"
    paper.write_bytes(PAPER)
    made.do("ana", documents.add, documents.NewDocument(case, paper))
    _who, scene = SCENES[request.param]
    if scene is not None:
        scene(made, case)
    made.close()
    yield made, request.param, case
    made.drop()


@pytest.fixture
def cell(concern: tuple[Practice, str, str], template: Template) -> Iterator[Callable[[], Cell]]:
    """The scene anew, each time it is asked for."""
    made, name, case = concern
    copies: list[Practice] = []

    def anew() -> Cell:
        copies.append(Practice(template, template.databases.copy(made.url)))
        return Cell(copies[-1], SCENES[name][0], name, case, copies[-1].id(case))

    yield anew
    for one in copies:
        one.drop()


# ---------------------------------------------------------------- the ways


def by_verb(one: Cell, right: str) -> bool:
    """What the screen and every command call."""
    practice, who = one.practice, one.who
    offered = one.concern == "offered to"
    with suppress(CaseloadError):
        match right:
            case "row":
                if offered:
                    return one.case in [row.case for row in practice.ask(who, offers.listed)]
                return bool(practice.ask(who, find.case, one.case))
            case "name" | "prose":
                shown = repr(page.open_page(practice.as_(who), one.case, surface="screen"))
                return ("Ruizova" if right == "name" else "brother") in shown
            case "file":
                with TemporaryDirectory() as room:
                    documents.write_out(practice.as_(who), one.paper, Path(room, "out"), why="test")
                    return Path(room, "out").read_bytes() == PAPER
            case "record":
                practice.do(who, contacts.log, contacts.NewContact((one.case,), "phone", "attempted"))
            case "find":
                practice.do(who, needs.add, needs.NewNeed(one.case, "housing"))
            case "restrict":
                practice.do(who, custodians.restrict, one.case, "cleo", "a relative")
            case "move" if offered:
                practice.do(who, transfers.accept, [one.case])
            case "move":
                made = practice.ask(who, assign.plan, assign.Wish(("cleo",), cases=(one.case,)))
                practice.do(who, assign.commit, made, "fairer")
                return bool(made.moved)
        return True
    return False


def by_command(one: Cell, right: str) -> bool:
    """The command line as a script has it, and what it exports."""
    number, why = one.case, ("--identified", "--why", "test")
    match right:
        case "row":
            if one.concern == "offered to":
                return number in one.line("transfer", "list").out
            listed = (
                one.line("cases", "stage:any").out + one.line("export", "cases", "--format", "csv", "--output", "-").out
            )
            assert (number in listed) == (one.line("show", number).code == 0)
            return number in listed
        case "name":
            told = one.line("cases", "stage:any", *why).out + one.line("show", number, *why).out
            told += one.line("export", "cases", "--format", "csv", "--output", "-", *why).out
            return "Ruizova" in told
        case "prose":
            return "brother" in one.line("show", number, *why).out + one.line("notes", number, *why).out
        case "file":
            with TemporaryDirectory() as room:
                target = Path(room, "out")
                one.line("document", "get", str(one.paper), "--output", str(target), "--why", "test")
                return target.exists() and target.read_bytes() == PAPER
        case "record":
            return one.line("contact", number, "--kind", "phone", "--outcome", "attempted").code == 0
        case "find":
            return one.line("need", number, "add", "--domain", "housing").code == 0
        case "restrict":
            return one.line("restrict", number, "--custodian", "cleo", "--why", "a relative").code == 0
    if one.concern == "offered to":
        return one.line("transfer", "accept", number).code == 0
    return one.line("reassign", f"case:{number}", "--to", "cleo", "--why", "fairer", "--yes").code == 0 and moved(one)


def by_sql(one: Cell, right: str) -> bool:
    """Typed by hand, with a look announced and committed where the server asks for one."""
    key = one.key
    look = (
        "INSERT INTO look (worker_id, login, case_id, kind, surface, at)"
        f" VALUES (acting_worker(), session_user, {key}, 'case', 'psql', now())"
    )
    with suppress(psycopg.Error):
        match right:
            case "row":
                return one.psql(f"SELECT count(*) FROM case_file WHERE id = {key}") == 1
            case "name":
                return one.psql("SELECT count(*) FROM identity") == 1
            case "prose":
                with suppress(psycopg.Error):
                    one.psql(look)
                return one.psql("SELECT count(*) FROM narrative") > 0
            case "file":
                with suppress(psycopg.Error):
                    one.psql(look.replace("'case', 'psql'", f"'document', 'document {one.paper}'"))
                return one.psql("SELECT count(*) FROM my_chunks") == 1
            case "record":
                return one.psql(f"INSERT INTO tag (case_id, tag) VALUES ({key}, 'rent')") == 1
            case "find":
                found = f"SELECT {key}, d.id, current_date, acting_worker() FROM need_domain d WHERE d.code = 'housing'"
                return one.psql(f"INSERT INTO need (case_id, domain_id, found_on, found_by) {found}") == 1
            case "restrict":
                return (
                    one.psql(
                        f"UPDATE case_file SET restricted = true, custodian_id = {worker('cleo')} WHERE id = {key}"
                    )
                    == 1
                )
            case "move":
                one.psql(
                    f"""DO $$ BEGIN
                    UPDATE assignment SET ends_at = now(), ends_on = agency_today() WHERE case_id = {key} AND ends_at IS NULL;
                    INSERT INTO assignment (case_id, worker_id, role, starts_at, starts_on, why)
                    VALUES ({key}, {worker("cleo")}, 'primary', now(), agency_today(), ''); END $$"""
                )
                return moved(one)
    return False


def worker(handle: str) -> str:
    return f"(SELECT id FROM worker WHERE handle = '{handle}')"


def moved(one: Cell) -> bool:
    holder = "SELECT w.handle FROM case_file k JOIN worker w ON w.id = k.owner_id WHERE k.id = :key"
    return bool(one.practice.value(holder, key=one.key) != "ana")


WAYS = {"verb": by_verb, "command": by_command, "sql": by_sql}


@pytest.mark.parametrize("way", WAYS)
def test_every_cell_of_the_table_is_as_it_says(
    concern: tuple[Practice, str, str], cell: Callable[[], Cell], way: str
) -> None:
    _made, name, _case = concern
    one, done = cell(), []
    for right in RIGHTS:
        if right == "move" and "restrict" in done:
            one = cell()  # what was restricted is not there to be moved
        if WAYS[way](one, right):
            done.append(right)
    assert tuple(done) == TABLE[name]


@pytest.mark.parametrize("concern", NOTHING, indirect=True)
def test_a_case_out_of_sight_is_answered_like_one_that_is_not_there(concern: tuple[Practice, str, str]) -> None:
    made, name, case = concern
    one = Cell(made, SCENES[name][0], name, case, made.id(case))
    for args in (
        ("show",), ("show", "--format", "json"), ("task", "list"), ("notes",), ("journal",), ("consent", "list"), ("access",),
        ("contact", "--kind", "phone", "--outcome", "made"), ("snooze", "--until", "+3d", "--why", "x"),
    ):  # fmt: skip
        if name == "auditor" and args[0] == "journal":
            continue  # auditors read the journal of every case
        command, *more = args
        there, nowhere = (one.line(command, number, *more) for number in (case, NOWHERE))
        assert there.code == nowhere.code != 0, args
        assert (there.out + there.err).replace(case, NOWHERE) == nowhere.out + nowhere.err, args


PROBES = (
    "SELECT count(*) FROM case_file",
    "SELECT count(*) FROM assignment WHERE worker_id <> acting_worker()",
    "SELECT sum(1) FROM journal WHERE case_id = {key} AND worker_id <> acting_worker()",
    "SELECT count(*) FROM look WHERE case_id = {key} AND worker_id <> acting_worker()",
    "SELECT number FROM known_numbers WHERE id = {key}",
    "SELECT count(*) FROM share_counts",
    "SELECT count(*) FROM passed_on WHERE case_id = {key}",
    "SELECT cardinality(undo_cases((SELECT max(id) FROM journal_hashes)))",
    "SELECT sees_row('note', 1)::int",
    "INSERT INTO tag (case_id, tag) VALUES ({key}, 'x')",
    """INSERT INTO pending_move (case_id, to_worker_id, set_by, on_date, why)
       VALUES ({key}, acting_worker(), acting_worker(), agency_today(), '')""",
    """INSERT INTO transfer (case_id, from_worker_id, to_worker_id, offered_by, offered_at, offered_on, answer_by, why)
       VALUES ({key}, {ana}, acting_worker(), acting_worker(), now(), agency_today(), agency_today(), '')""",
    "INSERT INTO case_access (case_id, worker_id, kind) VALUES ({key}, acting_worker(), 'allow')",
    """INSERT INTO custody (case_id, custodian_id, at, on_date, set_by, why)
       VALUES ({key}, acting_worker(), now(), agency_today(), acting_worker(), '')""",
    """INSERT INTO assignment (case_id, worker_id, role, starts_at, starts_on, why)
       VALUES ({key}, acting_worker(), 'secondary', now(), agency_today(), '')""",
    "UPDATE case_file SET team_id = team_id WHERE id = {key}",
    "DELETE FROM assignment WHERE case_id = {key}",
)


@pytest.mark.parametrize("concern", NOTHING, indirect=True)
def test_by_hand_there_is_no_path_to_it(concern: tuple[Practice, str, str]) -> None:
    """Counts, errors, foreign keys, functions and views: of the case and of one that is not there they say the same."""
    made, name, case = concern
    one = Cell(made, SCENES[name][0], name, case, made.id(case))
    for sql in PROBES:
        if name == "auditor" and re.search("journal|look|known_numbers", sql):
            continue
        said = []
        for key in (one.key, 999_999):
            try:
                said.append(str(one.psql(sql.format(key=key, ana=worker("ana")))))
            except psycopg.Error as error:
                said.append(f"{error.sqlstate} {error.diag.message_primary}")
        assert said[0] == said[1], sql
        assert said[0] in ("0", "None") or said[0].startswith("42501"), sql
