"""Why a case is closed, and where the client went: the codes and how people say them.

Destinations are HUD's (HMIS Data Standards 3.12.1, a work of the United States government); 336, 335 and 37 are living situations
that no one goes to.
"""

from __future__ import annotations

from ..errors import Usage
from ..messages import _
from ..models.case import CLOSE_REASONS
from . import values


def reason(code: str) -> str:
    """A reason for closing by its code. Raises Usage with the list."""
    return values.one_of(_("closing reason"), code.strip().lower(), CLOSE_REASONS)


def reason_words(code: str) -> str:
    """A reason for closing as people say it."""
    return {
        "completed": _("completed"), "left": _("left before the end"), "discharged": _("discharged by the agency"),
        "transferred": _("transferred to others"), "lost_contact": _("contact was lost"), "ineligible": _("not eligible"),
        "deceased": _("died"), "other": _("another reason"),
    }.get(code, code)  # fmt: skip


def destinations() -> dict[str, str]:
    """Where a client can have gone, by HUD's codes, as a form lists them: homeless, institutions, for a time, for good, not known."""
    return {
        "116": _("a place not meant for living in"), "101": _("an emergency shelter"), "118": _("a safe haven"),
        "215": _("foster care"), "206": _("a hospital"), "207": _("jail, prison or juvenile detention"),
        "225": _("long-term care or a nursing home"), "204": _("a psychiatric hospital"), "205": _("substance use treatment or detox"),
        "302": _("transitional housing"), "329": _("a residential project or halfway house"), "314": _("a hotel or motel, paid for"),
        "332": _("a host home"), "312": _("with family, for a time"), "313": _("with friends, for a time"),
        "327": _("transitional housing of HOPWA"), "422": _("with family, for good"), "423": _("with friends, for good"),
        "426": _("permanent housing of HOPWA"), "410": _("a rented home, no subsidy"), "435": _("a rented home, with a subsidy"),
        "421": _("a home of their own, with a subsidy"), "411": _("a home of their own, no subsidy"),
        "30": _("not asked at the end"), "17": _("somewhere else"), "24": _("died"), "8": _("the client does not know"),
        "9": _("the client prefers not to say"), "99": _("not collected"),
    }  # fmt: skip


def destination(code: str) -> str:
    """A destination by its code. Raises Usage with the list."""
    code = code.strip()
    known = destinations()
    if code not in known:
        raise Usage(
            _("{value!r} is no destination. Choose one of the codes below.").format(value=code[:40]),
            details=[f"{one}  {words}" for one, words in known.items()],
        )
    return code


def destination_words(code: str) -> str:
    """A destination as people say it."""
    return destinations().get(code, code)
