"""A list of cases as an agency keeps it, taken in, kept up to date and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, update

from caseload import models as m
from caseload.casework import contacts, tasks
from caseload.errors import Conflict, NotPermitted, Usage
from caseload.exchange.importer import Options, commit, plan
from caseload.exchange.rows import Preview
from caseload.exchange.sheet.mapping import Mapping, load
from caseload.store.database import Database, Receipt

from .conftest import Agency
from .lists import AENNE, DONE, GERMAN, NURU, as_csv

Rows = list[dict[str, str]]


@dataclass
class Listed:
    """An agency with two programs and two workers, and a list that it is sent."""

    agency: Agency
    folder: Path

    def path(self, rows: Rows | Path) -> Path:
        return (
            rows
            if isinstance(rows, Path)
            else as_csv(self.folder / f"list{len(list(self.folder.iterdir()))}.csv", rows)
        )

    def preview(
        self, rows: Rows | Path, rejects: Path | None = None, **options: Any
    ) -> tuple[Preview, list[tuple[Any, ...]]]:
        """What taking the list would do, and (kind, row, column, reason) of each row in trouble."""
        with (
            self.agency.db.read() as r,
            plan(r, "sheet", self.path(rows), Options(system="Nord", **options)) as planned,
        ):
            if rejects is not None:
                planned.write_rejects(rejects)
            return planned.preview, [(kind, p.row, p.column, p.reason) for kind, p in planned.problems()]

    def take(self, rows: Rows | Path, **options: Any) -> Receipt:
        with (
            self.agency.db.read() as r,
            plan(r, "sheet", self.path(rows), Options(system="Nord", **options)) as planned,
            self.agency.db.work("import sheet") as w,
        ):
            return commit(w, planned)

    def case(self, name: str = "101") -> int:
        e = m.external_id.c
        return int(self.agency.one(select(e.row_id).where(e.entity == "case_file", e.external == name)))

    def facts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every fact; what was written stays for the record when it is taken back."""
        return {name: rows for name, rows in self.agency.facts().items() if name != "narrative"}

    def count(self, table: Table) -> int:
        return int(self.agency.one(select(func.count()).select_from(table)))


@pytest.fixture
def listed(agency: Agency, tmp_path: Path) -> Listed:
    with agency.db.work("found") as w:
        for code, name in (("housing", "Housing First"), ("youth", "Jugendberatung")):
            made = w.conn.execute(insert(m.program).values(code=code, name=name, opened_on=w.today))
            w.conn.execute(
                insert(m.policy).values(program_id=made.inserted_primary_key[0], version=1, from_on=date(2020, 1, 1))
            )
        for handle, name in (("ana", "Ana Rossi"), ("ben", "Ben Weiss")):
            w.conn.execute(insert(m.worker).values(handle=handle, name=name, role="case_manager", status="active"))
        # One person stands for everybody in these tests.
        w.conn.execute(update(m.worker).where(m.worker.c.handle == "admin").values(holds_all=True))
        w.receipt("founded")
    folder = tmp_path / "lists"
    folder.mkdir()
    return Listed(agency, folder)


def test_a_list_in_german_brings_clients_cases_and_what_is_next(listed: Listed) -> None:
    receipt = listed.take([AENNE, NURU, DONE])
    assert receipt.words == "Imported from Nord: 3 new cases; 1 open case is held by nobody"
    one, case = listed.agency.one, listed.case()
    f, i = m.case_file.c, m.identity.c
    assert one(select(f.stage, f.risk, f.opened_on, f.last_contact_on).where(f.id == case)) == (
        "planning", "high", date(2026, 1, 15), date(2026, 10, 1),
    )  # fmt: skip
    assert one(select(i.given, i.family, i.born_on).where(i.given == "Änne")) == ("Änne", "Müller", date(1980, 5, 17))
    assert one(select(m.worker.c.handle).join(m.case_file, f.owner_id == m.worker.c.id).where(f.id == case)) == "ana"
    assert one(select(m.client.c.language).where(m.client.c.language.is_not(None))) == "de"
    assert one(select(m.channel.c.kind, m.channel.c.value, m.channel.c.safe)) == ("phone", "079 123 45 67", "unknown")
    assert one(select(m.contact_line.c.kind, m.contact_line.c.met)) == ("visit", True)
    assert one(select(m.task.c.title, m.task.c.due_on)) == ("Vermieter anrufen", date(2027, 1, 15))
    # Nobody here has signed what a file says: it waits with whoever holds the case.
    author = select(m.note.c.state, m.worker.c.handle, m.narrative.c.body).join(
        m.worker, m.note.c.author_id == m.worker.c.id
    )
    assert one(author.join(m.narrative, m.note.c.narrative_id == m.narrative.c.id)) == (
        "draft",
        "ana",
        "Schlüssel liegt\nbeim Nachbarn",
    )
    closed = select(f.closed_on, m.case_stage.c.close_reason).join(m.case_stage, m.case_stage.c.case_id == f.id)
    assert one(closed.where(m.case_stage.c.stage == "closed")) == (date(2026, 6, 30), "completed")
    assert listed.agency.triage_faults() == []


def test_the_same_list_again_changes_nothing_and_one_undo_takes_it_back(listed: Listed) -> None:
    before = listed.facts()
    listed.take([AENNE, NURU, DONE])
    assert listed.take([DONE, AENNE, NURU]).change is None
    preview, _troubles = listed.preview([AENNE, NURU, DONE])
    assert (preview.count("new"), preview.count("unchanged")) == (0, 3)
    listed.agency.undo()
    assert listed.facts() == before


def test_a_newer_list_comes_in_place_and_what_was_done_here_stays(listed: Listed) -> None:
    listed.take([AENNE, NURU])
    case = listed.case()
    with listed.agency.db.work("contact") as w:
        contacts.log(w, contacts.NewContact([case], "phone", "made", note="Er ruft zurück"))
    with listed.agency.db.work("task") as w:
        tasks.done(w, int(listed.agency.one(select(m.task.c.id))))
    listed.agency.rename("Änne", family="Meier")
    newer = AENNE | {
        "Name": "Müller-Huber", "Risiko": "tief", "Telefon": "079 765 43 21", "Fällig": "2027-02-20", "Letzter Kontakt": "2026-10-20",
        "Fallführung": "Ben Weiss",
    }  # fmt: skip
    preview, troubles = listed.preview([newer, NURU | {"Fallführung": "ben"}])
    # The name was changed on both sides; the task is finished here, and due later there.
    assert [(kind, row, column) for kind, row, column, _why in troubles] == [
        ("conflicting", 2, "Name, Vorname"),
        ("conflicting", 2, "Fällig"),
    ]
    assert (preview.count("conflicting"), preview.count("unchanged")) == (1, 1)
    listed.take([newer, NURU])
    one, f = listed.agency.one, m.case_file.c
    assert one(select(m.identity.c.family).where(m.identity.c.given == "Änne")) == "Meier"
    assert one(select(m.task.c.due_on, m.task.c.done_at.is_not(None))) == (date(2027, 1, 15), True)
    assert one(select(m.channel.c.value)) == "079 765 43 21"
    assert one(select(f.risk).where(f.id == case)) == "low"
    assert one(select(m.worker.c.handle).join(m.case_file, f.owner_id == m.worker.c.id).where(f.id == case)) == "ana", (
        "held as decided here"
    )
    assert listed.count(m.contact) == 3, "the call of here, and the two of the lists"
    assert listed.agency.triage_faults() == []
    assert listed.take([newer, NURU]).change is None


def test_a_contact_that_was_written_down_here_is_not_taken_twice(listed: Listed) -> None:
    listed.take([NURU | {"Fallführung": "ana"}])
    with listed.agency.db.work("contact") as w:
        contacts.log(w, contacts.NewContact([listed.case("102")], "phone", "made"))
        today = w.today
    listed.take([NURU | {"Fallführung": "ana", "Letzter Kontakt": today.isoformat(), "Kontaktart": "Büro"}])
    assert listed.agency.one(select(m.contact_line.c.kind)) == "phone"


def test_a_note_that_somebody_has_signed_since_is_kept_and_its_case_named(listed: Listed) -> None:
    receipt = listed.take([AENNE, NURU])
    note_id = int(listed.agency.one(select(m.note.c.id)))
    with listed.agency.db.work("sign") as w:
        # On either engine, as its author does it.
        w.conn.execute(
            update(m.note)
            .where(m.note.c.id == note_id)
            .values(state="signed", signed_at=w.now, signed_by=m.note.c.author_id)
        )
        w.receipt("signed")
    number = listed.agency.one(select(m.case_file.c.number).where(m.case_file.c.id == listed.case()))
    with pytest.raises(Conflict) as refused:
        listed.agency.undo(target=receipt.change)
    assert any(why.startswith(f"{number}: ") for why in refused.value.details)
    listed.agency.undo(target=receipt.change, allow_refused=True)
    assert listed.agency.rows(select(m.case_file.c.number)) == [(number,)]
    assert listed.count(m.note) == 1
    # The rest comes again, and nothing twice.
    assert len(listed.take([AENNE, NURU]).cases) == 1


def test_rejected_rows_are_mended_and_come_in_as_if_they_had_been_right(listed: Listed, tmp_path: Path) -> None:
    wrong = [
        AENNE, NURU | {"Eröffnet": "03/04/2026"}, DONE | {"Programm": "Wohnen"}, NURU | {"Fall-Nr": "104", "Fallführung": "Zoe"},
        NURU | {"Fall-Nr": "105", "Abgeschlossen am": "2025-01-01"}, NURU | {"Fall-Nr": ""},
    ]  # fmt: skip
    rejects = tmp_path / "rejects.csv"
    preview, troubles = listed.preview(wrong, rejects)
    assert (preview.count("new"), preview.count("rejected")) == (1, 5)
    assert [(row, column, why) for _kind, row, column, why in troubles] == [
        (3, "Eröffnet", "could be 2026-03-04 or 2026-04-03"), (4, "Programm", "is none that is known here"),
        (5, "Fallführung", "is none that is known here"), (6, "Abgeschlossen am", "is before the case was opened"),
        (7, "Fall-Nr", "is empty"),
    ]  # fmt: skip
    listed.take(wrong)
    mended = rejects.read_text("utf-8-sig")
    for bad, good in (
        ("03/04/2026", "2026-04-03"),
        ("Wohnen", "youth"),
        (",Zoe,", ",ben,"),
        ("2025-01-01", "2026-05-05"),
        (",,Haji", ",106,Haji"),
    ):
        assert bad in mended
        mended = mended.replace(bad, good)
    rejects.write_text(mended, "utf-8")
    assert len(listed.take(rejects).cases) == 5
    assert listed.take(rejects).change is None
    assert listed.count(m.case_file) == 6
    assert listed.agency.triage_faults() == []


def test_why_there_is_no_answer_is_kept_apart_from_an_empty_cell(listed: Listed) -> None:
    listed.take(
        [
            AENNE | {"Geburtsdatum": "weiss nicht", "Telefon": "verweigert"}, NURU,
            DONE | {"Geburtsdatum": "99", "Sprache": "nicht erhoben"},
        ]
    )  # fmt: skip
    i = m.identity.c
    assert listed.agency.rows(select(i.given, i.born_on, i.birth_quality).order_by(i.id)) == [
        ("Änne", None, 8), ("Nuru", None, None), ("Juma", None, 99),
    ]  # fmt: skip
    codes = select(m.client_code.c.field, m.client_code.c.code).order_by(m.client_code.c.id)
    assert listed.agency.rows(codes) == [("unanswered", "client.phone=9"), ("unanswered", "client.language=99")]
    assert listed.count(m.channel) == 0


def test_a_word_that_is_none_of_ours_is_kept_reported_and_never_guessed(listed: Listed) -> None:
    odd = NURU | {"Risiko": "lila", "Sprache": "Hochdeutsch und etwas Polnisch"}
    preview, _troubles = listed.preview([odd])
    assert [note.reason for note in preview.notes if "kept" in note.reason] == [
        "Sprache holds something that is no language known by that name: kept in the note",
        "Risiko holds something that is no case.risk here: kept in the note",
    ]
    listed.take([odd])
    assert listed.count(m.case_risk) == 0
    assert listed.agency.one(select(m.narrative.c.body)) == "Sprache: Hochdeutsch und etwas Polnisch\nRisiko: lila"
    # Once somebody says what it means, it is taken.
    said = Mapping(
        dict.fromkeys(GERMAN, "") | {"Fall-Nr": "case.id", "Name": "client.family", "Vorname": "client.given"}
    )
    said = Mapping(
        said.columns | {"Programm": "case.program", "Eröffnet": "case.opened", "Risiko": "case.risk"},
        {},
        {"case.risk": {"lila": "critical"}},
    )
    listed.take([odd], mapping=said)
    assert listed.agency.one(select(m.case_file.c.risk)) == "critical"


def test_rows_of_one_client_are_one_client_and_differing_ones_are_not_guessed_at(
    listed: Listed, tmp_path: Path
) -> None:
    header = ["Client ID", "First name", "Last name", "DOB", "Program", "Opened"]
    rows = [
        {
            "Client ID": "7",
            "First name": "Amina",
            "Last name": "Yusuf",
            "DOB": "1990-02-01",
            "Program": "housing",
            "Opened": "2026-01-05",
        },
    ]
    rows.append(rows[0] | {"Program": "youth"})
    rows.append(rows[0] | {"Program": "youth", "Opened": "2026-02-05", "DOB": "1990-02-11"})
    path = as_csv(tmp_path / "rows.csv", rows, header)
    preview, troubles = listed.preview(path)
    assert (preview.count("new"), preview.count("rejected")) == (2, 1)
    assert {(row, why) for _kind, row, _column, why in troubles} == {
        (4, "stands twice and the rows differ: row 2 is newer or comes first, and is taken"),
        (4, "stands twice and the rows differ: row 3 is newer or comes first, and is taken"),
    }
    listed.take(path)
    assert (listed.count(m.client), listed.count(m.case_file)) == (1, 2)


def test_a_list_by_names_alone_is_known_again(listed: Listed, tmp_path: Path) -> None:
    header = ["Nome e cognome", "Data di nascita", "Programma", "Aperto il"]
    rows = [dict(zip(header, ("Maria Rossi", "1980-05-17", "housing", "2026-01-05"), strict=True))]
    path = as_csv(tmp_path / "rows.csv", rows, header)
    listed.take(path)
    assert listed.agency.one(select(m.identity.c.given, m.identity.c.family)) == ("Maria", "Rossi")
    assert listed.take(path).change is None
    preview, _troubles = listed.preview(path)
    assert "no column identifies a row" in " ".join(note.reason for note in preview.notes)


def test_nobody_but_who_may_import_takes_a_list(
    listed: Listed, as_worker: Callable[[str], Database], tmp_path: Path
) -> None:
    path = as_csv(tmp_path / "rows.csv", [AENNE])
    with listed.agency.db.read() as r, pytest.raises(Usage, match="--system NAME"):
        plan(r, "sheet", path, Options())
    if not listed.agency.url.startswith("sqlite"):
        return  # there the deploy login imports, and logins of their own are tried in tests/practice/boundary
    db = as_worker("ana")
    with db.read() as r:
        if not r.me.holds_file:
            with pytest.raises(NotPermitted):
                plan(r, "sheet", path, Options(system="Nord"))


def test_a_mapping_is_kept_as_a_file_and_says_what_is_wrong_with_it(listed: Listed, tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    for text, said in (
        ("[columns]\n'Name' = 'client.familly'\n", "Did you mean client.family"),
        ("[columns]\nName = 'client.family'\nB = 'client.family'\n", "Two columns are client.family"),
        ("[columns]\nName = 'client.family'\n", "No column says which program a case is in"),
        ("[columns]\nName = 3\n", "must be a text"),
        ("[columns", "is not TOML"),
        ("dates = 'up'", "dates is one of"),
        ("colour = 1", "colour is unknown"),
        ("[columns]\nName = 'client.family'\n[defaults]\n'case.risk' = 'low'", "can have no default"),
        ("[columns]\nName = 'client.family'\n[values.'case.risk']\nlila = 'purple'", "cannot be 'purple'"),
    ):
        file.write_text(text)
        with pytest.raises(Usage, match=said):
            load(file)
    file.write_text(
        "[columns]\nNachname = 'client.family'\n[defaults]\n'case.program' = 'housing'\n'case.opened' = 2026-01-31\n"
    )
    with pytest.raises(Usage, match="columns that the sheet does not have: Nachname"):
        listed.preview([AENNE], mapping=load(file))
