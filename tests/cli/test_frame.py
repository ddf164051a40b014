"""How the command line is put together: what it promises of every command at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from caseload.commands import alerts, appointments, closing, intake, log, staff, triage
from caseload.commands.index import entries
from caseload.commands.root import family
from caseload.models.agency import ROLES, SENIORITY
from caseload.models.case import RISKS, STAGES
from caseload.models.client import ALERT_KINDS, ALERT_LEVELS, SAFE
from caseload.models.record import APPOINTMENT_MODES, APPOINTMENT_STATES, CONTACT_KINDS, FORMS, OUTCOMES, PLACES, WITH

from .running import World, run_line


@pytest.mark.parametrize(
    ("offered", "kept"),
    [
        (log.Kind, CONTACT_KINDS), (log.Outcome, OUTCOMES), (log.With, WITH), (log.Place, PLACES),
        (log.Form, FORMS), (closing.Stage, STAGES), (triage.Risk, RISKS), (intake.Risk, RISKS),
        (intake.Safe, SAFE), (alerts.Kind, ALERT_KINDS), (alerts.Level, ALERT_LEVELS),
        (appointments.How, APPOINTMENT_MODES), (staff.Role, ROLES), (staff.Seniority, SENIORITY),
    ],
)  # fmt: skip
def test_what_an_option_offers_is_what_the_practice_takes(offered: Any, kept: tuple[str, ...]) -> None:
    assert get_args(offered) == kept


def test_how_an_appointment_can_end_is_what_the_practice_takes() -> None:
    settled = {
        "cancelled" if act == "cancel" else "scheduled" if act == "again" else act
        for act in get_args(appointments.AppointmentAct)
    }
    assert settled - {"list", "add", "move", "change"} == set(APPOINTMENT_STATES)


def built() -> Iterator[tuple[str, Any]]:
    """Every command that does something, as Typer runs it."""
    for name, entry in entries().items():
        command = family(entry.module).build(name)
        for child in getattr(command, "commands", {}).values():
            yield f"{name} {child.name}", child
        if not hasattr(command, "commands"):
            yield name, command


def test_every_command_prints_in_every_shape() -> None:
    """Those alone excepted that write a file in the one form that others read it in."""
    without = [name for name, command in built() if "format" not in {param.name for param in command.params}]
    assert without == ["export ics", "export hsds", "export hmis", "export fhir"]


def test_what_shows_people_can_be_asked_why() -> None:
    for name, command in built():
        named = {param.name for param in command.params}
        assert ("identified" in named) <= ("why" in named), name


def test_every_option_and_argument_is_explained() -> None:
    assert [(name, param.name) for name, command in built() for param in command.params if not param.help] == []


def test_every_module_of_commands_is_in_the_index() -> None:
    for module in {entry.module for entry in entries().values()}:
        told = {path.split()[0] for path in family(module).examples}
        assert told == {entry.name for entry in entries().values() if entry.module == module}


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "table"])
def test_a_list_can_be_had_in_every_shape(world: World, form: str) -> None:
    for args in (
        ["queue"],
        ["cases"],
        ["worker", "list"],
        ["team", "list"],
        ["program", "list"],
        ["workload"],
        ["changes"],
    ):
        assert world.do(*args, "--format", form, as_="chloe").out, args


def test_an_empty_variable_counts_as_not_set(world: World) -> None:
    ran = run_line(
        "worker", "list", environ={"CASELOAD_DATABASE": world.url, "CASELOAD_WORKER": "", "CASELOAD_TODAY": ""}
    )
    assert ran.code == 0


def test_the_version_is_told_after_other_options_too() -> None:
    assert run_line("--database", "x.db", "--version").out == run_line("--version").out


def test_words_that_are_no_utf8_are_refused() -> None:
    ran = run_line("intake", "--given", "caf\udce9", "--program", "housing")
    assert (ran.code, "UTF-8" in ran.err) == (2, True)


def test_ctrl_c_in_the_middle_leaves_nothing_half_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from caseload.casework import handover

    def stopped(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    before = world.json("cases", as_="chloe")
    monkeypatch.setattr(handover, "carry_out", stopped)
    ran = world.run("reassign", "--from", "ana", "--to", "ben", "--why", "x", "--yes", as_="chloe")
    monkeypatch.undo()
    assert (ran.code, ran.out) == (130, "")
    assert world.json("cases", as_="chloe") == before
    assert world.json("journal", "verify")["sound"] is True


def test_an_answer_that_was_lost_is_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import contextmanager

    from caseload.errors import Unreachable
    from caseload.store.database import Database

    work = Database.work

    @contextmanager
    def cut_off(self: Database, *args: Any, **more: Any) -> Iterator[Any]:
        with work(self, *args, **more) as w:
            yield w
        raise Unreachable("The connection was lost.")

    monkeypatch.setattr(Database, "work", cut_off)
    ran = world.run("risk", world["bruno"], "high", "--why", "x", "--format", "json", as_="ana")
    monkeypatch.undo()
    assert ran.code == 0
    assert ran.json["change"] == world.json("changes", "--limit", "1", as_="ana")[0]["change"]
    assert len(world.shown("bruno")["risks"]) == 2
