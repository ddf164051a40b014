"""Free text masked: no known name survives in any form, and what else gives people away goes too."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.casework import traces
from caseload.casework.masking import CLIENT, PERSON, PROFESSIONAL, RELATIVE, Known, Mask
from caseload.text import block, words
from tests.support.examples import examples

TODAY = date(2026, 11, 20)
BORN = date(1984, 3, 12)
MARIA = Known(
    names=(("Maria Dolores García", CLIENT), ("Lola", CLIENT), ("Tomás García", RELATIVE), ("Dr Jürgen Müller", PROFESSIONAL)),
    phones=("+39 055 12 34 56", "4711"),
    addresses=("Via dei Serragli 12, 50124 Firenze",),
    born=BORN,
)  # fmt: skip
mask = Mask(MARIA, TODAY)

LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Lt", "Mn", "Nd"))
NAMES = st.one_of(
    st.sampled_from(
        ["Maria", "Anna", "Li", "O'Neil", "Jean-Luc", "Müller", "Łukasz", "محمد", "田中", "Mc Donald", "An", "Marek", "client"]
    ),
    st.text(LETTERS, min_size=2, max_size=12),
)  # fmt: skip
ENDINGS = st.sampled_from(["", "'s", "s", "'", "ina", "i", "…", "-", ".", "_", "!", "\u200d", "\n", " ", "é"])
SCRAPS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            " ", "(", "[client]", "[12 days ago]", "[", "]", "12/03/1984", "055-123456", "a@b.it", "www.x.org/", "M.", "2026-048217",
            "\x1b[31m", "\u202e",
        ]
    ),
)  # fmt: skip


@st.composite
def told(draw: st.DrawFn) -> tuple[Known, str]:
    """Some names, and a text in which they stand in one form or another, between anything at all."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4))
    shapes = st.sampled_from([str, str.upper, str.lower, str.title, lambda t: unicodedata.normalize("NFD", t)])
    piece = st.builds(lambda name, shape, end: f" {shape(name)}{end}", st.sampled_from(names), shapes, ENDINGS)
    text = "".join(draw(st.lists(st.one_of(piece, SCRAPS), max_size=8)))
    kinds = st.sampled_from([CLIENT, RELATIVE, PERSON])
    return Known(tuple((name, draw(kinds)) for name in names), born=draw(st.sampled_from([None, BORN]))), text


def survivors(known: Known, out: str) -> list[str]:
    """The words of a masked text that are a known name, or one with an ending."""
    names = [word for name, _kind in known.names for word in words(name) if len(word) >= 2]
    left = words(traces.settled().sub(" ", out))
    return [
        word
        for word in left
        for name in names
        if word == name or (len(name) >= 4 and word.startswith(name) and len(word) <= len(name) + 3)
    ]


@given(told=told())
@examples(150)
def test_no_known_name_is_left_as_a_word_or_with_an_ending(told: tuple[Known, str]) -> None:
    known, text = told
    out = Mask(known, TODAY)(text)
    assert not survivors(known, out), (text, out)


@given(told=told())
@examples(120)
def test_masking_what_is_masked_changes_nothing(told: tuple[Known, str]) -> None:
    known, text = told
    once = Mask(known, TODAY)(text)
    assert Mask(known, TODAY)(once) == once


@given(text=st.text(max_size=200), name=NAMES)
@examples(100)
def test_hostile_text_comes_out_inert(text: str, name: str) -> None:
    out = Mask(Known(((name, CLIENT),)), TODAY)(text + name + text)
    assert out == block(out)
    assert not {c for c in out if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"}


LONG = (
    "A " * 20_000, "1 " * 20_000, "1" + " " * 40_000, "a." * 20_000, "Via " + "Di " * 14_000, "@" * 40_000, "[" * 40_000, "M." * 20_000,
)  # fmt: skip


@pytest.mark.parametrize("text", LONG)
def test_a_long_text_takes_no_longer_than_its_length(text: str) -> None:
    """Ten times the text takes some ten times as long, never a hundred times: nothing goes back and forth over it."""

    def taken(one: str) -> float:
        begun = process_time()
        mask(one)
        return process_time() - begun

    short = max(taken(text[: len(text) // 10]), 0.005)
    assert taken(text) < short * 50


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("Maria came.", "[client] came."),
        ("MARÍA GARCÍA's rent", "[client] rent"),
        ("Garcia, Maria Dolores", "[client]"),
        ("M. Garcia and Garcia M.", "[client] and [client]."),
        ("Spoke to Lola; lolas sister", "Spoke to [client]; [client] sister"),
        ("met Tomas Garcia at home", "met [relative] at home"),
        ("When Maria came, Pietro Garcia and Garcia Luisa left", "When [client] came, [person] and [person] left"),
        ("Mueller's letter", "[professional] letter"),
        ("mariagarcia and M.D.G. came", "[client] and [client]. came"),
        ("call 055/123456 or +39055123456", "call [phone] or [phone]"),
        ("call 340 12 34 567", "call [phone]"),
        ("code 4711, not 47112 or 3", "code [phone], not [number] or 3"),
        ("write to m.garcia@posta.it or https://x.it/maria?a=1", "write to [email] or [link]"),
        ("born 12.03.1984, in 1984", "born [date], in [year]"),
        ("since 2026-11-08 and 2026-11-23", "since [12 days ago] and [in 3 days]"),
        ("on 12 March 2025 or March 5th", "on [20 months ago] or [date]"),
        ("due 25/12/2026, again on 1/2", "due [in 35 days], again on [date]"),
        ("tax code GRCMRA84C52D612X", "tax code [number]"),
        ("SSN 123-45-6789, case 2026-048217", "SSN [phone], case [case]"),
        ("lives in Via dei Serragli 12", "lives in [place]"),
        ("near serragli", "near [place]"),
        ("at 12 Old Mill Road, then Saint Anne School", "at [place], then [school]"),
        ("Hauptstraße 5 with Bright Future Foundation", "[place] with [organisation]"),
        ("is 93 years old, her son 61 years old", "is 90+ years old, her son 61 years old"),
        ("aged 104", "aged 90+"),
        ("paid 1,250.50 for 3 rooms at 14:30", "paid 1,250.50 for 3 rooms at 14:30"),
        ("She will call the landlord about the heating.", "She will call the landlord about the heating."),
        ("", ""),
    ],
)
def test_what_is_masked_and_what_is_left(text: str, out: str) -> None:
    assert mask(text) == out


def test_a_name_that_is_the_word_of_a_tag_leaves_no_tag_that_says_it() -> None:
    both = Mask(Known((("Client Days", CLIENT),)), TODAY)
    assert both("client came 2026-11-08, [client] too") == "[*] came [*], [*] too"


def test_a_short_name_masks_no_longer_word() -> None:
    assert (
        Mask(Known((("An Li", CLIENT),)), TODAY)("An and Li like another line")
        == "[client] and [client] like another line"
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"), (1, "yesterday"), (-1, "tomorrow"), (12, "12 days ago"), (-3, "in 3 days"), (90, "3 months ago"),
        (-400, "in 13 months"), (1000, "2 years ago"),
    ],
)  # fmt: skip
def test_days_are_said_relatively_the_coarser_the_farther(days: int, said: str) -> None:
    assert traces.relative(TODAY - timedelta(days), TODAY) == said
    assert traces.settled().fullmatch(traces.tag(said))


@pytest.mark.parametrize(
    ("born", "band"),
    [(BORN, "40-49"), (date(2026, 1, 1), "0-9"), (date(1936, 11, 21), "80-89"), (date(1936, 11, 20), "90+"), (date(1910, 1, 1), "90+")],
)  # fmt: skip
def test_ages_are_bands_and_whoever_is_ninety_is_old(born: date, band: str) -> None:
    assert traces.age_band(born, TODAY) == band


def test_every_tag_is_known_as_a_tag() -> None:
    text = "Maria, Tomas, Muller; 055123456; a@b.it; www.a.it; AB123CD; 1/2; 1984; Via Roma 2; St Anne School; X Ltd"
    tags = re.findall(r"\[[^\]]+\]", mask(text))
    assert tags and all(traces.settled().fullmatch(one) for one in tags)
