"""What a person has set about the screen: the `[keys]` and `[screen]` tables of the settings file."""

from __future__ import annotations

from typing import Any


def wishes() -> dict[str, Any]:
    """Their keys by command id, and their theme. `settings.load` has read the file before and named what is wrong with it."""
    from ..settings import settings_file

    path = settings_file()
    if not path.exists():
        return {}
    import tomllib

    found = tomllib.loads(path.read_text("utf-8"))
    keys, screen = found.get("keys", {}), found.get("screen", {})
    return {
        "keys": keys if isinstance(keys, dict) else {},
        "theme": screen.get("theme") if isinstance(screen, dict) else None,
    }
