"""`python -m benchmarks.exchange --data FOLDER`: every file there is given to the import that fits it, on each engine: taken, with
the counts that its source says, once more without a change, and taken back, equal in every fact; or refused in a sentence. Then each
is given to every other import. What we write is read by programs that know nothing of us, and everything goes from one engine to
the other and back. Without --data the second half alone. `--fuzz N` gives N files that somebody spoiled to every import."""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import exchange_in, exchange_out
from .exchange_in import WHO, Unit, units
from .office import ADMIN, Office, opened
from .server import own

# What nobody who keeps no computers should have to read.
_UNFIT = re.compile(
    r"Traceback|Exception|Error\b|\bNone\b|\bnull\b|0x[0-9a-f]|<class|\bstr\b|\bint\b|\bdict\b|caseload stopped|sqlite|psycopg|utf-?8 codec", re.I
)  # fmt: skip


class Seen:
    """What was said on the way, and everything that was not as it should be."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.said: Counter[str] = Counter()

    def fault(self, words: str) -> None:
        self.wrong.append(words)
        print(f"  WRONG: {words}", flush=True)

    def sentence(self, where: str, text: str, most: int = 400) -> None:
        """A sentence that somebody was told: whole, of our own words, and not too long to be read."""
        # The same words about another file are the same sentence.
        self.said[re.sub(r"[\w./-]+\.(csv|json|zip|md|yaml|xml|ics)\b", "FILE", text)] += 1
        if _UNFIT.search(text) or not re.match(r"^\S.{8,}[.?]$", text, re.S) or len(text) > most:
            self.fault(f"{where}: nobody would understand: {text!r}")


def differing(before: Any, after: Any) -> list[str]:
    """Which facts differ, by table and row."""
    return sorted(
        f"{table} {row}"
        for table in before
        for row in before[table].keys() | after[table].keys()
        if before[table].get(row) != after[table].get(row)
    )


def line_of(unit: Unit, office: Office, path: Path) -> list[str]:
    """The command that takes it in."""
    more = {
        "ics": ["--case", office.cases[0]], "sheet": ["--system", "Proof"], "hsds": ["--source", "proof"],
    }  # fmt: skip
    return ["import", unit.kind, str(path), *more.get(unit.kind, ())]


def refusal(seen: Seen, where: str, ran: Any) -> str:
    """The sentence of a refusal; a fault of ours, or an exit code that no refusal has, is wrong."""
    # Talk may come before it.
    told = (
        json.loads(ran.err[ran.err.rindex('{"error"') :])["error"]
        if '{"error"' in ran.err
        else {"code": "fault", "message": ran.err}
    )
    if told["code"] == "fault" or ran.code not in (1, 2, 3, 4):
        seen.fault(f"{where}: it fell over: {told['message']} {told.get('details')}")
    seen.sentence(where, told["message"])
    return str(told["message"])


def take(office: Office, unit: Unit, seen: Seen, path: Path) -> str:
    """Gives one to its import: previewed, taken, taken again, taken back. The verdict in words."""
    where, who = f"{office.engine} {unit.name}", WHO[unit.kind]
    before = office.facts()
    line = line_of(unit, office, path)
    looked = office.run(who, *line, "--dry-run", "--format", "json")
    if differ := differing(before, office.facts()):
        seen.fault(f"{where}: looking at it changed {differ[:5]}")
    if looked.code:
        return "refused: " + refusal(seen, where, looked)
    told = looked.json
    form = unit.kind == "questionnaire"
    if not form:
        for fault in exchange_in.faults_of(unit.name, told):
            seen.fault(f"{office.engine} {fault}")
        for one in told["problems"]:
            seen.sentence(where, f"It {one['reason']}.")
        for one in told["notes"]:
            # Columns that have no place are all named.
            seen.sentence(where, f"{one['reason']}.", 4000)
    done = office.run(who, *line, *(() if form else ("--yes",)), "--format", "json")
    if done.code:
        return "refused on the second look: " + refusal(seen, where, done)
    change = done.json["change"]
    again = office.run(who, *line, *(() if form else ("--yes",)), "--format", "json").json
    if change is not None:
        after = office.facts()
        if again["change"] is not None or differing(after, office.facts()):
            seen.fault(f"{where}: taken again it changes something")
        office.ask(who, "undo", change, "--yes")
        if differ := differing(before, office.facts()):
            seen.fault(f"{where}: not equal after undo: {differ[:10]}")
    for verdict in ("check",):
        if not office.ask(ADMIN, verdict)["sound"]:
            seen.fault(f"{where}: `{verdict}` finds a fault")
    if form:
        return f"taken: {told['questions']} questions, again the same, taken back"
    counts = ", ".join(
        f"{n} {what}" for what, n in told["totals"].items() if n and what not in ("writes", "open_cases")
    )
    left = ", ".join(
        f"{told[what]} {words}" for what, words in (("rejected", "rejected"), ("not_taken", "left out")) if told[what]
    )
    if change is None:
        return f"read, nothing to take ({left or 'it is empty'})"
    return (
        f"taken: {counts or 'what is known already'}{'; ' + left if left else ''}; again no change; taken back, equal"
    )


def files_in(office: Office, folder: Path, seen: Seen) -> None:
    """Every file of the folder, given to the import that fits it."""
    print(f"\n{office.engine}: every file, by the import that fits it", flush=True)
    with tempfile.TemporaryDirectory() as spare:
        for unit in units(folder):
            if unit.kind == "fhir":
                unit = _as_fhir(unit)
            print(f"  {unit.kind:13} {unit.name}: {take(office, unit, seen, unit.path)}", flush=True)
            if unit.kind == "ics":
                moved = exchange_in.next_year(unit.path, Path(spare))
                print(f"  {unit.kind:13} {unit.name}, in a year to come: {take(office, unit, seen, moved)}", flush=True)


def _as_fhir(unit: Unit) -> Unit:
    """A resource of FHIR: taken by `import fhir` where there is such a thing, and by what one would try otherwise where not."""
    from caseload.exchange.importer import FORMATS

    return unit if "fhir" in FORMATS else Unit(unit.path, "questionnaire", unit.name, unit.more, unit.files)


def everything_everywhere(office: Office, folder: Path, seen: Seen) -> None:
    """Each file given to every import, previewed alone: nothing falls over, nothing is changed."""
    print(f"\n{office.engine}: every file, by every import", flush=True)
    before, tries = office.facts(), 0
    verdicts: Counter[str] = Counter()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        for kind in ("hmis", "hsds", "ics", "sheet", "questionnaire"):
            unit = Unit(path, kind, str(path.relative_to(folder)))
            ran = office.run(WHO[kind], *line_of(unit, office, path), "--dry-run", "--format", "json")
            tries += 1
            if ran.code:
                said = refusal(seen, f"{unit.name} as {kind}", ran)
                verdicts[re.sub(re.escape(path.name) + "|" + re.escape(str(path)), "FILE", f"{kind}: {said}")] += 1
            else:
                verdicts[f"{kind}: read"] += 1
    if differ := differing(before, office.facts()):
        seen.fault(f"looking at files changed {differ[:5]}")
    for words, n in sorted(verdicts.items()):
        print(f"  {n:4}  {words}")
    print(f"  {tries} tries, nothing changed", flush=True)


@contextmanager
def office_at(url: str) -> Iterator[Office]:
    office = opened(url)
    try:
        yield office
    finally:
        office.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exchange", description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder of files of other programs")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--only", choices=("in", "everywhere", "out", "carry", "fuzz"), action="append")
    parser.add_argument("--fuzz", type=int, default=0, metavar="N", help="so many spoiled files")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    parts = asked.only or ["in", "everywhere", "out", "carry", "fuzz"]
    seen = Seen()
    with tempfile.TemporaryDirectory() as home, own() as server:
        lite = f"sqlite:///{Path(home) / 'exchange.db'}"
        urls = [url for url in (lite, server.url) if asked.engine in ("both", url.partition(":")[0])]
        for url in urls:
            with office_at(url) as office:
                if asked.data and "in" in parts:
                    files_in(office, asked.data, seen)
                if asked.data and "everywhere" in parts and office.engine == "sqlite":
                    everything_everywhere(office, asked.data, seen)
                if "out" in parts:
                    exchange_out.out(office, seen, Path(home), asked.data)
                if "fuzz" in parts and asked.fuzz:
                    from . import exchange_fuzz

                    exchange_fuzz.run(office, seen, asked.fuzz, asked.seed)
                if not office.ask(ADMIN, "journal", "verify")["sound"]:
                    seen.fault(f"{office.engine}: the journal is not sound")
        if "carry" in parts:
            exchange_out.there_and_back(seen, Path(home), server)
    print(f"\n{len(seen.said)} different sentences were said:")
    for text, n in sorted(seen.said.items()):
        print(f"  {n:5}  {text}")
    print(
        "\n".join(["", *seen.wrong])
        if seen.wrong
        else "\nEverything came in or was refused in a sentence, and everything went out whole."
    )
    return 1 if seen.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
