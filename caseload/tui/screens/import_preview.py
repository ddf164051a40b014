"""What taking a file in would do, before anything is done: counts, what is to be known of it, and each row that is not taken with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from ...errors import Conflict
from ...messages import _, _n
from .. import lists
from ..draw import Run, run
from ..prompts import yes_no
from ..talk import Left
from ..widgets.told import Wanted
from ..widgets.window import Pair, Window
from .watching import Watching, let_go

if TYPE_CHECKING:
    from ...exchange.rows import FileTally, Preview, Reject
    from ..widgets.line import Hint

# Further files than these are in the sum and not told one by one.
_FILES = 30


class PreviewPage(Watching):
    """The preview of an import. Left with its receipt, or with None. It lets go of the workbench as it closes."""

    HINTS: ClassVar[tuple[str, ...]] = ("import_on", "import_rejects", "down", "page_down", "back", "palette", "help")

    def __init__(self, draft: lists.Draft, laid: lists.Laid) -> None:
        super().__init__()
        self.draft, self.laid = draft, laid
        self.window = Window(id="window")
        # The workbench is read by one thread at a time.
        self._turn = asyncio.Lock()
        self._fetched = 0

    def body(self) -> Iterable[Widget]:
        yield self.window

    def _hints(self) -> list[Hint]:
        """Here Enter takes it in."""
        return [(key, _("take it in") if one == "import_on" else words, one) for key, words, one in super()._hints()]

    def on_mount(self) -> None:
        self.window.focus()
        self._show()

    def on_unmount(self) -> None:
        self.app.start(let_go(self._turn, self.laid.plan.stage.close))

    # -- what is shown -----------------------------------------------------------------

    def _show(self) -> None:
        preview = self.laid.preview
        name = self.draft.system or preview.source
        self.head.show((run(_(" Before it is taken: {name}").format(name=name)),), (), (run(_counts(preview)),))
        several = len(preview.files) > 1
        self.window.show(
            _above(self.laid), self.laid.reasons, [_pair(kind, one, several) for kind, one in self.laid.rows]
        )
        self.tell()

    def on_wanted(self, event: Wanted) -> None:
        event.stop()
        self.start(self._fetch(event.keys[0], len(event.keys)))

    async def _fetch(self, first: int, count: int) -> None:
        self._fetched += 1
        mine = self._fetched
        async with self._turn:
            if mine != self._fetched or not self.is_attached:
                return  # the list has moved on meanwhile
            found = await self.desk.beside(lambda: lists.reasons(self.laid.plan, first, count))
        several = len(self.laid.preview.files) > 1
        self.window.take(first, [_pair(kind, one, several) for kind, one in found])

    # -- acting --------------------------------------------------------------------------

    async def do_import_on(self) -> None:
        """Takes it in, once that is said."""
        preview, rejected = self.laid.preview, self.laid.preview.count("rejected")
        if preview.nothing_to_do:
            self.say(_("Nothing is new in this file: there is nothing to take in."), "good")
            raise Left
        question = _question(preview)
        if rejected:
            left = _n("{n} row is left out (w writes it).", "{n} rows are left out (w writes them).", rejected)
            question = left.format(n=rejected) + " " + question
        if not await self.ask(yes_no(question)):
            raise Left
        kept = self.draft.kept
        try:
            async with self._turn:
                receipt = await self.watched(
                    _("Taking in"),
                    lambda watch: self.write(
                        lists.verb(self.draft.kind), lists.take_in(self.laid.plan, watch, (lists.PLACE, kept)),
                        words=(lists.PLACE, kept),
                    ),
                )  # fmt: skip
        except Conflict:
            async with self._turn:
                self.laid = await self.desk.beside(lambda: lists.laid(self.laid.plan))
            self._show()
            raise
        self.dismiss(receipt)

    async def do_import_rejects(self) -> None:
        """The rows that are not taken, in a private file."""
        from ..paths import ask_new

        if not self.laid.preview.count("rejected"):
            self.say(_("Every row can be taken: there is nothing to write out."), "good")
            raise Left
        today = self.app.today
        path = await ask_new(self, _("Write these rows to:"), f"not-taken-{today}", (".csv",))
        async with self._turn:
            n, place = await self.desk.beside(lambda: lists.write_rejects(self.laid.plan, path))
        said = _n("Wrote {n} row to {path}.", "Wrote {n} rows to {path}.", n).format(n=n, path=place)
        self.say(said + " " + _("Mend it there, then bring it in as a list: g i."), "good")

    # -- moving ---------------------------------------------------------------------------

    def do_down(self) -> None:
        self.window.move(1)

    def do_up(self) -> None:
        self.window.move(-1)

    def do_page_down(self) -> None:
        self.window.turn(1)

    def do_page_up(self) -> None:
        self.window.turn(-1)

    def do_top(self) -> None:
        self.window.edge(-1)

    def do_bottom(self) -> None:
        self.window.edge(1)


def _counts(preview: Preview) -> str:
    n, m = preview.count("rejected"), preview.count("conflicting")
    said = [_n("{n} not taken", "{n} not taken", n).format(n=n)] if n else []
    said += [_n("{n} in conflict", "{n} in conflict", m).format(n=m)] if m else []
    return " · ".join(said) + " " if said else ""


def _tally(one: FileTally | None, preview: Preview) -> str:
    """The rows of all files by what becomes of them; of one file, what becomes of any."""

    def count(state: str) -> int:
        return int(getattr(one, state)) if one is not None else preview.count(state)

    named = (
        ("new", _("new")), ("changed", _("changed there")), ("unchanged", _("the same as before")), ("conflicting", _("in conflict")),
        ("rejected", _("not taken")), ("not_taken", _("left out")),
    )  # fmt: skip
    return " · ".join(f"{count(state)} {words}" for state, words in named if one is None or count(state))


def _made(preview: Preview) -> str:
    """What would be made, by our nouns; nothing where nothing would."""
    named = (
        ("cases", _n("{n} case", "{n} cases", preview.totals.get("cases", 0))),
        ("clients", _n("{n} client", "{n} clients", preview.totals.get("clients", 0))),
        ("programs", _n("{n} program", "{n} programs", preview.totals.get("programs", 0))),
        ("workers", _n("{n} worker", "{n} workers", preview.totals.get("workers", 0))),
        ("contacts", _n("{n} contact", "{n} contacts", preview.totals.get("contacts", 0))),
        ("tasks", _n("{n} task", "{n} tasks", preview.totals.get("tasks", 0))),
        ("notes", _n("{n} draft note", "{n} draft notes", preview.totals.get("notes", 0))),
        ("closings", _n("{n} closing", "{n} closings", preview.totals.get("closings", 0))),
        ("appointments", _n("{n} appointment", "{n} appointments", preview.totals.get("appointments", 0))),
        ("providers", _n("{n} provider", "{n} providers", preview.totals.get("providers", 0))),
        ("services", _n("{n} service", "{n} services", preview.totals.get("services", 0))),
    )  # fmt: skip
    return ", ".join(words.format(n=preview.totals[name]) for name, words in named if preview.totals.get(name))


def _question(preview: Preview) -> str:
    made = _made(preview)
    if not made:
        n = preview.totals["writes"]
        return _n("Bring {n} row up to date?", "Bring {n} rows up to date?", n).format(n=n)
    return _("Take in {made}?").format(made=made)


def _above(laid: lists.Laid) -> list[Run]:
    preview = laid.preview
    said: list[Run] = [run(_tally(None, preview), "strong")]
    if len(preview.files) > 1:
        said += [run(f"{one.file}: {_tally(one, preview)}") for one in preview.files[:_FILES] if one.rows]
    made = _made(preview)
    if preview.nothing_to_do:
        said.append(run(_("Nothing is new in this file: taking it in would change nothing."), "good"))
    elif made:
        said.append(run(_("Would be made: {made}.").format(made=made)))
    for note in preview.notes:
        said.append(run(f"{note.reason} ({note.rows})" if note.rows else note.reason, "dim"))
    if laid.alike:
        n = laid.alike
        said.append(run(_n("{n} new client may be known already; nobody is merged.",
                           "{n} new clients may be known already; nobody is merged.", n).format(n=n), "warn"))  # fmt: skip
    if not laid.all_compared:
        said.append(run(_("Only the first new clients were compared with those who are known."), "dim"))
    said.append(run(""))
    n = laid.reasons
    if not n:
        return [*said, run(_("Every row can be taken."), "good")]
    return [*said, run(_n("{n} thing to look at", "{n} things to look at", n).format(n=n), "title")]


def _pair(kind: str, one: Reject, several: bool) -> Pair:
    words, tone = {
        "rejected": (_("not taken"), "bad"), "conflicting": (_("kept as it is here"), "warn"), "alike": (_("known already?"), "warn"),
    }.get(kind, (kind, "plain"))  # fmt: skip
    where = _("row {n}").format(n=one.row)
    head = (run(f"{one.file} {where}  " if several else f"{where}  ", "strong"), run(one.column))
    value = _("{value}: ").format(value=one.value) if one.value else ""
    expected = "  ·  " + _("expected: {what}").format(what=one.expected) if one.expected else ""
    return Pair(head, (run(f"{words} ", tone),), (run(f"{value}{one.reason}"), run(expected, "dim")))
