"""The table of lines of adjoint code per line of primal code, from the samples' emitted files.

A line counts if it holds code: blank lines, comments, docstrings and decorators don't. The primal is the
marked function with all functions and classes of its file that it needs; the adjoint is `<name>_vjp` (both
sweeps) with all that it needs. What a helper of s2sad's own (its name starts with an underscore) adds is
shown apart.
"""

import ast
import io
import statistics
import tokenize
from pathlib import Path

SAMPLES = Path(__file__).parent.parent / "samples"
SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def code_lines(text: str) -> set[int]:
    """The numbers of the lines that hold code."""
    found: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SILENT:
            found.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        match first:
            case ast.Expr(value=ast.Constant(value=str())):
                found.difference_update(range(first.lineno, first.end_lineno + 1))
    return found


def definitions(text: str) -> dict[str, ast.stmt]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name: node for node in ast.parse(text).body if isinstance(node, kinds)}


def reachable(start: str, defined: dict[str, ast.stmt]) -> set[str]:
    """The definitions that `start` needs, itself among them."""
    found, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for node in ast.walk(defined[name]):
            if isinstance(node, ast.Name) and node.id in defined and not marked(defined[node.id]):
                waiting.append(node.id)
    return found


def marked(node: ast.stmt) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "differentiate" for d in node.decorator_list)


def count(text: str, names: set[str]) -> int:
    lines, defined = code_lines(text), definitions(text)
    return sum(1 for name in names for n in lines if defined[name].lineno <= n <= defined[name].end_lineno)


def rows() -> list[tuple[str, int, int, int]]:
    """(function, lines of primal, lines of adjoint, lines of helpers) for each marked function."""
    found = []
    for written in sorted(SAMPLES.glob("*_ad.py")):
        source = (SAMPLES / written.name.replace("_ad.py", ".py")).read_text()
        text = written.read_text()
        defined, emitted = definitions(source), definitions(text)
        for name, node in defined.items():
            if marked(node) and f"{name}_vjp" in emitted:
                needed = reachable(f"{name}_vjp", emitted)
                helpers = {x for x in needed if x.startswith("_")}
                primal = count(source, reachable(name, defined))
                label = f"{written.stem.removesuffix('_ad')}.{name}"
                found.append((label, primal, count(text, needed - helpers), count(text, helpers)))
    return found


def run() -> None:
    table = rows()
    if not table:
        print("no emitted files in samples/: run `python -m samples`")
        return
    print(f"| {'function':36s} | primal | adjoint | ratio | helpers |")
    print(f"| {'-' * 36} | ------ | ------- | ----- | ------- |")
    for label, primal, adjoint, helpers in table:
        print(f"| {label:36s} | {primal:6d} | {adjoint:7d} | {adjoint / primal:5.2f} | {helpers:7d} |")
    print(f"\nmedian ratio {statistics.median(a / p for _, p, a, _ in table):.2f}")
