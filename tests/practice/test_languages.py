"""Languages as people name them."""

from __future__ import annotations

import pytest

from caseload.casework import languages
from caseload.errors import Usage


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("de", "de"), ("DE", "de"), (" german ", "de"), ("Deutsch", "de"), ("portug", "pt"), ("pt-BR", "pt-br"),
        ("türkçe", "tr"), ("turkce", "tr"), ("Haitian", "ht"), ("العربية", "ar"), ("中文", "zh"), ("rmy", "rmy"),
    ],
)  # fmt: skip
def test_a_language_is_known_by_its_code_its_name_or_the_start_of_it(typed: str, code: str) -> None:
    assert languages.code(typed) == code


@pytest.mark.parametrize(("typed", "said"), [("per", None), ("so", None), ("no", None), ("nor", "Norwegian (no)")])
def test_a_start_that_several_share_asks_which(typed: str, said: str | None) -> None:
    if said is None:
        # A code is a code, and a start that one language has is that language.
        assert languages.code(typed) in ("no", "fa", "so")
    else:
        with pytest.raises(Usage) as refused:
            languages.code(typed)
        assert said in refused.value.message


@pytest.mark.parametrize("typed", ["qq", "elvish", "1", "de_DE"])
def test_what_is_no_language_is_refused_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(Usage, match="its name, as in German, or its code"):
        languages.code(typed)


def test_every_code_has_one_name_and_every_name_one_code() -> None:
    codes = [one.strip().split(" ", 1)[0] for one in languages._KNOWN.replace("\n", "|").split("|") if one.strip()]
    assert len(codes) == len(set(codes)) == 183
    for one in codes:
        assert languages.code(languages.name(one)) == one


def test_a_region_is_kept_and_said() -> None:
    assert languages.name("pt-br") == "Portuguese (pt-br)" and languages.name("rmy") == "rmy"
