"""Everything this person has typed and not saved: to go on with it, or to throw it away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ...messages import _, _n
from ...text import clip, line
from .. import scribbles
from ..commands import UNSAVED
from ..draw import run
from ..summaries import When
from ..talk import Left
from ..widgets.sheet import Item
from .reading import Asked

if TYPE_CHECKING:
    from ...casework import scratches

# So much of a text is shown: enough to know it again.
_SHOWN = 230


class Unsaved(Asked):
    """A text a line, newest first, with what it is about. Its words are those of the one who looks."""

    PLACE = UNSAVED
    HINTS: ClassVar[tuple[str, ...]] = ("open", "throw_away", "down", "back", "palette", "help")

    def __init__(self) -> None:
        super().__init__()
        self.texts: Sequence[scratches.Unsaved] = ()
        self.rows: Mapping[int, Any] = {}
        self.loaded = False

    def heading(self) -> str:
        return _(" Typed and not saved")

    async def reread(self) -> None:
        """Reads what waits; words typed a moment ago are kept first."""
        await self.app.opened()
        await self.app.jotter.ready()
        await self.app.jotter.finish()
        found = await self.desk.read(scribbles.unsaved, channel=f"unsaved-{id(self)}")
        self.texts, self.rows, self.loaded = found.texts, found.rows, True
        self.app.standing = found.standing
        self._show(When(found.standing.today, found.standing.zone))

    def _show(self, when: When) -> None:
        n = len(self.texts)
        self.head.show((run(_(" Typed and not saved")),), (), (run(_n("{n} text ", "{n} texts ", n).format(n=n)),))
        items = [_item(one, when) for one in self.texts]
        at = min(self.sheet.at, n - 1) if items and self.sheet.items else None
        self.sheet.show(
            items
            or [
                Item(((_("  Nothing: everything you typed is saved."), "good"),)),
                Item(((_("  Esc goes back."), "dim"),)),
            ],
            at=at,
            top=at is None,
        )
        self.tell()

    def on_screen_resume(self) -> None:
        if self.loaded:
            self.start(self.reread())

    # -- acting -----------------------------------------------------------------------

    @property
    def picked_text(self) -> scratches.Unsaved | None:
        """The text under the cursor."""
        found: scratches.Unsaved | None = self.sheet.value
        return found

    def targets(self, command: str) -> list[int]:
        """The case the words under the cursor are about."""
        one = self.picked_text
        if one is None or one.case_id is None:
            self.say(_("These words are about no case."), "warn")
            raise Left
        return [one.case_id]

    def row_of(self, key: int) -> Any:
        return self.rows.get(key)

    async def do_open(self) -> None:
        """Goes on with the words under the cursor."""
        from ..acts import unsaved

        if self.picked_text is not None:
            await unsaved.go_on(self, self.picked_text)

    async def do_throw_away(self) -> None:
        from ..acts import unsaved

        if self.picked_text is not None:
            await unsaved.throw_away(self, self.picked_text)
            await self.reread()

    def do_go_unsaved(self) -> None:
        self.start(self.reread())

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)
        if self.is_attached:
            await self.reread()

    def jotted(self) -> None:
        self.start(self.reread())

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    async def came_back(self) -> None:
        await self.reread()


def _item(one: scratches.Unsaved, when: When) -> Item:
    from ..acts.unsaved import form_words, readable

    about = " ".join(word for word in (one.case or "", line(one.client or "")) if word)
    if one.hidden:
        about = _("a case that is no longer yours to see")
    elif one.words.subject.startswith("cases:"):
        about = _("several cases")
    elif one.words.subject.startswith(("worker:", "number:")):
        about = one.words.subject.partition(":")[2]
    head = (run(form_words(one.words.form), "strong"), run(f"  {about}" if about else ""))
    body = "" if one.hidden else clip(line(readable(one.words.form, one.words.body)), _SHOWN)
    at = (run(when.moment(one.words.saved_at) + " ", "dim"),)
    return Item(head, body, value=one, right=at, indent=4)
