"""Files that somebody prepared, and files spoiled by chance, given to their imports, taken where they can be and taken back."""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.exchange.spoiled import ALL, by_chance, whole_ones
from tests.exchange.trying import TooLong, in_time, judged

from .exchange_in import WHO

if TYPE_CHECKING:
    from .exchange import Seen
    from .office import Office

_EACH = 200


def run(office: Office, seen: Seen, number: int, seed: int) -> None:
    """All that are prepared, and so many spoiled by chance: nothing falls over, hangs or stays."""
    chance = random.Random(seed)
    whole = list(whole_ones())
    before, verdicts, longest = office.facts(), Counter[str](), (0.0, "")
    print(f"\n{office.engine}: {len(ALL)} prepared files and {number} spoiled by chance (seed {seed})", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for n in range(len(ALL) + number):
            if n < len(ALL):
                one = ALL[n]
                kind, name, path = one.kind, f"{one.file}: {one.name}", one.write(Path(folder))
            else:
                kind, file, content = whole[n % len(whole)]
                name, path = f"{file} {n}", Path(folder) / file
                path.write_bytes(by_chance(content, chance))
            start = time.process_time()
            try:
                with in_time(30):
                    verdicts[_given(office, seen, kind, name, path)] += 1
            except TooLong as long:
                seen.fault(f"{office.engine} {kind} {name}: {long}")
            longest = max(longest, (time.process_time() - start, f"{kind} {name}"))
            if n % _EACH == _EACH - 1 or n == len(ALL) + number - 1:
                from .exchange import differing

                if differ := differing(before, office.facts()):
                    seen.fault(f"{office.engine}: after {name} not as before: {differ[:5]}")
                    before = office.facts()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"  {dict(verdicts)}; the longest {longest[0]:.1f} s of processor ({longest[1]}); {peak} MB at the most",
        flush=True,
    )


def _given(office: Office, seen: Seen, kind: str, name: str, path: Path) -> str:
    who = WHO[kind]
    more: dict[str, list[str]] = {
        "ics": ["--case", office.cases[0]],
        "sheet": ["--system", "Fuzz"],
        "hsds": ["--source", "fuzz"],
    }
    line = [
        "import",
        kind,
        str(path),
        *more.get(kind, []),
        *(["--yes"] if kind != "questionnaire" else []),
        "--format",
        "json",
    ]
    ran = office.run(who, *line)
    if wrong := judged(ran):
        seen.fault(f"{office.engine} {kind} {name}: {wrong}")
    if ran.code:
        return f"{kind} refused"
    change: Any = ran.json["change"]
    if change is None:
        return f"{kind} nothing to take"
    office.ask(who, "undo", change, "--yes")
    return f"{kind} taken and taken back"
