"""What is told to others, and what is talked over in supervision: their commands."""

from __future__ import annotations

from ..messages import _
from .commands import NOTHING, ONE, SUPERVISION, WORK, Command


def telling() -> tuple[Command, ...]:
    """Consents, and what was told under them."""
    group = _("What may be told")
    return (
        Command(
            "consent", _("Record a signed consent"), ("C g",), WORK, group,
            _("To whom, what about, what for, until when, who signed and when: what the form says. Whether it holds is then "
              "reckoned from its days."),
            _("consent"), ONE, True,
        ),
        Command(
            "revoke", _("Take a consent back"), ("C r",), WORK, group,
            _("The one under the cursor, or one of those in force; how the client said so. It holds no more from today."),
            _("revoke"), ONE, True,
        ),
        Command(
            "disclose", _("Record what was told"), ("C d",), WORK, group,
            _("To whom, what, what for, and the ground: a consent, or an exception with who was consulted and whether the "
              "client was told. Never undone: Enter on it adds to it."),
            _("told"), ONE,
        ),
        Command(
            "may_go", _("May this go?"), ("C q",), WORK, group,
            _("To whom and what about; the answer is the record that says yes, or why not."), _("may it go"), ONE,
        ),
    )  # fmt: skip


def supervision() -> tuple[Command, ...]:
    """What is brought to supervision, and what came of it."""
    group = _("Supervision")
    return (
        Command(
            "bring", _("Bring to supervision"), ("B",), (*WORK, SUPERVISION), group,
            _("What about this case is to be talked over. It is on your agenda; of a case held by somebody you supervise, on "
              "theirs. On an agenda: a topic about no case. For that worker and who supervises them alone."),
            _("to supervision"), ONE, True,
        ),
        Command(
            "discussed", _("Discussed, and agreed"), ("m",), (SUPERVISION,), group,
            _("What was agreed on the topic under the cursor; of a case, then perhaps a task, as in `fri call the landlord`. What "
              "is not marked so stays."),
            _("discussed"), NOTHING, True,
        ),
        Command(
            "reword_topic", _("Other words"), ("e",), (SUPERVISION,), group,
            _("Of a topic that you brought; once it was discussed, of what was agreed. The words before are kept."),
            _("words"), NOTHING, True,
        ),
        Command(
            "drop_topic", _("Take a topic off"), ("x",), (SUPERVISION,), group,
            _("One that you brought, while it was not discussed."), _("take off"), NOTHING, True,
        ),
    )  # fmt: skip
