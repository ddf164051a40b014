"""The screen. Nothing is imported here, so that the commands never pay for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..settings import Settings


def run(settings: Settings, *, masked: bool = False) -> int:
    """Opens the screen, with `masked` without identity, and returns the exit code once it is left. Raises Refused where there is
    no usable terminal."""
    import gc

    # Nothing of what is made while importing is garbage; the app turns it on again.
    gc.disable()
    from .app import run_app

    return run_app(settings, masked=masked)
