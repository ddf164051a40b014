"""caseload: a keyboard-driven caseload manager for social-service case managers."""

__version__ = "0.1.0"
