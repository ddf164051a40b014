"""What the screen asks of the practice, and has it do, about what may be told and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .verbs import _place

if TYPE_CHECKING:
    from ..casework.consents import ConsentRow, NewConsent
    from ..casework.disclosures import NewDisclosure
    from ..casework.permits import Permit
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing, Typed


def given(r: Reading, key: int) -> tuple[ConsentRow, ...]:
    """The consents of a case, those in force first; without prose."""
    from ..casework import consents

    return consents.of_case(r, key, named=r.me.sees_identity, told=False)


def running(r: Reading, key: int) -> tuple[ConsentRow, ...]:
    """The consents of a case that hold today; without prose."""
    return tuple(one for one in given(r, key) if one.state == "in_force")


def signed(r: Reading, key: int, consent: int) -> ConsentRow | None:
    """A consent of that case, whether or not it holds; without prose."""
    from ..casework import consents

    found = consents.of_case(r, key, named=r.me.sees_identity, told=False)
    return next((one for one in found if one.id == consent), None)


def may_go(r: Reading, key: int, recipient: str, kinds: tuple[str, ...]) -> Permit | str:
    """The record that says yes, or the sentence that says why not."""
    from ..casework import permits

    return permits.may_go(r, key, recipient, kinds)


def give(new: NewConsent) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import consents

        return consents.give(w, new)

    return doing


def as_it_stands(r: Reading, key: int, consent: int) -> ConsentRow:
    """A consent of a case whose page is open, with its prose. Raises Usage where it is gone."""
    from ..casework import consents

    consents.must_be_of(r, key, consent)
    found = consents.one(r, consent)
    assert found is not None
    return found


def amend(consent: int, changes: dict[str, object], seen: int, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import consents

        return consents.amend(w, consent, changes, seen=seen, scratch=place)

    return doing


def revoke(consent: int, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import consents

        return consents.revoke(w, consent, why, scratch=_place(words))

    return doing


def came(consent: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import consents

        return consents.came(w, consent)

    return doing


def tell(new: NewDisclosure) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import disclosures

        return disclosures.tell(w, new)

    return doing


def add_to(disclosure: int, text: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import disclosures

        return disclosures.add_to(w, disclosure, text, scratch=_place(words))

    return doing
