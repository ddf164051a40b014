"""A client's own particulars: names, birth date, language, and how to reach them. Edited field by field, never blindly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy import insert, or_, select, update

from ..errors import Conflict, Refused, Usage
from ..messages import _
from ..models import channel, client, identity
from ..models.client import SAFE
from ..store.database import Reading, Receipt, Work
from ..store.names import rekey
from . import find, scratches, values
from .intake import birth_day, language_code


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of a client. `version` counts every change of any of it; phone, email and address are the ones in use.
    `safe_to_call` is about that phone."""

    client: int
    version: int
    given: str = ""
    middle: str = ""
    family: str = ""
    suffix: str = ""
    born: str = ""
    language: str = ""
    phone: str = ""
    safe_to_call: str = "unknown"
    email: str = ""
    address: str = ""


EDITABLE = tuple(one.name for one in fields(Particulars))[2:]
_NAMES = ("given", "middle", "family", "suffix")
_CHANNELS = ("phone", "email", "address")


def read(r: Reading, case: str | int) -> Particulars:
    """The particulars of the client of a case. Raises NotPermitted for who sees no identity, Usage for a case out of sight."""
    find.names_seen(r)
    return _read(r, find.case(r, case).client_id)


def edit(
    w: Work,
    case: str | int,
    changes: Mapping[str, str],
    *,
    seen: int | None = None,
    base: Mapping[str, str] | None = None,
    scratch: str | None = None,
) -> Receipt:
    """Change some particulars of the client of a case. `seen` is the version that was edited, `base` the values that stood
    there; without them what stands now is.

    A phone, email or address that is replaced ends today and stays on record. Raises Conflict where someone changed the
    client meanwhile, Usage for a field or value that cannot be, Refused for a client without any name.
    """
    ref = find.to_act_on(w, [case], closed=True)[0]
    unknown = sorted(set(changes) - set(EDITABLE))
    if unknown:
        known = ", ".join(EDITABLE)
        raise Usage(_("{name!r} is nothing of a client's. Choose from: {known}.").format(name=unknown[0], known=known))
    # The counter is taken first: from here on no other edit of this client can come between.
    mine = client.c.id == ref.client_id
    if seen is not None:
        mine = mine & (client.c.version == seen)
    if not w.conn.execute(update(client).where(mine).values(version=client.c.version + 1)).rowcount:
        raise _changed_meanwhile()
    before = _read(w, ref.client_id)
    if base is not None and any(getattr(before, name) != base[name] for name in changes):
        raise _changed_meanwhile()  # an undo puts values back without counting
    wanted = {name: _checked(w, name, text) for name, text in changes.items()}
    new = {name: text for name, text in wanted.items() if text != getattr(before, name)}
    if not new:
        return w.nothing(_("Nothing of the client is different."))
    _names(w, ref.client_id, before, new)
    if "language" in new:
        w.conn.execute(update(client).where(client.c.id == ref.client_id).values(language=new["language"] or None))
    for kind in _CHANNELS:
        if kind in new or (kind == "phone" and "safe_to_call" in new):
            _reach(w, ref.client_id, kind, new, before)
    scratches.clear(w, scratch)
    said = _("Changed the client's {what}").format(what=", ".join(label(name) for name in EDITABLE if name in new))
    return w.receipt(said, cases=[ref.id], data={"changed": sorted(new)})


def _changed_meanwhile() -> Conflict:
    return Conflict(
        _("Someone else changed this client meanwhile. Nothing was changed; look at theirs and save again.")
    )


def label(name: str) -> str:
    """What people call that field."""
    return {
        "given": _("given name"), "middle": _("middle name"), "family": _("family name"), "suffix": _("suffix"),
        "born": _("birth date"), "language": _("language"), "phone": _("phone"), "safe_to_call": _("safe to call"),
        "email": _("email"), "address": _("address"),
    }[name]  # fmt: skip


def _read(r: Reading, client_id: int) -> Particulars:
    columns = (client.c.version, client.c.language, *(identity.c[name] for name in _NAMES), identity.c.born_on)
    row = r.conn.execute(
        select(*columns).join(identity, identity.c.client_id == client.c.id).where(client.c.id == client_id)
    ).one()
    found = {name: getattr(row, name) for name in _NAMES}
    found |= {"born": row.born_on.isoformat() if row.born_on else "", "language": row.language or ""}
    for kind in _CHANNELS:
        reached = _channel(r, client_id, kind)
        if reached is not None:
            found[kind] = reached.value
            if kind == "phone":
                found["safe_to_call"] = reached.safe
    return Particulars(client_id, row.version, **found)


def _channel(r: Reading, client_id: int, kind: str):  # type: ignore[no-untyped-def]
    """The client's own phone, email or address in use: the oldest that has not ended."""
    in_use = or_(channel.c.valid_to.is_(None), channel.c.valid_to >= r.today)
    own = (channel.c.client_id == client_id, channel.c.person_id.is_(None), channel.c.kind == kind, in_use)
    return r.conn.execute(select(channel).where(*own).order_by(channel.c.id).limit(1)).first()


def _checked(w: Work, name: str, text: str) -> str:
    text = values.short(label(name), text) if name == "address" else values.name(label(name), text)
    if name == "born" and text:
        try:
            born = date.fromisoformat(text)
        except ValueError:
            raise Usage(_("A birth date is written as 1980-05-12.")) from None
        birth_day(w, born)
        return born.isoformat()
    if name == "language":
        return language_code(text) or ""
    if name == "safe_to_call":
        return values.one_of(_("answer to safe to call"), text, SAFE)
    return text


def _names(w: Work, client_id: int, before: Particulars, new: Mapping[str, str]) -> None:
    told = {name: new[name] for name in _NAMES if name in new}
    if not any(told.get(name, getattr(before, name)) for name in ("given", "family")):
        raise Refused(_("A client needs a given or a family name."))
    row: dict[str, object] = dict(told)
    if "born" in new:
        row["born_on"] = date.fromisoformat(new["born"]) if new["born"] else None
    if row:
        row["version"] = identity.c.version + 1
        w.conn.execute(update(identity).where(identity.c.client_id == client_id).values(row))
    if told:
        rekey(w.conn, [client_id])


def _reach(w: Work, client_id: int, kind: str, new: Mapping[str, str], before: Particulars) -> None:
    """Ends the one in use and begins the new one; one that began today, or is only judged anew, is set right in place."""
    value = new.get(kind, getattr(before, kind))
    old = _channel(w, client_id, kind)
    # Whether one number is safe to call says nothing of the next.
    safe = new.get("safe_to_call", "unknown" if kind in new else before.safe_to_call) if kind == "phone" else None
    if not value and "safe_to_call" in new and kind == "phone":
        raise Usage(_("There is no phone to be safe to call; set the phone, too."))
    told: dict[str, object] = {"value": value} | ({"safe": safe} if safe is not None else {})
    if old is not None and (value == old.value or (value and old.valid_from == w.today)):
        set_right = told | {"version": channel.c.version + 1}
        w.conn.execute(update(channel).where(channel.c.id == old.id).values(set_right))
        return
    if old is not None:
        ended = {"valid_to": w.today - timedelta(days=1), "version": channel.c.version + 1}
        w.conn.execute(update(channel).where(channel.c.id == old.id).values(ended))
    if value:
        w.conn.execute(insert(channel).values(client_id=client_id, kind=kind, valid_from=w.today, **told))
