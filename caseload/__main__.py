"""`python -m caseload`."""

from __future__ import annotations

import sys

from caseload.cli import main

if __name__ == "__main__":
    sys.exit(main())
