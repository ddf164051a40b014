"""Everything in a folder: private, whole, and with a reason alone."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest

from caseload import settings
from caseload.errors import CaseloadError, NotPermitted, Refused, Usage
from caseload.exchange.everything import carry
from tests.practice.carrying import (
    Places,
    everything,
    must_be_the_same,
    other,
    sound,
    told,
)
from tests.practice.kit import Practice

WISH = carry.Wish()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_folder_is_private_whole_and_brings_everything_back_on_either_engine(
    lived: Practice, places: Places, tmp_path: Path, form: str
) -> None:
    done = carry.export(told(lived), str(tmp_path / "all"), form, "Moving")
    start = everything(lived.url)
    assert [one.name for one in tmp_path.iterdir()] == ["all"]
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in done.path.iterdir()} == {0o600}
    manifest = json.loads((done.path / "manifest.json").read_text())
    for name, part in manifest["tables"].items():
        assert part["rows"] == len(start[name])
        assert part["sha256"] == hashlib.sha256((done.path / part["file"]).read_bytes()).hexdigest()
    assert manifest["tables"].keys() == start.keys()
    listed = (done.path / "dictionary.csv").read_text().splitlines()
    assert len({row.split(",")[0] for row in listed}) == 1 + len(start)
    place = places.new(lived.engine_name if form == "csv" else other(lived.engine_name))
    came = carry.bring(told(place), done.path, carry.Wish(anchor=done.seal))
    must_be_the_same(start, everything(place.url))
    sound(place, came.seal)


def test_both_formats_say_the_same_of_the_same_rows(lived: Practice, tmp_path: Path) -> None:
    parts = [carry.export(told(lived), str(tmp_path / form), form, "x").parts for form in ("csv", "parquet")]
    same = [{name: part.content for name, part in one.items() if name not in ("look", "seal")} for one in parts]
    assert same[0] == same[1]


def test_a_look_at_every_case_is_on_record_with_the_reason(lived: Practice, out: Path) -> None:
    looks = lived.rows("SELECT case_id FROM look WHERE surface = 'export everything' AND why = 'Moving to a server'")
    cases = {case for (case,) in lived.rows("SELECT id FROM case_file")}
    lived.close()
    assert {case for (case,) in looks} == cases | {None}


def test_null_and_empty_text_are_two_things_in_csv(out: Path) -> None:
    alerts = (out / "identity.csv").read_text()
    assert ',"",' in alerts or alerts.endswith(',""\n') or ",," in alerts
    assert '"Mara"' in alerts


def test_everything_leaves_with_a_reason_alone_and_over_nothing(lived: Practice, out: Path, tmp_path: Path) -> None:
    with pytest.raises(Usage, match="--why"):
        carry.export(told(lived), str(tmp_path / "all"), "csv", " ")
    for place in (out, out / "manifest.json"):
        with pytest.raises(Refused, match="already"):
            carry.export(told(lived), str(place), "csv", "x")
    with pytest.raises(Usage):
        carry.export(told(lived), str(tmp_path / "no" / "such"), "csv", "x")
    assert list(tmp_path.iterdir()) == []


def test_a_workers_login_takes_nothing_out_of_a_server(lived: Practice, places: Places, tmp_path: Path) -> None:
    if lived.engine_name == "postgresql":
        ana = settings.load(database=lived.url_of("ana"))
        with pytest.raises(NotPermitted):
            carry.export(ana, str(tmp_path / "all"), "csv", "x")
        with pytest.raises(NotPermitted):
            carry.move(ana, told(places.new("sqlite")), WISH)
        assert list(tmp_path.iterdir()) == []
    with pytest.raises(CaseloadError, match="no database"):
        carry.export(settings.load(database=f"{tmp_path}/none.db"), str(tmp_path / "all"), "csv", "x")


def test_nothing_is_brought_in_over_something(lived: Practice, places: Places, out: Path) -> None:
    place = places.new(lived.engine_name)
    carry.bring(told(place), out, WISH)
    before = everything(place.url)
    for again in (lambda: carry.bring(told(place), out, WISH), lambda: carry.move(told(lived), told(place), WISH)):
        with pytest.raises(Refused):
            again()
    with pytest.raises(Refused):
        carry.move(told(lived), told(lived), WISH)
    assert everything(place.url) == before
