"""The key map as a page to read: docs/keys.md is its output, and a test holds them equal.

python -m caseload.tui.keysheet > docs/keys.md
"""

from __future__ import annotations

import sys
from itertools import groupby

from ..messages import _
from .commands import (
    ACCESS,
    AGENDA,
    ASSESSMENT,
    BOARD,
    CASE,
    CASES,
    CLOSING,
    CONFLICT,
    FORM,
    GROUP,
    IMPORT,
    NOTES,
    OPENINGS,
    PACKET,
    PLAN,
    REPORTS,
    SERVICES,
    SHEET,
    SUPERVISION,
    TEAM,
    TODAY,
    UNSAVED,
    Command,
    registry,
)
from .keys import Keymap, keymap
from .wayfinding import VIEWS, view_name


def _places() -> dict[str, str]:
    return {
        TODAY: _("Today"), CASES: _("Cases"), CASE: _("case page"), BOARD: _("board"), AGENDA: _("agenda"),
        NOTES: _("all notes"), TEAM: _("Team"), SHEET: _("help and previews"), FORM: _("forms"),
        CONFLICT: _("two versions"), UNSAVED: _("not saved"), ACCESS: _("who sees a case"), OPENINGS: _("opened in an emergency"),
        PACKET: _("packets"), SUPERVISION: _("supervision"), PLAN: _("the plan"), SERVICES: _("services"),
        ASSESSMENT: _("assessment"), CLOSING: _("before a closing"), REPORTS: _("Reports"), GROUP: _("group activity"),
        IMPORT: _("bringing a list in"),
    }  # fmt: skip


def where_words(command: Command) -> str:
    """Where a command works, in words; nothing where it works wherever there are cases."""
    if {TODAY, CASES, CASE} <= set(command.where):
        return ""
    return ", ".join(_places()[place] for place in command.where)


def page(keys: Keymap | None = None) -> str:
    """The key map in Markdown."""
    keys = keymap() if keys is None else keys
    found = [_("# Keys"), "", _introduction(), ""]
    for group, commands in groupby(registry(), key=lambda c: c.group):
        found += [f"## {group}", "", f"| {_('keys')} | {_('does')} | {_('id')} |", "|---|---|---|"]
        for one in commands:
            if one.id.startswith("view_"):
                continue
            where = where_words(one)
            words = f"**{one.words}**" + (f" ({where})" if where else "") + f". {one.help}"
            found.append(f"| {_code(keys.shown_all(one.id))} | {words} | `{one.id}` |")
        found.append("")
    found += [_("## Views on the number keys"), "", f"| {_('key')} | {_('view')} | {_('query')} |", "|---|---|---|"]
    found += [f"| `{n}` | {view_name(n)} | `{query}` |" for n, query in VIEWS.items()]
    return "\n".join(found) + "\n"


def _code(shown: tuple[str, ...]) -> str:
    # A pipe would end the table's cell.
    return " ".join(f"`{one}`".replace("|", "\\|") for one in shown) or "–"


def _introduction() -> str:
    return _(
        "Every act of the screen. The same letter does the same everywhere; capitals are wider or stronger; arrows work beside "
        "the vi keys; the mouse does everything too. With marked cases the same key acts on all of them. `?` shows this list on "
        "the screen and searches it, `:` runs any act by name, `caseload keys` prints it.\n\n"
        "Any key can be changed in the settings file, by the id in the last column. A clash is named when the screen opens.\n\n"
        '```toml\n[keys]\nsnooze = "Z"\ndown = ["j", "Ctrl-N"]\ngo_today = "F2"\n\n[screen]\ntheme = "high contrast"\n```'
    )


if __name__ == "__main__":
    sys.stdout.write(page())
