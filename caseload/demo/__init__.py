"""A made-up agency that looks lived in, in a database of its own, so that everything can be tried without harm."""

from __future__ import annotations

from .build import DemoOptions, DemoSummary, build, place

__all__ = ["DemoOptions", "DemoSummary", "build", "place"]
