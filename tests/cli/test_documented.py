"""Every command line that the documentation and the help show is run, in the order in which a reader meets it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from caseload.commands.index import entries
from caseload.commands.root import family

from ..exchange.fhir_files import written as sent
from ..exchange.hmis_files import family as household
from ..exchange.hsds_files import page, service, tables, written
from ..exchange.lists import CLIENTS, as_book
from ..support import postgres
from ..support.databases import Databases
from .running import Ran, World, run_line

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
FIRST, SECOND = "2026-048212", "2026-115038"
# What the examples read, standing where they are run.
FILES = {
    "visit.txt": "S: well\nP: see again in a week",
    "given-name.txt": "Kwame\n",
    "phone.txt": "055 777888\n",
    "answers.txt": "1=2\n2=3\n",
    "lease.pdf": "%PDF-1.4 a lease\n",
    "packet.txt": "Lives alone. Stopped coming two weeks ago.\n",
}
FILES["tea.json"] = (
    '{"resourceType": "Questionnaire", "name": "tea", "title": "Tea and talk", "item": [{"linkId": "1", "type": "string", "text": "?"}]}'
)
FILES["map.toml"] = (
    "[columns]\n'Client ID' = 'client.id'\n'First name' = 'client.given'\n'Last name' = 'client.family'\nProgram = 'case.program'\n"
    "Opened = 'case.opened'\n'Next step' = 'task.title'\nDue = 'task.due'\n"
)
FILES["calendar.ics"] = FILES["visits.ics"] = (
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:one\nDTSTART:20270115T090000Z\nSUMMARY:Visit\nEND:VEVENT\nEND:VCALENDAR\n"
)
FILES["agency.key"] = "correct horse battery staple\n"


def lines_of(page: str) -> list[str]:
    """The examples of a page: indented lines that begin with the program's name."""
    return re.findall(r"^    (caseload .*)$", page, re.MULTILINE)


@dataclass
class Reader:
    """Somebody who types one example after the other, and fills in the ids that the one before printed."""

    world: World
    empty: Callable[[], str] = str
    ids: dict[str, str] = field(default_factory=dict)
    change: str = ""

    def types(self, line: str) -> Ran:
        words, stdin = shlex.split(line)[1:], ""
        if ">" in words:
            words = words[: words.index(">")]
        if "<" in words:
            at = words.index("<")
            words, stdin = words[:at], Path(words[at + 1]).read_text()
        words = [self._fill(word, words, words[at - 1]) for at, word in enumerate(words)]
        if "--database" in words and "postgresql" in words[words.index("--database") + 1]:
            at = words.index("--database")
            del words[at : at + 2]
        whole = "restore" if "restore" in words else "import" if {"import", "everything"} <= {*words} else ""
        if whole:
            # Into a new database of the engine that wrote it.
            del words[: words.index(whole)]
            return run_line(*words, environ={"CASELOAD_DATABASE": self.empty()})
        if "move" in words and "--to" in words and words[words.index("--to") + 1].startswith("postgresql"):
            words[words.index("--to") + 1] = self.empty()
        if "encrypt" in words or "decrypt" in words:
            return self._locks(words)
        if "init" in words or "demo" in words:
            ran = run_line(*words, environ={"CASELOAD_DATABASE": str(Path("own.db").absolute())})
            Path("own.db").unlink(missing_ok=True)
            return ran
        ran = self.world.run(*words, stdin=stdin)
        self._remember(ran)
        return ran

    def _locks(self, words: list[str]) -> Ran:
        """In a file of its own, whatever the engine, that is encrypted already where it shall be decrypted."""
        own = Path("own.db").absolute()
        made = ["init", "--agency", "Own", "--admin", "ana"]
        before = ["--key-fd", "3", "encrypt", "3<", "agency.key"] if "decrypt" in words else []
        for some in filter(None, (made, before, words)):
            some, descriptor = list(some), -1
            if "3<" in some:
                at = some.index("3<")
                descriptor = os.open(some[at + 1], os.O_RDONLY)
                del some[at:]
                some[some.index("--key-fd") + 1] = str(descriptor)
            if "--database" in some:
                del some[some.index("--database") : some.index("--database") + 2]
            ran = run_line(*some, environ={"CASELOAD_DATABASE": str(own)})
        own.unlink()
        return ran

    def _fill(self, word: str, words: list[str], before: str) -> str:
        word = word.replace(FIRST, self.world["amina"]).replace(SECOND, self.world["bruno"])
        if word == "ID" and before in ("--goal", "--after"):
            return self.ids[{"--goal": "goal", "--after": "step"}[before]]
        if word == "ID":
            if words[0] == "pay" and before == "add":
                return self.ids["authorisation"]
            return self.ids[
                {
                    "assess": "assessment",
                    "disclose": "disclosure",
                    "supervision": "topic",
                    "refer": "referral",
                    "group": "contact",
                    "topic": "contact",
                    "authorise": "authorisation",
                    "pay": "payment",
                }.get(words[0], words[0])
            ]
        if word == "NOTE":
            return self.ids["note"]
        return self.change if re.fullmatch(r"C-\d+", word) else word

    def _remember(self, ran: Ran) -> None:
        rows = ran.out.splitlines()
        if len(rows) == 2 and rows[0].startswith("change\tdone"):
            found = dict(zip(rows[0].split("\t"), rows[1].split("\t"), strict=True))
            self.change = found["change"] or self.change
            self.ids.update({key: value for key, value in found.items() if value})


@pytest.fixture
def reader(
    world: World, databases: Databases, engine_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Reader]:
    """Somebody who may do everything, in a folder with the files that the examples speak of."""
    holds_all(world)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "cases.txt").write_text(f"{world['amina']}\n{world['chidi']}\n")
    household().zip(tmp_path / "export.zip")
    as_book(tmp_path / "clients.xlsx", CLIENTS)
    as_book(tmp_path / "cases.xlsx", [["Client", "Case no"], ["A.", world["amina"]], ["?", "n/a"]])
    page(tmp_path / "services.json", service("a", "Beds"))
    sent(tmp_path / "clinic.json")
    shutil.make_archive(str(tmp_path / "directory"), "zip", written(tmp_path / "directory", tables()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", postgres.tools(), prepend=os.pathsep)
    made: list[str] = []

    def empty() -> str:
        made.append(databases.empty(engine_name))
        return made[-1]

    yield Reader(world, empty)
    for url in made:
        databases.drop(url)


def holds_all(world: World) -> None:
    """Let the one who types hold every right, as in a made-up agency."""
    from sqlalchemy import text

    from ..support.databases import open_engine

    engine = open_engine(world.url)
    with engine.begin() as conn:
        if world.engine == "sqlite":
            conn.exec_driver_sql(
                "INSERT INTO acting (id, change_id, login, at, today) VALUES (1, 1, 'test', '2026-11-20 08:00:00.000000', '2026-11-20')"
            )
        else:
            conn.exec_driver_sql("SELECT set_config('caseload.change', '1', true)")
        conn.execute(text("UPDATE worker SET holds_all = :yes WHERE handle = 'olga'"), {"yes": True})
        if world.engine == "sqlite":
            conn.exec_driver_sql("DELETE FROM acting")
    engine.dispose()


def test_every_documented_line_works(reader: Reader) -> None:
    lines = lines_of(PAGE.read_text("utf-8"))
    assert len(lines) > 80
    for line in lines:
        ran = reader.types(line)
        assert ran.code == 0, f"{line}\n{ran.out}\n{ran.err}"


def modules() -> list[str]:
    return list(dict.fromkeys(entry.module for entry in entries().values()))


# What must have happened before an example makes sense.
BEFORE = {
    "caseload snooze 2026-048212 --end": ["caseload snooze 2026-048212 --until +3d --why x"],
    "caseload risk 2026-048212 high --why 'Eviction notice'": ["caseload stage 2026-048212 active --why x"],
    "caseload undo": ["caseload risk 2026-048212 low --why x"],
    "caseload undo C-4 --dry-run --format json": ["caseload risk 2026-048212 low --why x"],
    "caseload comment 2026-048212 --note NOTE --text 'Good. What does the school say?'": [
        "caseload note 2026-048212 --text x --sign"
    ],
    "caseload supervision discussed ID --agreed 'Ask the clinic' --task 'Ring the clinic' --due +3d": [
        "caseload supervision bring 2026-048212 --text x"
    ],
    "caseload supervision drop ID": ["caseload supervision bring --general --text x"],
    "caseload supervision drop ID --format json": ["caseload supervision bring --general --text x"],
    "caseload goal 2026-048212 add 'A flat of our own' --measure 'A lease with her name' --due +6m": [
        "caseload plan 2026-048212 begin"
    ],
    "caseload step 2026-048212 add 'Ring the housing office' --goal ID --due friday": [
        "caseload goal 2026-048212 add x"
    ],
    "caseload refer 2026-048212 draft --service 'Night shelter' --reason 'She sleeps in her car'": [
        "caseload provider add Helpers",
        "caseload service add 'Night shelter' --provider Helpers",
    ],
    "caseload service add 'Night shelter' --provider 'Saint Anne' --domain housing --languages it,en --hours 'mon-sun 19-24' "
    "--age-from 18": ["caseload provider add 'Saint Anne'"],
    "caseload refer 2026-048212 send ID": [
        "caseload consent 2026-048212 give --recipient Helpers --kinds identity,services --what x --purpose x --until +6m"
    ],
    "caseload instrument retire tea-and-talk": ["caseload import questionnaire tea.json --name tea-and-talk"],
    "caseload instrument retire tea-and-talk --format json": [
        "caseload import questionnaire tea.json --name tea-and-talk"
    ],
    "caseload --database agency.db import everything agency-out": [
        "caseload export everything --format csv --output agency-out --identified --why x"
    ],
    "caseload alert 2026-048212 review --next +30d": ["caseload alert 2026-048212 add --text Dog"],
}


# On a server the same acts are done by the documented lines.
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("module", modules())
def test_the_examples_of_every_help_work(reader: Reader, module: str) -> None:
    for path, lines in family(module).examples.items():
        assert len(lines) == 2, path
        if path == "worker password":
            continue  # of a server's logins: tests/practice/test_logins.py
        for line in lines:
            for first in BEFORE.get(line, ()):
                assert reader.types(first).code == 0, first
            ran = reader.types(fit(line))
            assert ran.code == 0, f"{line}\n{ran.err}"


def fit(line: str) -> str:
    """An example as it fits the test's agency, where some of its names are taken and others are not there."""
    for word in ("worker add", "team add", "program add"):
        line = re.sub(rf"{word} (\w+)", rf"{word} new-\1", line)
    return line.replace("leave dora", "leave ivo")


def test_the_page_speaks_of_every_command() -> None:
    page = PAGE.read_text("utf-8")
    named = {word for line in lines_of(page) for word in line.split()}
    assert set(entries()) - named == set()


def test_help_is_there_for_every_command_in_eighty_columns() -> None:
    for module in modules():
        for path in family(module).examples:
            ran = run_line(*path.split(), "--help", environ={"COLUMNS": "80"})
            assert ran.code == 0
            before, _heading, after = ran.out.partition("Examples:")
            assert before.startswith(f"Usage: caseload {path} ")
            assert len(after.strip().splitlines()) == 2, path
            assert max(map(len, before.splitlines())) <= 80, path


def test_the_front_page_of_the_help_names_every_command_in_its_own_words() -> None:
    out = run_line("--help").out
    for name, entry in entries().items():
        assert re.search(rf"^  {name} +{re.escape(entry.help)}$", out, re.MULTILINE), name
