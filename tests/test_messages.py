"""Everything a person reads goes through one catalogue; English needs none and costs nothing."""

from __future__ import annotations

import ast
import string
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseload import messages

from .support import sources


@pytest.fixture(autouse=True)
def bound_again() -> Iterator[None]:
    yield
    messages._bound = False


@pytest.fixture
def italian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue as msgfmt would compile it."""
    _compile(
        tmp_path / "it",
        {
            "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
            "Nothing to do.": "Niente da fare: è tutto fatto.",
            "{n} case\0{n} cases": "{n} caso\0{n} casi",
        },
    )
    monkeypatch.setattr(messages, "FOLDER", str(tmp_path))
    return tmp_path


def _compile(folder: Path, entries: dict[str, str]) -> None:
    keys = sorted(entries)
    blob, index = b"", []
    for text in keys + [entries[k] for k in keys]:
        raw = text.encode()
        index.append((len(raw), len(blob)))
        blob += raw + b"\0"
    start = 28 + 16 * len(keys)
    table = b"".join(struct.pack("<2I", length, start + offset) for length, offset in index)
    header = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0)
    (folder / "LC_MESSAGES").mkdir(parents=True)
    (folder / "LC_MESSAGES" / "caseload.mo").write_bytes(header + table + blob)


def speak(monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    messages.bind()


def test_a_reader_of_another_language_gets_theirs(italian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, LANG="it_IT.UTF-8")
    assert messages._("Nothing to do.") == "Niente da fare: è tutto fatto."
    assert messages._n("{n} case", "{n} cases", 1).format(n=1) == "1 caso"
    assert messages._n("{n} case", "{n} cases", 3).format(n=3) == "3 casi"
    assert messages._("Not translated yet.") == "Not translated yet."


@pytest.mark.parametrize(
    ("environment", "speaks_italian"),
    [
        ({"LANG": "it_IT.UTF-8"}, True),
        ({"LANG": "it"}, True),
        ({"LANG": "it_IT@euro"}, True),
        ({"LC_ALL": "it_IT", "LANG": "en_US.UTF-8"}, True),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "it_IT"}, False),
        ({"LC_MESSAGES": "it_IT", "LANG": "de_DE"}, True),
        ({"LANGUAGE": "de:it", "LANG": "en_US.UTF-8"}, True),
        ({"LANGUAGE": "en:it", "LANG": "it_IT"}, False),
        ({"LANGUAGE": "", "LANG": "it_IT"}, True),
        ({"LANGUAGE": "it", "LANG": "C.UTF-8"}, False),
        ({"LANGUAGE": "it"}, False),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "../it"}, False),
        ({"LANG": "POSIX"}, False),
        ({}, False),
    ],
)
def test_the_language_is_chosen_as_gettext_chooses_it(
    environment: dict[str, str], speaks_italian: bool, italian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(monkeypatch, **environment)
    assert (messages._("Nothing to do.") != "Nothing to do.") is speaks_italian


def test_without_a_catalogue_the_source_is_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, LANG="en_GB.UTF-8")
    assert messages._("Nothing to do.") == "Nothing to do."
    assert [messages._n("{n} case", "{n} cases", n) for n in (0, 1, 2)] == ["{n} cases", "{n} case", "{n} cases"]


def test_english_loads_nothing_and_reads_nothing() -> None:
    code = "import sys; from caseload.messages import _; _('x'); print('gettext' in sys.modules)"
    for language in ("C.UTF-8", "en_US.UTF-8", "de_DE.UTF-8"):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"LC_ALL": language}
        )
        assert done.stdout.strip() == "False", language


def test_every_message_is_a_literal_that_a_translator_can_find() -> None:
    """`_(f"...")`, `_(name)` or `_("..." + x)` would never be found in a catalogue."""
    found = 0
    for path, tree in sources.trees().items():
        if path == "messages.py":
            continue
        for call in sources.calls(tree, "_", "_n"):
            name = call.func.id  # type: ignore[attr-defined]
            texts = call.args[: 2 if name == "_n" else 1]
            assert len(call.args) == (3 if name == "_n" else 1) and not call.keywords, f"{path}:{call.lineno}"
            for text in texts:
                literal = isinstance(text, ast.Constant) and isinstance(text.value, str)
                assert literal, f"{path}:{call.lineno}: write a literal and fill it in afterwards with .format()"
                found += 1
    assert found > 50


def test_every_message_can_be_filled_in_by_name() -> None:
    """A translator may need another order, so places have names; a stray brace would fail in front of a person."""
    for path, tree in sources.trees().items():
        for call in sources.calls(tree, "_", "_n"):
            for text in call.args:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    for _literal, place, _spec, _conversion in string.Formatter().parse(text.value):
                        assert place is None or place.split(".")[0].isidentifier(), f"{path}:{call.lineno}"


def test_no_module_gives_the_catalogues_name_another_meaning() -> None:
    """`for _ in rows` in a module that imports `_` would take the messages away from the whole function."""
    for path, tree in sources.trees().items():
        imports = any(
            isinstance(node, ast.ImportFrom) and any(alias.name == "_" and alias.asname is None for alias in node.names)
            for node in ast.walk(tree)
        )
        if not imports:
            continue
        for node in ast.walk(tree):
            rebound = isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store)
            argument = isinstance(node, ast.arg) and node.arg == "_"
            assert not rebound and not argument, f"{path}:{node.lineno}: name it _something"  # type: ignore[attr-defined]
