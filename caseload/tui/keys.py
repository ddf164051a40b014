"""From what the keyboard sends to a command: names of keys, sequences such as `g t`, and a person's own key map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..messages import _
from ..text import line
from .commands import PLACES, Command, registry

# How a key is written for people, by the name the terminal library gives it.
_SHOWN = {
    "space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "shift+tab": "Shift-Tab", "up": "↑", "down": "↓",
    "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "delete": "Del",
    "backspace": "Backspace", "insert": "Ins",
}  # fmt: skip
_READ = {shown.casefold(): name for name, shown in _SHOWN.items()} | {
    "up": "up", "down": "down", "left": "left", "right": "right", "escape": "escape", "pageup": "pageup",
    "pagedown": "pagedown", "delete": "delete",
}  # fmt: skip
# Terminals send these for Backspace, Tab, Enter and Esc, so nothing else can be put there.
_TAKEN = {"ctrl+h": "Backspace", "ctrl+i": "Tab", "ctrl+m": "Enter", "ctrl+j": "Enter", "ctrl+[": "Esc"}


def token(key: str, character: str | None) -> str:
    """The one name of a key press: the character where it prints (`c`, `?`), else the key's name (`ctrl+d`, `space`)."""
    plain = not key.startswith(("ctrl+", "alt+", "super+", "meta+"))
    if plain and character is not None and len(character) == 1 and character.isprintable() and character != " ":
        return character
    return key


def shown(sequence: str) -> str:
    """A sequence as people read it: `g t`, `Ctrl-D`, `↓`."""
    return " ".join(_shown(one) for one in sequence.split(" "))


def _shown(one: str) -> str:
    if one in _SHOWN:
        return _SHOWN[one]
    if "+" in one and len(one) > 1:
        *held, last = one.split("+")
        last = _SHOWN.get(last, last.upper() if len(last) <= 3 else last.capitalize())
        return "-".join([h.capitalize() for h in held] + [last])
    return one.upper() if len(one) > 1 and one[0] == "f" and one[1:].isdigit() else one


def read(written: str) -> str | None:
    """What a person wrote in the settings file (`Ctrl-D`, `g t`, `Space`) as a sequence; None when it names no keys."""
    found = [_read(part) for part in written.split()]
    return " ".join(one for one in found if one) if found and all(found) else None


def _read(part: str) -> str | None:
    lowered = part.casefold()
    if lowered in _READ:
        return _READ[lowered]
    if len(part) == 1:
        return part if part.isprintable() else None
    if lowered[0] == "f" and lowered[1:].isdigit() and 1 <= int(lowered[1:]) <= 24:
        return lowered
    *held, last = lowered.replace("-", "+").split("+")
    last = _READ.get(last, last)
    if held and set(held) <= {"ctrl", "alt", "shift"} and (len(last) == 1 or last in _SHOWN):
        return "+".join([*held, last])
    return None


class Keymap(NamedTuple):
    """Which sequence runs which command in which place, and what is wrong with the person's own wishes, in words."""

    bound: Mapping[str, tuple[str, ...]]
    places: Mapping[str, Mapping[str, str]]
    complaints: tuple[str, ...] = ()

    def keys_of(self, command: str) -> tuple[str, ...]:
        """The sequences that run it, the preferred first."""
        return self.bound.get(command, ())

    def first(self, command: str) -> str:
        """The preferred sequence as people read it, or nothing where it has none."""
        return shown(self.keys_of(command)[0]) if self.keys_of(command) else ""

    def shown_all(self, command: str) -> tuple[str, ...]:
        """All its sequences as people read them."""
        return tuple(shown(sequence) for sequence in self.keys_of(command))

    def find(self, place: str, sequence: str) -> str | None:
        """The command's id that this whole sequence runs here."""
        return self.places.get(place, {}).get(sequence)

    def following(self, place: str, begun: str) -> dict[str, str]:
        """What may come next after `begun`: next key to command id, in the registry's order."""
        start = begun + " "
        return {s[len(start) :]: c for s, c in self.places.get(place, {}).items() if s.startswith(start)}


def keymap(wishes: Mapping[str, Any] | None = None, commands: Iterable[Command] | None = None) -> Keymap:
    """The registry's keys with a person's own on top, by command id: `contact = "C"` or `down = ["j", "n"]`.

    A key someone set is taken from the command that had it by default. Wishes that cannot be granted are left out and
    named in `complaints`; the rest holds.
    """
    known = {c.id: c for c in (registry() if commands is None else commands)}
    own, complaints = _wishes(wishes or {}, known)
    bound = {c.id: tuple(own.get(c.id, c.keys)) for c in known.values()}
    places: dict[str, dict[str, str]] = {}
    order = [*own, *(i for i in known if i not in own)]
    lost: set[tuple[str, str]] = set()
    for place in PLACES:
        here: dict[str, str] = {}
        for command in order:
            if place not in known[command].where:
                continue
            for sequence in bound[command]:
                other = _in_the_way(here, sequence)
                if other is None:
                    here[sequence] = command
                    continue
                lost.add((command, sequence))
                said = _clash(sequence, known[command], known[here[other]], mine=command in own)
                if said not in complaints:
                    complaints.append(said)
        ranked = list(known)
        places[place] = dict(sorted(here.items(), key=lambda item: ranked.index(item[1])))
    # A key lost in one place is lost in all: the same letter everywhere.
    live = {c: tuple(s for s in keys if (c, s) not in lost) for c, keys in bound.items()}
    places = {place: {s: c for s, c in here.items() if (c, s) not in lost} for place, here in places.items()}
    return Keymap(live, places, tuple(complaints))


def _wishes(wishes: Mapping[str, Any], known: Mapping[str, Command]) -> tuple[dict[str, list[str]], list[str]]:
    own: dict[str, list[str]] = {}
    complaints = []
    for name, value in wishes.items():
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(str(name), known, 1)
            hint = _(" Did you mean {near}?").format(near=near[0]) if near else ""
            complaints.append(_("keys: {name} is not a command.").format(name=line(str(name))) + hint)
            continue
        written = value if isinstance(value, list) else [value]
        for one in written:
            sequence = read(one) if isinstance(one, str) else None
            if sequence is None:
                complaints.append(_("keys: {name}: {key} names no key.").format(name=name, key=line(str(one)) or "''"))
            elif sequence in _TAKEN:
                said = _("keys: {name}: a terminal sends {key} as {sent}; choose another key.")
                complaints.append(said.format(name=name, key=shown(sequence), sent=_TAKEN[sequence]))
            else:
                own.setdefault(name, []).append(sequence)
    return own, complaints


def _in_the_way(here: Mapping[str, str], sequence: str) -> str | None:
    """A sequence already taken that equals this one, or begins it, or is begun by it."""
    for other in here:
        if other == sequence or other.startswith(sequence + " ") or sequence.startswith(other + " "):
            return other
    return None


def _clash(sequence: str, loser: Command, winner: Command, *, mine: bool) -> str:
    if mine:
        said = _("keys: {key} is set for both {winner} and {loser}; {winner} has it.")
    else:
        said = _("keys: {key} now runs {winner}; {loser} has lost it.")
    return said.format(key=shown(sequence), winner=winner.id, loser=loser.id)


def own_keymap() -> Keymap:
    """The key map of the person at this terminal: the registry's with their `[keys]` on top."""
    from .wishes import wishes

    return keymap(wishes().get("keys"))


class Reader:
    """Reads key by key: remembers what a sequence has begun with. There is no time-out: Esc leaves."""

    def __init__(self, keymap: Keymap) -> None:
        self.keymap = keymap
        self.begun = ""

    def feed(self, place: str, key: str) -> str | None:
        """The command this key completes here, if any. A key that leads nowhere ends what had begun."""
        sequence = f"{self.begun} {key}" if self.begun else key
        found = self.keymap.find(place, sequence)
        if found is None and self.keymap.following(place, sequence):
            self.begun = sequence
            return None
        self.begun = ""
        return found

    def continuations(self, place: str) -> dict[str, str]:
        """What may follow what has begun."""
        return self.keymap.following(place, self.begun) if self.begun else {}
