"""Five sets of colours. Signs and words carry the meaning; colours only help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..messages import _
from ..text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.theme import Theme

DEFAULT = "dark"
TERMINAL = "terminal"

# What every theme sets, in this order; the style sheet reads these alone.
_PARTS = ("bad", "warn", "good", "dim", "key", "mark", "lit", "lit-text", "head", "head-text")

_SETS: dict[str, tuple[bool, str, str, str, tuple[str, ...]]] = {
    # name: dark?, background, foreground, accent, parts
    "dark": (
        True, "#16191d", "#d8dde3", "#5fa8d3",
        ("#ff8a80", "#f2c14e", "#8fcf8f", "#8a949e", "#7cc4f5", "#f2c14e", "#2b4a63", "#ffffff", "#242a31", "#e8edf2"),
    ),
    "light": (
        False, "#fafafa", "#1f2328", "#0b5cad",
        ("#a8071a", "#7a4b00", "#116329", "#5b636b", "#0b5cad", "#7a4b00", "#cfe3f7", "#0a1a2a", "#e6e9ec", "#1f2328"),
    ),
    "high contrast": (
        True, "#000000", "#ffffff", "#ffff00",
        ("#ff9c9c", "#ffff00", "#7dff7d", "#ffffff", "#00ffff", "#ffff00", "#ffff00", "#000000", "#ffffff", "#000000"),
    ),
    # Okabe and Ito's palette, told apart with every common form of colour blindness (jfly.uni-koeln.de/color, 2008).
    "colour-blind": (
        True, "#101418", "#e6e6e6", "#56b4e9",
        ("#e69f00", "#f0e442", "#56b4e9", "#9aa3ab", "#56b4e9", "#f0e442", "#0072b2", "#ffffff", "#22292f", "#ffffff"),
    ),
}  # fmt: skip


def names() -> tuple[str, ...]:
    """What a person may choose."""
    return (*_SETS, TERMINAL)


def themes() -> list[Theme]:
    """The themes, as the terminal library takes them."""
    from textual.theme import BUILTIN_THEMES, Theme

    found = []
    for name, (dark, background, foreground, accent, parts) in _SETS.items():
        variables = dict(zip(_PARTS, parts, strict=True)) | {
            "lit-style": "bold", "head-style": "bold", "dim-style": "none", "strong-style": "bold",
        }  # fmt: skip
        found.append(
            Theme(
                name=name, primary=accent, accent=accent, foreground=foreground, background=background, surface=background,
                panel=parts[8], warning=parts[1], error=parts[0], success=parts[2], dark=dark, variables=_tuned(variables, accent),
            )
        )  # fmt: skip
    plain = dict.fromkeys(_PARTS, "ansi_default") | {
        "bad": "ansi_red", "warn": "ansi_yellow", "good": "ansi_green", "key": "ansi_cyan", "mark": "ansi_yellow",
        "lit-style": "bold reverse", "head-style": "bold", "dim-style": "dim", "strong-style": "bold",
    }  # fmt: skip
    found.append(
        Theme(
            name=TERMINAL, ansi=True, primary="ansi_blue", secondary="ansi_cyan", warning="ansi_yellow", error="ansi_red",
            success="ansi_green", accent="ansi_blue", foreground="ansi_default", background="ansi_default",
            surface="ansi_default", panel="ansi_default", boost="ansi_default",
            variables=BUILTIN_THEMES["ansi-dark"].variables | _tuned(plain, "ansi_blue"),
        )
    )  # fmt: skip
    return found


def defaults() -> dict[str, str]:
    """The style sheet's own variables, for a theme that does not know them."""
    return dict.fromkeys(_PARTS, "ansi_default") | dict.fromkeys(
        ("lit-style", "head-style", "dim-style", "strong-style"), "none"
    )


def _tuned(variables: dict[str, str], accent: str) -> dict[str, str]:
    return variables | {"scrollbar": variables["dim"], "scrollbar-hover": accent, "scrollbar-active": accent}


def complaints(wish: Any) -> list[str]:
    """What is wrong with the theme a person has set, in words."""
    if wish is None or wish in names():
        return []
    said = _("screen: {theme} is no theme. There are: {known}.")
    return [said.format(theme=line(str(wish))[:40], known=", ".join(names()))]


def chosen(wish: Any, environ: Mapping[str, str]) -> str:
    """The theme to begin with: the terminal's own where NO_COLOR is set or colours are few, else the person's, else dark."""
    if environ.get("NO_COLOR"):
        return TERMINAL
    if isinstance(wish, str) and wish in names():
        return wish
    few = (
        environ.get("COLORTERM", "") == ""
        and "256" not in environ.get("TERM", "")
        and "direct" not in environ.get("TERM", "")
    )
    return TERMINAL if few else DEFAULT
