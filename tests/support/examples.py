"""How far the tests of anything at all look: the same way on every run, or by command further and elsewhere.

A suite must say the same thing twice about the same code, so its examples are drawn from the test's own name.
`EXAMPLES=2000 make test ARGS=...` draws new ones, and that many of them.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_MANY = os.environ.get("EXAMPLES")


def examples(number: int = 100) -> settings:
    """So many examples a run, whatever each of them takes."""
    return settings(
        max_examples=int(_MANY or number),
        derandomize=not _MANY,
        print_blob=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
    )


settings.register_profile("caseload", examples())
settings.load_profile("caseload")
