"""What the screen asks of the practice, and has it do, about the directory and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .asks import Standing, standing
from .verbs import _place

if TYPE_CHECKING:
    from ..casework.directory import NewProvider, NewService
    from ..casework.entries import PersonRow
    from ..casework.finder import Found, ProviderRow, ServiceRow, Wish
    from ..casework.permits import Permit
    from ..casework.referrals import NewReferral
    from ..casework.referred import ReferralRow
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing, Typed


class Offered(NamedTuple):
    """The services that were looked for, and who looks on which day."""

    found: Found
    standing: Standing


def look(r: Reading, wish: Wish, now: bool) -> Offered:
    """The services that answer a wish; with `now` those open at this moment. Whether a client fits is asked where identity is seen."""
    from dataclasses import replace

    from ..casework import finder

    if not r.me.sees_identity:
        wish = replace(wish, case=None)
    return Offered(finder.look(r, replace(wish, open_at=r.now) if now else wish), standing(r))


def service(r: Reading, key: int) -> ServiceRow:
    """One service. Raises Usage where it is gone."""
    from ..casework import finder

    return finder.one(r, key)


def provider(r: Reading, key: int) -> ProviderRow:
    """One provider. Raises Usage where it is gone."""
    from ..casework import directory, finder

    directory.provider_meant(r, str(key))
    [found] = finder.providers(r, only=key)
    return found


def domains(r: Reading) -> dict[str, str]:
    """The domains of need, by their codes."""
    from ..casework import directory

    return directory.domains(r)


def places(r: Reading) -> list[str]:
    """The places whose whereabouts are known."""
    from ..casework import finder

    return [name for name, _lat, _lon in finder.places(r)]


def helpers(r: Reading, key: int) -> tuple[PersonRow, ...]:
    """Who is around the client of a case, but for those on record as a threat."""
    from ..casework import page

    found = page.preview(r, key)
    return tuple(one for one in found.people if one.role != "threat") if found is not None else ()


def may_go(r: Reading, key: int, service_id: int | None, person_id: int | None) -> Permit | str:
    """The record by which a referral of that case may go there, or the sentence that says why not."""
    from ..casework import referrals

    return referrals.may_go(r, key, service_id=service_id, person_id=person_id)


def one(r: Reading, key: int, referral: int) -> ReferralRow | None:
    """A referral of that case as it stands, without its words; None where it is gone."""
    from ..casework import referred

    found = referred.of_case(r, key, named=r.me.sees_identity, told=False)
    return next((row for row in found if row.id == referral), None)


class Beside(NamedTuple):
    """The open needs of a case, and its referrals that have no other in their place yet, by their keys and in words."""

    needs: tuple[tuple[int, str], ...]
    referrals: tuple[tuple[int, str], ...]


def beside(r: Reading, key: int) -> Beside:
    """What a new referral of that case may be for, and take the place of."""
    from ..casework import needs, referred

    open_ = [row for row in needs.of_case(r, key, told=False) if row.state == "open"]
    found = referred.of_case(r, key, named=r.me.sees_identity, told=False)
    taken = {row.replaces for row in found}
    return Beside(
        tuple((row.id, row.name) for row in open_),
        tuple((row.id, row.to) for row in found if row.id not in taken and row.state != "drafted"),
    )


def refer(new: NewReferral, send: bool) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import referrals

        return referrals.refer(w, new) if send else referrals.draft(w, new)

    return doing


def step(act: str, referral: int, seen: int, more: Mapping[str, Any]) -> Doing:
    """One act of `casework.referrals` on a referral, as it was seen."""

    def doing(w: Work) -> Receipt:
        from ..casework import referrals

        receipt: Receipt = getattr(referrals, act)(w, referral, seen=seen, **more)
        return receipt

    return doing


def reword(referral: int, reason: str, seen: int, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import referrals

        return referrals.reword(w, referral, reason, seen=seen, scratch=_place(words))

    return doing


def add_service(whose: str, told: Mapping[str, Any], place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import directory

        new: NewService = directory.NewService(directory.provider_meant(w, whose), **told)
        return directory.add_service(w, new, scratch=place)

    return doing


def edit_service(key: int, changes: Mapping[str, object], seen: int, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import directory

        return directory.edit_service(w, key, changes, seen=seen, scratch=place)

    return doing


def close_service(key: int, state: str, seen: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import directory

        return directory.close_service(w, key, state, seen=seen)

    return doing


def add_provider(new: NewProvider, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import directory

        return directory.add_provider(w, new, scratch=place)

    return doing


def edit_provider(key: int, changes: Mapping[str, object], seen: int, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import directory

        return directory.edit_provider(w, key, changes, seen=seen, scratch=place)

    return doing
