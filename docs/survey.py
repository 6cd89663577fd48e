"""`python -m docs.survey` prints the line-by-line traces of the survey's example, as the generated code runs.

The function is that of `samples/survey.py`, one operation to a line, with the survey's names.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np

from s2sad.compile import derive
from s2sad.frontend.resolve import from_function


def f(x1: float, x2: float) -> float:
    v1 = np.log(x1)
    v2 = x1 * x2
    v3 = np.sin(x2)
    v4 = v1 + v2
    v5 = v4 - v3
    return v5


def trace(function: Callable[..., Any], *args: float, **kwargs: float) -> list[tuple[str, float]]:
    """Run generated straight-line code; each of its lines, with the value that the line gave to its variable."""
    ran: list[int] = []
    values: list[dict[str, Any]] = []

    def follow(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code is function.__code__ and event in ("line", "return"):
            ran.append(frame.f_lineno)
            values.append(dict(frame.f_locals))
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        function(*args, **kwargs)
    finally:
        sys.settrace(before)
    found = []
    for number, after in zip(ran[:-1], values[1:], strict=True):
        line = linecache.getline(function.__code__.co_filename, number).partition("  #")[0].strip()
        if not line.startswith("return"):
            found.append((line, float(after[line.split()[0]])))
    return found


def main() -> None:
    point: dict[str, object] = {"x1": 2.0, "x2": 5.0}
    source = from_function(f)
    forward = derive(source, "jvp", ("x1",), point).entry("jvp")
    reverse = derive(source, "vjp", ("x1", "x2"), point).entry("vjp")
    for title, lines in (
        ("forward: the tangent with respect to x1", trace(forward, 2.0, 5.0, x1_dot=1.0)),
        ("reverse: the adjoints of x1 and x2", trace(reverse, 2.0, 5.0, y_bar=1.0)),
    ):
        print(title)
        for line, value in lines:
            print(f"    {line:32s} {value:7.3f}")


if __name__ == "__main__":
    main()
