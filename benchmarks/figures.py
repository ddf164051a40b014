"""Figures and how they are printed: median, 95th percentile, the ratio to a baseline, and the figure to reach."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside its baseline. `reach` is the design's figure, `met` whether it is reached."""

    what: str
    value: str
    baseline: str
    ratio: str
    reach: str
    met: bool | None


def median(values: list[float]) -> float:
    return statistics.median(v for v in values if v == v)


def p95(values: list[float]) -> float:
    ordered = sorted(v for v in values if v == v)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


HEAD = "| what | measured | baseline | ratio | to reach | |\n|---|---|---|---|---|---|"


def line(f: Figure) -> str:
    """One figure as a row of a Markdown table."""
    met = "" if f.met is None else "reached" if f.met else "**not reached**"
    return f"| {f.what} | {f.value} | {f.baseline} | {f.ratio} | {f.reach} | {met} |"


def said(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table, each printed as soon as it is measured: an hour's run that breaks off has said most."""
    lines = [HEAD]
    print(HEAD, flush=True)
    for figure in figures:
        lines.append(line(figure))
        print(lines[-1], flush=True)
    return "\n".join(lines)
