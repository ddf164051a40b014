"""Group activities and topics of advice, on the screen: their commands, and what the practice is asked and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..messages import _
from .commands import GROUP, MANY, ONE, WORK, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..casework.groups import NewGroup
    from ..casework.together import Named
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing


def grouping() -> tuple[Command, ...]:
    """What begins them, and what is done on the page of one."""
    group = _("Groups and advice")
    return (
        Command(
            "group", _("Log a group activity"), ("O",), WORK, group,
            _("Of the marked cases: what was done together, and a line for each client: p was there, l left early, a did not come, t "
              "what is said of them alone. Nobody is named in the record of another."),
            _("group"), MANY, True,
        ),
        Command(
            "advice", _("Say what a contact was about"), ("T",), WORK, group,
            _("A letter for each topic: of your contact under the cursor on the case page, else of your latest in this case."),
            _("topics"), ONE, True,
        ),
        Command("was_there", _("Was there"), ("p", "enter"), (GROUP,), group, _("And on to the next."), _("there")),
        Command("left_early", _("Left early"), ("e",), (GROUP,), group, _("And on to the next."), _("left early")),
        Command("was_absent", _("Did not come"), ("a",), (GROUP,), group, _("And on to the next."), _("absent")),
        Command(
            "own_line", _("What is said of one alone"), ("t",), (GROUP,), group,
            _("It stands in the record of the client under the cursor and in no other."), _("own line"),
        ),
        Command(
            "account", _("What was done together"), ("n",), (GROUP,), group,
            _("For every record, naming nobody; minutes first, if they are known: 90 cooked soup."), _("what was done"),
        ),
        Command("about_what", _("What it was about"), ("o",), (GROUP,), group, _("A letter for each topic."), _("topics")),
        Command(
            "record_group", _("Record it"), ("ctrl+s",), (GROUP,), group,
            _("Says first who is named where others would read it; there it is masked."), _("record"),
        ),
        Command(
            "leave_group", _("Leave, words kept"), ("escape",), (GROUP,), group, _("The same key on the same cases brings them back."),
            _("leave"),
        ),
    )  # fmt: skip


class Participant(NamedTuple):
    """Somebody who was expected: the case, its number, and who it is."""

    key: int
    number: str
    name: str


def expected(r: Reading, keys: Sequence[int]) -> tuple[Participant, ...]:
    """Those cases in the order in which they were marked, as far as they are seen."""
    from ..casework import cases

    rows = cases.rows(r, keys)
    return tuple(Participant(key, rows[key].case, rows[key].client or "") for key in keys if key in rows)


def topics(r: Reading) -> tuple[tuple[str, str], ...]:
    """The codes and names of the topics there are."""
    from ..casework import advice

    return advice.offered(r)


def named(r: Reading, new: NewGroup) -> tuple[Named, ...]:
    """Who is named where the others would read it."""
    from ..casework import groups

    return groups.names_in(r, new)


class Latest(NamedTuple):
    """A contact, and what it was filed under."""

    id: int
    topics: tuple[str, ...]


def latest(r: Reading, key: int) -> Latest | None:
    """The person's own latest contact in a case; None where there is none."""
    from ..casework import page

    found = page.preview(r, key)
    mine = [one for one in found.contacts if one.by == r.me.handle] if found is not None else []
    return Latest(mine[0].id, mine[0].topics) if mine else None


def log(new: NewGroup) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import groups

        return groups.log(w, new)

    return doing


def correct(
    key: int, contact: int, seen: int, presence: str | None, words: str | None, place: str | None = None
) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import groups

        return groups.correct(w, key, contact, presence=presence, words=words, seen=seen, scratch=place)

    return doing


def refile(key: int, contact: int, codes: Sequence[str]) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import advice

        return advice.refile(w, key, contact, codes)

    return doing
