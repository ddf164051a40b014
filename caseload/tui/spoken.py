"""What is talked over in supervision: its commands."""

from __future__ import annotations

from ..messages import _
from .commands import NOTHING, ONE, SUPERVISION, WORK, Command


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
