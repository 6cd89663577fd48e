"""Fresh names: every generated name is chosen here, so that none ever collides with a name somebody wrote."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable

#: Names that a generated variable never takes: keywords, and builtins (shadowing one would mislead a reader).
RESERVED = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"_"}


def fresh(base: str, taken: Iterable[str]) -> str:
    """`base` if it is free, otherwise `base` with the smallest number from 2 that makes it so (`t`, `t2`, `t3`).

    A base that ends in a digit gets an underscore first: `x1` becomes `x1_2`, which nobody takes for `x12`.
    """
    if base not in taken and base not in RESERVED:
        return base
    stem = base + "_" if base[-1:].isdigit() else base
    number = 2
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


class Names:
    """A growing set of names that are in use in one scope."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)

    def fresh(self, base: str) -> str:
        """A name like `base` that was not in use; it is from now on."""
        name = fresh(base, self.taken)
        self.taken.add(name)
        return name

    def add(self, names: Iterable[str]) -> None:
        self.taken.update(names)

    def __contains__(self, name: object) -> bool:
        return name in self.taken


#: What the names of related variables and functions end in.
ROLES = ("_bar", "_dot", "_tape", "_kept", "_fwd", "_rev", "_jvp", "_vjp")


class MadeUp:
    """The names that one compilation made up, and what they stand for."""

    def __init__(self) -> None:
        self.wishes: dict[str, str] = {}  # a name that has a number -> the name without it
        self.results: set[str] = set()  # variables that the compiler added for what a function returns

    def plain(self, name: str) -> str:
        """What something would be called if it were alone: `x_2_bar` is `x_bar` if `x_2` stands for `x`."""
        if name in self.wishes:
            return self.plain(self.wishes[name])
        for role in ROLES:
            base = name.removesuffix(role)
            if base != name:
                return self.plain(base) + role
        return name
