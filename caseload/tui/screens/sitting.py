"""Supervision: what a worker and who supervises them go through. First what to ask about, each number with its rows; then
what was brought; then what was agreed before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from ...casework.sitting import words as part_words
from ...errors import CaseloadError
from ...messages import _, _n
from .. import days, sitting
from ..commands import SUPERVISION
from ..draw import cells, run
from ..state import View
from ..widgets.sheet import BLANK, Item, heading
from .reading import Reading

if TYPE_CHECKING:
    from ...casework.sitting import Point, Sitting
    from ...casework.topics import TopicRow

_TONES = {"now": "bad", "critical": "bad", "late": "warn", "unmet": "warn", "attempts": "warn", "put_off": "warn"}


class SupervisionPage(Reading):
    """One worker's agenda; one's own where nobody is named."""

    PLACE = SUPERVISION
    HINTS: ClassVar[tuple[str, ...]] = (
        "discussed", "bring", "open", "reword_topic", "drop_topic", "down", "back", "palette", "help",
    )  # fmt: skip

    def __init__(self, whose: str | None = None) -> None:
        super().__init__()
        self.asked, self.whose = whose, whose
        self.found: sitting.Sat | None = None
        self.talk.closed_gate = True

    def on_mount(self) -> None:
        self.head.show((run(_(" Supervision")),))
        self.start(self._load())

    async def _load(self) -> None:
        try:
            await self.app.opened()
            found = await self.desk.fetch(lambda db: sitting.agenda(db, self.asked))
        except CaseloadError as error:
            if self.found is None:
                self.sheet.show((Item(((" " + error.message, "bad"),)), Item(((_("  Esc goes back."), "dim"),))))
            raise
        finally:
            if self.talk.closed_gate:
                self.talk.open_gate()
        self._read(found)

    def _read(self, found: sitting.Sat) -> None:
        self.found, self.whose = found, found.sitting.worker
        self.app.standing = found.standing
        self._show(found.sitting, found.standing.today)

    def _show(self, found: Sitting, today: date) -> None:
        at = self.sheet.value
        items = _items(found, today)
        places = [index for index, item in enumerate(items) if at is not None and _same(item.value, at)]
        # Where what one stood on has gone, the cursor stays as high as it was.
        beside = [index for index, item in enumerate(items) if item.value is not None and index <= self.sheet.at]
        place = next(iter(places or beside[-1:]), None) if at is not None else None
        self.sheet.show(items, at=place, top=place is None)
        n = len(found.waiting)
        self.head.show(
            (run(_(" Supervision  ")),), (run(found.name or found.worker, "strong"),),
            (run(_n("{n} topic waits ", "{n} topics wait ", n).format(n=n)),),
        )  # fmt: skip
        self.tell()

    # -- acting -----------------------------------------------------------------------

    @property
    def topic(self) -> TopicRow | None:
        """The topic under the cursor."""
        value = self.sheet.value
        found: TopicRow | None = value[1] if value is not None and value[0] == "topic" else None
        return found

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)
        if self.is_attached:
            await self._load()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        """An agenda that these cases are on is read again; what was opened is on record already."""
        if self.found is None or self.talk.asking:
            return
        before = _topic_cases(self.found.sitting)
        asked = {row.id for point in self.found.sitting.points for row in point.cases}
        if asked.union(before).isdisjoint(cases):
            # A topic may have been brought about a case that was on it in no way.
            now = await self.desk.read(sitting.about, self.asked, channel=f"sitting-{id(self)}")
            if before.issuperset(now):
                return
        found = await self.desk.fetch(lambda db: sitting.again(db, self.asked, before))
        if not self.talk.asking:
            self._read(found)

    async def undone(self, cases: Collection[str]) -> None:
        await self._load()

    async def came_back(self) -> None:
        await self._load()

    def touched(self, command: str, keys: Sequence[int]) -> None:
        self.start(self._load())

    def do_open(self) -> None:
        """The rows of a number, or the case of a topic."""
        value: tuple[str, Any] | None = self.sheet.value
        if value is not None and value[0] == "point":
            point: Point = value[1]
            self.app.open_list(View(point.query, name=f"{self.whose}: {part_words(point.part)}"))
        elif value is not None and value[1].case_id is not None:
            self.app.open_case(value[1].case_id)
        else:
            self.say(_("There is no case on this line to open."), "warn")
            self.tell()

    def do_refresh(self) -> None:
        self.start(self._load())

    def do_go_supervision(self) -> None:
        """Back to one's own, or as it stands now."""
        if self.asked is None or (self.found is not None and self.found.sitting.mine):
            self.do_refresh()
        else:
            self.app.go_supervision()


def _topic_cases(found: Sitting) -> set[int]:
    """The cases that its topics are about: these were looked at."""
    return {one.case_id for one in (*found.waiting, *found.agreed) if one.case_id is not None}


def _same(value: Any, wanted: tuple[str, Any]) -> bool:
    if value is None or value[0] != wanted[0]:
        return False
    return bool(value[1].part == wanted[1].part if value[0] == "point" else value[1].id == wanted[1].id)


def _items(found: Sitting, today: date) -> list[Item]:
    items = [heading(_("To ask about")), *(_point(one, today) for one in found.points), BLANK, heading(_("Brought"))]
    items += [_waiting(one, today) for one in found.waiting] or [
        Item(((_("  Nothing waits. B brings a topic; on a case, B brings that case."), "dim"),))
    ]
    if found.agreed:
        items += [BLANK, heading(_("Agreed in the last three months"))]
        for one in found.agreed:
            items += _agreed(one, today)
    return items


def _point(one: Point, today: date) -> Item:
    who = " · ".join(row.client or row.case for row in one.cases)
    if one.part == "load":
        who = (
            _("of {n} places, {share} %").format(n=one.of, share=f"{one.percent:g}") if one.percent is not None else ""
        )
        if one.held != one.count:
            who = " · ".join(part for part in (who, _("{n} held").format(n=one.held)) if part)
    elif one.part == "away" and one.first is not None and one.until is not None:
        span = _("{first} to {last}").format(first=days.shown(one.first, today), last=days.shown(one.until, today))
        by = _("covered by {who}").format(who=", ".join(one.covered_by)) if one.covered_by else _("NOT covered")
        who = f"{span}, {by}"
    over = one.part == "load" and (one.percent or 0) > 100
    tone = "bad" if over else _TONES.get(one.part, "plain")
    return Item(
        (run(f"{one.count:>4}  ", "key"), run(cells(part_words(one.part), 31), tone), run(who, "dim")),
        value=("point", one),
    )


def _waiting(one: TopicRow, today: date) -> Item:
    waits = _("today") if not one.days else _n("{n} day", "{n} days", one.days).format(n=one.days)
    told = [_("by {who}").format(who=one.by)]
    if one.times:
        told.append(_n("carried over once", "carried over {n} times", one.times).format(n=one.times))
    tone = "warn" if one.times else "plain"
    head = (run(f"{waits:>8}  ", tone), run(one.client or one.case or _("about no case"), "strong"))
    return Item(
        head, one.text or "", value=("topic", one), right=(run(" · ".join(told) + " ", "dim"),), indent=10, prose=True
    )


def _agreed(one: TopicRow, today: date) -> list[Item]:
    assert one.discussed_on is not None
    head = (
        run(f"  {cells(days.shown(one.discussed_on, today), 12)}", "plain"), run(one.client or one.case or _("about no case"), "strong"),
    )  # fmt: skip
    said = _("with {who}").format(who=one.discussed_by) if one.discussed_by else ""
    items = [
        Item(
            head,
            one.text or "",
            value=("topic", one),
            right=(run(f"{said} ", "dim"),),
            tone="dim",
            indent=10,
            prose=True,
        )
    ]
    items.append(Item(body=_("→ {words}").format(words=one.agreed or ""), indent=10, prose=True))
    if one.task is not None and one.task_due is not None:
        due = _("done") if one.task_done else _("due {day}").format(day=days.shown(one.task_due, today))
        late = not one.task_done and one.task_due < today
        items.append(
            Item(
                body=_("task: {title}, {due}").format(title=one.task, due=due), indent=10, tone="bad" if late else "dim"
            )
        )
    return items
