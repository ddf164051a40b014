"""What others offer, and what is asked of them: the commands for that."""

from __future__ import annotations

from ..messages import _
from .commands import NOTHING, ONE, SERVICES, WORK, Command


def offering() -> tuple[Command, ...]:
    """Referrals, and the directory that they go by."""
    group = _("Services and referrals")
    return (
        Command(
            "refer", _("Refer to a service"), ("f",), WORK, group,
            _("Find a service, Enter takes it; what is asked for and why; then the record by which it may go, or why not, and s sends "
              "it or d keeps a draft. What was sent is on record as told and is withdrawn, never undone."),
            _("refer"), ONE,
        ),
        Command(
            "find_service", _("Find a service"), ("/",), (SERVICES,), group,
            _("Words of its name, its provider, what it is, whom it is for, its domain and its place; every one begins a word."),
            _("find"),
        ),
        Command(
            "narrow", _("Open, near, for what"), ("n",), (SERVICES,), group,
            _("A letter: o those open now, p the nearest to a place first, d one domain of need, l one language, c all of them again."),
            _("narrow"),
        ),
        Command(
            "helper", _("Somebody around the client"), ("p",), (SERVICES,), group,
            _("Of a referral: not to a service, but to a neighbour, a parish, somebody of the family, under a consent as well."),
            _("a helper"),
        ),
        Command(
            "service_new", _("Add a service"), ("+",), (SERVICES,), group,
            _("Who offers it, what, where, when and for whom."), _("add"), NOTHING, True,
        ),
        Command(
            "service_edit", _("Set a service right"), ("e",), (SERVICES,), group,
            _("The one under the cursor, as it stands in the directory. Saving says that you made sure of it today."),
            _("set right"), NOTHING, True,
        ),
        Command(
            "service_close", _("Close a service"), ("x",), (SERVICES,), group,
            _("Not offered for now, or gone: it is found no more."), _("close"), NOTHING, True,
        ),
        Command(
            "provider_new", _("Add a provider"), ("P",), (SERVICES,), group,
            _("An organisation that offers services."), _("provider"), NOTHING, True,
        ),
        Command(
            "provider_edit", _("Set a provider right"), ("E",), (SERVICES,), group,
            _("Who offers the service under the cursor: where it is and how it is reached."), _("its provider"), NOTHING, True,
        ),
    )  # fmt: skip
