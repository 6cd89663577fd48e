"""The command `s2sad`; installed as s2sad.cli."""

from .app import app, main

__all__ = ["app", "main"]
