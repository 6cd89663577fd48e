"""Keep a copy of contents that the reverse sweep reads and that a later store destroys."""

from __future__ import annotations

from typing import Any

from s2sad.analysis.values import Value
from s2sad.transform.tree import Nodes


class Snapshots:
    def __init__(self, session: Any, types: dict[str, Value]) -> None:
        self.session = session
        self.types = types

    def take(self, nodes: Nodes) -> None:
        """Give each step that reads such contents a copy of them."""
