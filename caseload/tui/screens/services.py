"""Services: the directory, found by words, hours, distance and domain; and, for a referral, one of them taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from ...casework.finder import Wish
from ...messages import _, _n
from .. import commands, days, referring
from ..commands import SERVICES, SHEET
from ..draw import run
from ..prompts import Option, Pick, Words
from ..talk import Left
from ..widgets.sheet import Item
from .reading import Asked, Reading

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from ...casework.finder import ServiceRow
    from ..widgets.line import Hint

# So many lines are shown; who does not find it among them says more words.
_SHOWN = 100


class ServicesPage(Asked):
    """The directory. With a case, a service is chosen for its client: the page is left with `("service", key)` or
    `("person", key)`, or with None."""

    PLACE = SERVICES
    HINTS: ClassVar[tuple[str, ...]] = (
        "find_service", "open", "narrow", "service_new", "service_edit", "down", "back", "palette", "help",
    )  # fmt: skip

    def __init__(self, case: int | None = None, number: str = "") -> None:
        super().__init__()
        self.case, self.number = case, number
        self.wish = Wish(case=case, limit=_SHOWN)
        self.now = False
        self.found: referring.Offered | None = None

    def _hints(self) -> list[Hint]:
        """While a service is looked for, Enter takes it, and nothing in the directory is to be changed."""
        found = super()._hints()
        if self.case is None:
            return found
        keep = [hint for hint in found if hint[2] not in ("service_new", "service_edit", "down")]
        taking = {"open": _("take it")}
        helper = (self.app.keymap.first("helper"), commands.get("helper").label, "helper")
        keep.insert(2, helper)
        return [(key, taking.get(command, words), command) for key, words, command in keep if key]

    def heading(self) -> str:
        return _(" Refer {number} to").format(number=self.number) if self.case is not None else _(" Services")

    async def reread(self) -> None:
        await self.app.opened()
        found = await self.desk.read(referring.look, self.wish, self.now, channel=f"services-{id(self)}")
        self.found = found
        self.app.standing = found.standing
        self._show()

    def _show(self) -> None:
        assert self.found is not None
        found, at = self.found.found, self.service
        items = [_line(one, self.found.standing.today, near=bool(self.wish.near)) for one in found.rows]
        if not items:
            items = [
                Item(((_("  No service answers to that."), "plain"),)),
                Item(((_("  / looks for other words, n c shows all, + adds one, P a provider."), "dim"),)),
            ]
        places = [index for index, one in enumerate(found.rows) if at is not None and one.id == at.id]
        self.sheet.show(items, at=places[0] if places else None, top=not places)
        n = _n("{n} service ", "{n} services ", found.total).format(n=found.total)
        if found.total > len(found.rows):
            n = _("the first {m} of {n} ").format(m=len(found.rows), n=found.total)
        self.head.show((run(self.heading() + "  "),), (run(self._asked(), "dim"),), (run(n),))
        self.tell()

    def _asked(self) -> str:
        """What is looked for, in words."""
        wish = self.wish
        parts = [
            f"“{wish.words}”" if wish.words else "", _("open now") if self.now else "",
            _("near {place}").format(place=wish.near) if wish.near else "", wish.domain.replace("_", " "), wish.language,
        ]  # fmt: skip
        return " · ".join(part for part in parts if part)

    @property
    def service(self) -> ServiceRow | None:
        """The service under the cursor."""
        value: ServiceRow | None = self.sheet.value
        return value

    def _under(self) -> ServiceRow:
        row = self.service
        if row is None:
            self.say(_("There is no service on this line."), "warn")
            raise Left
        return row

    def targets(self, command: str) -> list[int]:
        if self.case is None:
            return super().targets(command)
        return [self.case]

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if self.is_attached:
            await self.reread()

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    async def came_back(self) -> None:
        await self.reread()

    # -- finding -------------------------------------------------------------------------

    async def do_find_service(self) -> None:
        """Looks while it is typed; Esc gives back what was found before."""
        before = self.wish.words
        question: Words[str] = Words(_("Find:"), hint=_("words of what is needed, as in: bed women; Enter keeps them"))
        question.line.insert(before, 200)
        question.heard = lambda text: self.start(self._while_typing(text))
        try:
            await self._look(words=await self.ask(question))
        except Left:
            await self._look(words=before)
            raise

    async def _while_typing(self, text: str) -> None:
        await self.desk.rest(self.app.rest, f"find-service-{id(self)}")
        await self._look(words=text)

    async def _look(self, **wanted: Any) -> None:
        self.wish = replace(self.wish, **wanted)
        await self.reread()

    async def do_narrow(self) -> None:
        from ..acts.speaking import letters

        coded = (
            ("o", _("open now"), "open"), ("p", _("near a place"), "near"), ("d", _("domain"), "domain"),
            ("l", _("language"), "language"), ("c", _("all again"), "clear"),
        )  # fmt: skip
        what = await self.ask(letters(_("Only"), coded))
        if what == "open":
            self.now = not self.now
            await self.reread()
        elif what == "near":
            await self._near()
        elif what == "domain":
            found = await self.desk.read(referring.domains)
            options = [Option(name, code) for code, name in found.items()]
            await self._look(domain=await self.ask(Pick(_("For:"), options=options, hint=_("type to find it"))))
        elif what == "language":
            text = await self.ask(Words[str](_("Language:"), hint=_("its code, as in: it")))
            await self._look(language=text.strip())
        else:
            self.now, self.wish = False, Wish(case=self.case, limit=_SHOWN)
            await self.reread()

    async def _near(self) -> None:
        known = await self.desk.read(referring.places)
        if not known:
            self.say(_("No place is known yet: caseload place add NAME LAT LON"), "warn")
            raise Left
        options = [Option(name, name) for name in known]
        await self._look(near=await self.ask(Pick(_("Near:"), options=options, hint=_("type to find it"))))

    # -- opening and taking -----------------------------------------------------------------

    def do_open(self) -> None:
        row = self.service
        if row is None:
            self.say(_("There is no service on this line."), "warn")
            self.tell()
        elif self.case is not None:
            self.dismiss(("service", row.id))
        else:
            self.app.push_screen(ServicePage(row))

    async def do_helper(self) -> None:
        """A referral to somebody around the client."""
        if self.case is None:
            self.say(_("Of a referral: f on a case, then p."), "warn")
            raise Left
        people = await self.desk.read(referring.helpers, self.case)
        if not people:
            self.say(_("Nobody is on record around this client."), "warn")
            raise Left
        options = [Option(one.name, one.id, one.relation or one.role) for one in people]
        chosen: int = await self.ask(Pick(_("Who helps:"), options=options, hint=_("type to find them")))
        self.dismiss(("person", chosen))

    def do_go_services(self) -> None:
        self.start(self.reread())

    # -- keeping it ---------------------------------------------------------------------------

    async def do_service_new(self) -> None:
        from .directory import ServiceForm

        kept = await self.app.jotter.recall("service|directory:0")
        row = self.service
        await self.visit(ServiceForm(kept, row.provider if row is not None else ""))
        await self.reread()

    async def do_service_edit(self) -> None:
        await self.set_right(self._under().id)

    async def set_right(self, key: int) -> None:
        """A service as it stands, in a form."""
        from .directory import ServiceEdit

        now = await self.desk.read(referring.service, key)
        kept = await self.app.jotter.recall(f"service-{key}|directory:{key}")
        await self.visit(ServiceEdit(now, kept))
        await self.reread()

    async def do_service_close(self) -> None:
        from ..acts.speaking import letters

        row = self._under()
        coded = (("n", _("not offered for now"), "inactive"), ("g", _("gone"), "defunct"))
        state = await self.ask(letters(_("This service is"), coded))
        self.commit("service_close", referring.close_service(row.id, state, row.version), [])

    async def do_provider_new(self) -> None:
        from .directory import ProviderForm

        await self.visit(ProviderForm(await self.app.jotter.recall("provider|directory:0")))
        await self.reread()

    async def do_provider_edit(self) -> None:
        await self.set_provider_right(self._under().provider_id)

    async def set_provider_right(self, key: int) -> None:
        """A provider as it stands, in a form."""
        from .directory import ProviderEdit

        now = await self.desk.read(referring.provider, key)
        kept = await self.app.jotter.recall(f"provider-{key}|directory:{key}")
        await self.visit(ProviderEdit(now, kept))
        await self.reread()


class ServicePage(Reading):
    """Everything about one service."""

    PLACE = SHEET
    HINTS: ClassVar[tuple[str, ...]] = ("back", "page_down")

    def __init__(self, row: ServiceRow) -> None:
        super().__init__()
        self.row = row

    def on_mount(self) -> None:
        today = self.app.today
        assert today is not None
        self.head.show((run(f" {self.row.name}"),))
        self.sheet.show(_whole(self.row, today))

    def do_accept(self) -> None:
        self.do_back()


def _line(one: ServiceRow, today: date, *, near: bool) -> Item:
    """A service in two lines: what it is and who offers it; where, when, and by which rule the client does not fit."""
    far = _("{km} km").format(km=f"{one.km:.0f}") if one.km is not None else _("place not known") if near else ""
    hours = {True: _("open now"), False: _("closed now"), None: ""}[one.open]
    head = (run(one.name, "dim" if one.misfit else "strong"), run(f"  {one.provider}"))
    parts = [one.place, one.phone, one.domain_name or "", ", ".join(one.languages), one.about]
    body = " · ".join(part for part in parts if part)
    if one.misfit:
        body = _("does not fit: {rule}").format(rule=one.misfit) + (f" · {body}" if body else "")
    elif one.ask:
        body = _("ask about: {what}").format(what=", ".join(ask_words(ask) for ask in one.ask)) + (
            f" · {body}" if body else ""
        )
    right = " · ".join(part for part in (far, hours) if part)
    tone = "warn" if one.misfit else "dim"
    return Item(head, body, value=one, right=(run(f"{right} ", "good" if one.open else "dim"),), tone=tone, indent=4)


def ask_words(what: str) -> str:
    """What is not known of a client, as people say it."""
    return {
        "age": _("their age"), "residence": _("where they live"), "income": _("their income"), "language": _("their language"),
    }[what]  # fmt: skip


def _whole(one: ServiceRow, today: date) -> list[Item]:
    from ...casework import amounts, directory, opening

    ages = ""
    if one.age_from is not None or one.age_to is not None:
        ages = f"{one.age_from if one.age_from is not None else 0}–{one.age_to if one.age_to is not None else ''}"
    cost = " · ".join(part for part in (one.cost, amounts.shown(one.cost_cents)) if part)
    checked = days.shown(one.checked_on, today) if one.checked_on is not None else _("never")
    facts = (
        (_("Offered by"), one.provider), (_("State"), directory.state_words(one.state)), (_("Domain"), one.domain_name or ""),
        (_("Place"), one.place), (_("Address"), one.address), (_("Phone"), one.phone), (_("Mail"), one.email), (_("Page"), one.url),
        (_("Open"), opening.written(one.hours)), (_("Languages"), ", ".join(one.languages)), (_("Ages"), ages),
        (_("Residents of"), ", ".join(one.residence)), (_("Income up to"), amounts.shown(one.income_cents)),
        (_("Who it is for"), one.eligibility), (_("Bring"), one.bring), (_("Costs"), cost),
        (_("Places"), "" if one.capacity is None else str(one.capacity)),
        (_("Answers within"), "" if one.answer_days is None else _n("{n} day", "{n} days", one.answer_days).format(n=one.answer_days)),
        (_("About"), one.about), (_("Checked"), checked),
    )  # fmt: skip
    return [Item(body=f"{label}: {text}") for label, text in facts if text]
