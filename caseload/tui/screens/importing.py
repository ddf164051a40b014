"""Bringing a list in: which file, whose it is, what each of its columns is. Nothing is taken here; `p` looks, and the preview takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from ...errors import CaseloadError, Usage
from ...messages import _
from .. import column_words, lists
from ..draw import run
from ..prompts import yes_no
from ..talk import Left
from .reading import Reading
from .watching import Watching

if TYPE_CHECKING:
    from ...exchange.sheet.daying import Doubt
    from ...exchange.sheet.mapping import Mapping
    from ...store.database import Receipt
    from ..scribbles import Kept


class ImportPage(Watching, Reading):
    """A line for what is said of the whole list, one for each column, one for what no column says. What was chosen is kept until the
    list is taken in."""

    HINTS: ClassVar[tuple[str, ...]] = (
        "import_on", "import_look", "import_out", "import_values", "import_days", "import_file", "back", "palette", "help",
    )  # fmt: skip

    def __init__(self, kept: Kept | None = None) -> None:
        super().__init__()
        self.before = kept
        self.looked: lists.Looked | None = None
        self.talk.closed_gate = True

    def on_mount(self) -> None:
        self._show()
        self.talk.start(self._begin())
        self.talk.open_gate()

    async def _begin(self) -> None:
        """What was chosen before and not taken in comes first."""
        if self.before is not None:
            draft, columns = lists.taken_up(self.before.body)
            again: bool = bool(draft.path) and await self.ask(yes_no(_("Go on with the list you had begun?")))
            if again:
                try:
                    await self._open(await self._look(draft, columns), columns)
                except Usage as gone:
                    await self._ask_file(draft.path, gone.message)
                return
            await self.app.jotter.flush(lists.PLACE, "")
        await self.do_import_file()

    # -- what is shown -----------------------------------------------------------------

    @property
    def draft(self) -> lists.Draft:
        """What is chosen so far. Raises Left, having said so, where there is no file yet."""
        if self.looked is None:
            self.say(_("There is no file yet. o asks for one."), "warn")
            raise Left
        return self.looked.draft

    @property
    def doubt(self) -> Doubt | None:
        """A day of the list that can be read in more than one way."""
        if self.looked is None or self.looked.draft.mapping is None:
            return None
        return lists.doubt(self.looked.draft.mapping, self.looked.values)

    def _show(self) -> None:
        looked = self.looked
        if looked is None:
            self.head.show((run(_(" Bring a list in")),))
            self.sheet.show(column_words.intro())
            self.tell()
            return
        title = _(" Bring {what} in").format(what=column_words.kind_words(looked.draft.kind))
        self.head.show((run(title),), (), (run(f"{looked.draft.file.name} "),))
        before = self.sheet.value
        items = column_words.page(looked, self.doubt)
        at = next((at for at, one in enumerate(items) if before is not None and one.value == before), None)
        self.sheet.show(items, at=at, top=at is None)
        self.tell()

    def put(self, **chosen: Any) -> None:
        """Something else is chosen: it is shown, and kept."""
        assert self.looked is not None
        self.looked = self.looked._replace(draft=replace(self.looked.draft, **chosen))
        self.app.jotter.heard(lists.PLACE, self.looked.draft.kept)
        self._show()

    @property
    def mapping(self) -> Mapping:
        """What the columns are. Raises Left, having said so, for a file that has none to choose."""
        found = self.draft.mapping
        if found is None:
            self.say(_("Its columns are those of its format: there is nothing to choose. p looks into it."), "dim")
            raise Left
        return found

    # -- the file --------------------------------------------------------------------------

    async def do_import_file(self) -> None:
        """Which file; then it is looked into."""
        await self._ask_file()

    async def _ask_file(self, start: str = "", said: str = "") -> None:
        """Asked until it is one that can be read; what was typed stays."""
        from ..paths import ask_path

        while True:
            path = await ask_path(self, _("Which file:"), folders=True, start=start, said=said)
            try:
                looked = await self._look(lists.Draft(path, ""), "")
            except Usage as error:
                start, said = path, error.message
                continue
            await self._open(looked, "")
            return

    async def _open(self, looked: lists.Looked, columns: str) -> None:
        from ..acts import bringing

        if looked.sheets:
            sheet = await bringing.which_sheet(self, looked.sheets)
            looked = await self._look(replace(looked.draft, sheet=sheet), columns)
        self.looked = looked
        self.app.standing = looked.known.standing
        self.put()
        if looked.draft.kind == "sheet" and not looked.draft.system:
            await bringing.whose(self)

    async def _look(self, draft: lists.Draft, columns: str) -> lists.Looked:
        return await self.watched(
            _("Looking into it:"), lambda watch: self.desk.report(lists.look, draft, columns, watch)
        )

    # -- choosing -----------------------------------------------------------------------------

    async def do_import_on(self) -> None:
        """What is under the cursor is chosen anew."""
        from ..acts import bringing

        if self.looked is None:
            await self.do_import_file()
            return
        value: tuple[str, str] | None = self.sheet.value
        if value is not None:
            await bringing.change(self, *value)

    def _column(self) -> str:
        """The column under the cursor. Raises Left, having said so, elsewhere."""
        found: tuple[str, str] | None = self.sheet.value
        if self.mapping is None or found is None or found[0] != "column":
            self.say(_("Put the cursor on a column."), "warn")
            raise Left
        return found[1]

    async def do_import_out(self) -> None:
        """The column is not taken; again: what was proposed for it."""
        from ..acts import bringing

        name = self._column()
        offered = self.looked.offered.columns.get(name, "") if self.looked and self.looked.offered else ""
        bringing.put_target(self, name, "" if self.mapping.columns[name] else offered)

    async def do_import_values(self) -> None:
        from ..acts import bringing

        await bringing.values(self, self._column())

    async def do_import_days(self) -> None:
        from ..acts import bringing

        await bringing.days_written(self)

    async def do_import_keep(self) -> None:
        """What the columns are, for the next time."""
        from ..acts import bringing

        draft, mapping = self.draft, self.mapping
        if not draft.system:
            await bringing.whose(self)
            draft = self.draft
        path = await self.desk.beside(lambda: lists.keep(draft.system, mapping))
        self.say(_("Kept for the next list of {name}: {path}").format(name=draft.system, path=path), "good")

    # -- looking, and taking ------------------------------------------------------------------

    async def do_import_look(self) -> None:
        """Reads all of it; the preview says what it would do, and takes it in."""
        from ..acts import bringing
        from .import_preview import PreviewPage

        if self.draft.kind == "sheet":
            if not self.draft.system:
                await bringing.whose(self)
            doubt = self.doubt
            if doubt is not None and self.mapping.order not in doubt.readings:
                await bringing.days_written(self)
        draft = self.draft
        laid = await self.watched(_("Reading"), lambda watch: self.desk.report(lists.lay, draft, watch))
        receipt: Receipt | None = await self.visit(PreviewPage(draft, laid))
        if receipt is None:
            return
        if draft.mapping is not None:
            mapping = draft.mapping
            try:
                await self.desk.beside(lambda: lists.keep(draft.system, mapping))
            except CaseloadError as error:
                self.app.heard(error)
        self.dismiss(None)
        await self.app.brought(receipt)

    def do_back(self) -> None:
        """Leaves; what was chosen is kept."""
        if self.looked is not None:
            kept = _("What you chose is kept: {key} goes on with it.")
            self.app.announce(kept.format(key=self.app.keymap.first("go_import")), "dim")
        self.dismiss(None)
