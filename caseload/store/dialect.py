"""The few places where the two engines spell SQL differently, for definitions from which triggers are rendered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FAR = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Sql:
    """Spelling for one engine. `today` is the SQL of the agency's day: a function, a row or a bound value."""

    name: str
    today: str

    @property
    def postgres(self) -> bool:
        return self.name == "postgresql"

    def plus(self, day: str, days: str | int) -> str:
        """The day `days` after `day`."""
        if self.postgres:
            return f"({day} + ({days}))"
        return f"date({day}, ({days}) || ' days')"

    def anniversary(self, first: str, after: str) -> str:
        """The first anniversary of the day `first` that comes after the day `after`, and not `first` itself. That of a 29 February is
        1 March in a year without one."""
        if self.postgres:
            year = f"EXTRACT(YEAR FROM {after})::int"
            this, following = (
                f"(make_date({year} + {n}, EXTRACT(MONTH FROM {first})::int, 1) + (EXTRACT(DAY FROM {first})::int - 1))"
                for n in (0, 1)
            )
        else:
            years = f"CAST(strftime('%Y', {after}) AS INTEGER) - CAST(strftime('%Y', {first}) AS INTEGER)"
            this, following = (f"date({first}, ({years} + {n}) || ' years')" for n in (0, 1))
        return f"(CASE WHEN {this} > {after} THEN {this} ELSE {following} END)"

    def day(self, iso: str) -> str:
        return f"DATE '{iso}'" if self.postgres else f"'{iso}'"

    def least(self, values: Iterable[str]) -> str:
        """The smallest of several expressions that are never null."""
        return f"{'LEAST' if self.postgres else 'min'}({', '.join(values)})"

    def greatest(self, values: Iterable[str]) -> str:
        return f"{'GREATEST' if self.postgres else 'max'}({', '.join(values)})"

    def listed(self, value: str, csv: str) -> str:
        """True where `value` is one of the comma-separated words of `csv`."""
        find = "strpos" if self.postgres else "instr"
        return f"{find}(',' || {csv} || ',', ',' || {value} || ',') > 0"

    @property
    def fence(self) -> str:
        """Ends a sub-select that the planner must not merge into the query around it."""
        return " OFFSET 0" if self.postgres else " LIMIT -1"

    @property
    def far(self) -> str:
        return self.day(FAR)


def moment_in_file(text: str) -> str:
    """SQLite's SQL for a moment as the file keeps it, of `text`, which may be as a server's journal writes one:
    2026-11-16T08:30:00.5+00:00."""
    part = f"CASE WHEN substr({text}, 20, 1) = '.' THEN substr({text}, 21, instr({text}, '+') - 21) ELSE '' END"
    server = f"substr({text}, 1, 10) || ' ' || substr({text}, 12, 8) || '.' || substr({part} || '000000', 1, 6)"
    return f"CASE WHEN substr({text}, 11, 1) = 'T' THEN {server} ELSE {text} END"


def in_trigger(engine: str) -> Sql:
    """The spelling inside triggers, where the day comes from the agency's clock."""
    return Sql(engine, "agency_today()" if engine == "postgresql" else "(SELECT today FROM acting)")


def bound(engine: str) -> Sql:
    """The spelling in a query that binds the day as `:today`."""
    return Sql(engine, "CAST(:today AS date)" if engine == "postgresql" else ":today")
