"""Colours: every tone of every theme can be read against what it stands on, and none carries a meaning alone."""

from __future__ import annotations

import pytest

from caseload.tui import themes

from .conftest import Driving


def _light(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition of relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", [name for name in themes.names() if name != themes.TERMINAL])
def test_every_tone_can_be_read(name: str) -> None:
    """At least 4.5 to 1 for text (WCAG 2.2, 1.4.3), and 7 to 1 in the theme of high contrast (1.4.6)."""
    least = 7.0 if name == "high contrast" else 4.5
    theme = next(one for one in themes.themes() if one.name == name)
    parts = theme.variables
    pairs = [(parts[tone], theme.background) for tone in ("bad", "warn", "good", "dim", "key", "mark")]
    pairs += [
        (theme.foreground, theme.background),
        (parts["lit-text"], parts["lit"]),
        (parts["head-text"], parts["head"]),
    ]
    for front, back in pairs:
        assert _contrast(front, back) >= least, (name, front, back)  # type: ignore[arg-type]


def test_few_colours_or_none_take_the_terminal_s_own() -> None:
    for environ in (
        {"NO_COLOR": "1", "COLORTERM": "truecolor"},
        {"TERM": "xterm"},
        {"TERM": "linux"},
        {"TERM": "vt100"},
    ):
        assert themes.chosen(None, environ) == themes.TERMINAL
    assert themes.chosen("light", {"NO_COLOR": "1"}) == themes.TERMINAL
    assert themes.chosen("light", {"TERM": "xterm"}) == "light"
    assert themes.chosen(None, {"TERM": "xterm-256color"}) == themes.DEFAULT


@pytest.mark.parametrize(
    "keys",
    [["g", "w", "j"], ["g", "r", "tab", "tab", "tab"], ["g", "c", "j"], ["g", "b", "j", "space"], ["space"]],
    ids="".join,
)
async def test_the_words_are_the_same_without_colours(drive: Driving, keys: list[str]) -> None:
    """The cursor, marks, what is late and what clashes are signs and words in every theme."""
    seen = set()
    async with drive(who="ben") as t:
        await t.press(*keys)
        for name in themes.names():
            t.app.theme = name
            await t.settle()
            seen.add(t.screen())
        assert len(seen) == 1
        assert "›" in t.screen()
