"""How compile time grows with the length of a program: milliseconds a line, which should stay as they are.

Straight lines, loops with branches, calls of as many functions, stores into an array. Times are those of the processor.
"""

import itertools
import linecache
import time

import numpy as np

LENGTHS = (30, 100, 300)
STRAIGHT = ("a = np.sin(a) * w", "b = a + 0.5 * b", "a = a / (1.0 + b**2)", "b = np.exp(-a) + b")
LOOP = ("for i in range(3):", "    a = np.sin(a) * w", "    if i > 1:", "        b = a + 0.5 * b")
CALLEE = (
    "def g{0}(x, w):",
    "    t = np.sin(x) * w",
    "    for k in range(2):",
    "        t = t * x + k",
    "    return t",
)
STORES = ("c[{0} % 9] = x[0] * w", "c[1:3] += c[2:4] * {0}.5", "w = w + c[{0} % 7]")


def program(lines: list[str], before: list[str]) -> str:
    start = ["def f(x, w):", "    a, b, c = x * w, x, np.zeros(9)"]
    return "\n".join(
        [*before, *start, *[f"    {line}" for line in lines], "    return np.sum(a + b + c) * w"]
    )


def repeated(pattern: tuple[str, ...], length: int) -> list[str]:
    numbered = (line.format(number) for number in itertools.count() for line in pattern)
    return list(itertools.islice(numbered, length - length % len(pattern)))


def with_calls(length: int) -> str:
    calls = [f"a = g{number}(a, w)" for number in range(length // len(CALLEE))]
    return program(calls, repeated(CALLEE, length))


PROGRAMS = {
    "straight lines": lambda length: program(repeated(STRAIGHT, length), []),
    "loops": lambda length: program(repeated(LOOP, length), []),
    "calls": with_calls,
    "stores": lambda length: program(repeated(STORES, length), []),
}


def load(text: str, name: str):
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    namespace = {"np": np}
    exec(compile(text, name, "exec"), namespace)
    return namespace["f"]


def milliseconds(call) -> float:
    begin = time.process_time()
    call()
    return (time.process_time() - begin) * 1e3


def run() -> None:
    from s2sad import jvp, value_and_grad  # late: the table of speed is made in processes without it

    x = np.linspace(0.1, 1.0, 9)
    value_and_grad(load(with_calls(10), "<first>"), argnums=(0, 1))(x, 0.3)
    heads = [f"{mode}, {length}" for mode in ("gradient", "tangent") for length in LENGTHS]
    print("| ms a line      |", *(f"{head:13s} |" for head in heads))
    print("| -------------- |", *("------------- |" for _ in heads))
    for name, make in PROGRAMS.items():
        found: list[float] = []
        for mode in ("gradient", "tangent"):
            for length in LENGTHS:
                f = load(make(length), f"<{name}, {length}, {mode}>")
                if mode == "gradient":
                    taken = milliseconds(lambda f=f: value_and_grad(f, argnums=(0, 1))(x, 0.3))
                else:
                    taken = milliseconds(lambda f=f: jvp(f, (x, 0.3), (x, 0.1)))
                found.append(taken / length)
        print(f"| {name:14s} |", *(f"{each:13.2f} |" for each in found))
