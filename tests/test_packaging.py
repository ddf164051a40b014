"""What is installed is whole: `pipx install .` brings the migrations and everything that is not Python."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import caseload

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


def _tracked(folder: str) -> set[str]:
    """Files of the checkout below a folder, without what Python and editors leave there."""
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".pyc", ".swp")
    }


def test_the_wheel_holds_every_file_of_the_package_and_the_migrations(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert _tracked("caseload") <= names
    assert any(name.endswith(".sql") for name in names)
    migrations = {name.replace("migrations/", "caseload/_migrations/", 1) for name in _tracked("migrations")}
    assert migrations <= names
    assert {name.split("/")[0] for name in names} == {"caseload", f"caseload-{caseload.__version__}.dist-info"}


def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    info = f"caseload-{caseload.__version__}.dist-info"
    meta = Parser().parsestr(wheel.read(f"{info}/METADATA").decode())
    assert meta["Name"] == "caseload"
    assert meta["Requires-Python"] == "<3.14,>=3.11"
    assert set(meta.get_all("Provides-Extra", [])) == {"arrow", "paper", "sqlcipher", "dev"}
    assert "caseload = caseload.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()


def test_an_installed_caseload_makes_its_database_without_the_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    site = tmp_path / "site"
    wheel.extractall(site)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "from caseload import settings; from caseload.store import connect, migrate\n"
        "connect.create(settings.load(database='agency.db')); print(migrate.locate())"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(site / "caseload" / "_migrations")
    assert (tmp_path / "agency.db").stat().st_mode & 0o777 == 0o600


def test_a_wheel_can_be_built_from_the_source_distribution(built: Path, wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        # An argument of that meaning came with 3.11.4, its absence is a warning from 3.12 on.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path)
    (source,) = tmp_path.iterdir()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (again,) = tmp_path.glob("*.whl")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(wheel.namelist())


# ---------------------------------------------------------------- what it is built from


def _name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()  # type: ignore[index]


def test_every_dependency_has_one_tested_version() -> None:
    pinned = {}
    for entry in (ROOT / "constraints.txt").read_text().splitlines():
        if not entry.startswith("#"):
            name, version = re.fullmatch(r"([\w.-]+)==([\w.]+)", entry).groups()  # type: ignore[union-attr]
            assert _name(name) not in pinned
            pinned[_name(name)] = version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    assert {_name(r.partition("[")[0]) for r in wanted} <= set(pinned)


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    listed = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.S | re.M)
    assert listed
    for entry in listed[1].splitlines():
        assert re.fullmatch(r'\s+"[^"]+",\s+# .{10,}', entry), entry


def test_the_change_gate_runs_the_whole_suite() -> None:
    gate = ROOT / ".ci" / "run"
    assert gate.stat().st_mode & 0o111
    assert "make test" in gate.read_text()
