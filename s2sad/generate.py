"""The pipeline of a file: which functions, differentiated how, as one text that stands alone.

Each function and mode is compiled by itself, so that its text does not depend on what else is asked for; callees that
come out the same are emitted once.
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import s2sad
import s2sad.rules
from s2sad.analysis.annotations import Typed, parameter_types, result_type
from s2sad.analysis.assumed import assumed_axes, written
from s2sad.analysis.narrow import declare_number
from s2sad.analysis.session import Variant
from s2sad.analysis.values import TOP, Known, Obj, Other, Tensor, Top, Tup, Value, may_be_complex, number
from s2sad.emit.copying import global_names
from s2sad.emit.module import Header, digest
from s2sad.emit.parts import Collector, modules_of
from s2sad.emit.unparse import format_source, to_source
from s2sad.errors import Diagnostics, RefusedError, SourceError
from s2sad.frontend.denotations import Missing
from s2sad.frontend.marks import all_functions, marked
from s2sad.frontend.resolve import SourceClass, SourceFunction, SourceModule
from s2sad.ir.nodes import NOWHERE, Assign, Call, Const, Function, Notes, Stmt, Var
from s2sad.transform.alike import rename_functions
from s2sad.transform.program import Program, attempt
from s2sad.transform.words import helper

FORWARD, REVERSE, BOTH = "forward", "reverse", "both"


@dataclass(frozen=True)
class Entry:
    """A function to differentiate, what its text says of its parameters, and what is assumed of them (`assumptions`).

    `name` is the one that was asked for; a lambda has no other.
    """

    name: str
    source: SourceFunction
    types: dict[str, Typed]
    wrt: tuple[str, ...]
    axes: dict[str, int | None] = field(default_factory=dict)


def generate(
    module: SourceModule, names: Sequence[str] | None, wrt: Sequence[str] | None, mode: str, options: Any
) -> str:
    """The file that `s2sad gen` writes: derivatives of the named functions (None: of those marked @differentiate).

    `wrt` names the parameters to differentiate by (None: all that may carry a derivative); `mode` is "forward",
    "reverse" or "both". Raises SourceError for names that do not exist, and RefusedError with every finding.
    """
    wanted = marked(module) if names is None else names
    sources = {name: function_of(module, name) for name in wanted}
    check_wrt(module, sources, wrt)
    findings = Diagnostics(module.filename, module.lines)
    made: list[list[Function]] = []
    for name, source in sources.items():
        for kind in (FORWARD, REVERSE) if mode == BOTH else (mode,):
            try:
                entry = entry_of(name, source, wrt)
                made.append(derivative(entry, kind, options))
            except RefusedError as error:
                findings.extend(error.diagnostics)
    findings.raise_if_any()
    functions = merged(made)
    header = Header(
        s2sad.__version__, _stem(module), digest(module.text), _options(names, wrt, mode, options)
    )
    collector = Collector(module, modules_of(functions), link=options.link)
    return format_source(collector.assemble(functions, header, to_source))


def self_contained_text(functions: Iterable[Function], module: SourceModule) -> str:
    """The text of generated functions as a file of its own; what cannot be written down is named in a comment."""
    functions = list(functions)
    collector = Collector(module, modules_of(functions))
    collector.strict = False
    return format_source(collector.assemble(functions, None, to_source))


# ── what is asked for ────────────────────────────────────────────────────────────────────────────────────


def function_of(module: SourceModule, name: str) -> SourceFunction:
    """A function of a file by name. Raises SourceError if there is none."""
    cls, dot, method = name.partition(".")
    if dot:
        _fail(
            module,
            "S2S005",
            f"`{name}` is a method: write a function that takes the {cls} and calls `{method}`",
        )
    found = module.lookup(name) if module.binding(name) is not None else None
    match found:
        case SourceFunction():
            return found
        case None:
            alike = difflib.get_close_matches(name, all_functions(module), 1)
            hint = f"; did you mean `{alike[0]}`?" if alike else ""
            _fail(module, "S2S004", f"there is no function `{name}`{hint}")
        case SourceClass():
            _fail(module, "S2S004", f"`{name}` is a class; name a function")
        case Missing(reason=why) if why:
            _fail(module, "S2S004", f"it is not known which function `{name}` is: {why}")
        case _:
            _fail(module, "S2S004", f"`{name}` is no function with source text")
    raise AssertionError


def check_wrt(module: SourceModule, sources: Mapping[str, SourceFunction], wrt: Sequence[str] | None) -> None:
    """Raise SourceError for names that are no parameters, or a function that has none of them."""
    if wrt is None:
        return
    params = {name: list(source.lower().param_names()) for name, source in sources.items()}
    for name in wrt:
        if not any(name in found for found in params.values()):
            _fail(module, "S2S004", f"{_functions(params)} no parameter `{name}`")
    for function, found in params.items():
        if not any(name in found for name in wrt):
            _fail(
                module,
                "S2S004",
                f"`{function}` has none of the parameters {', '.join(f'`{n}`' for n in wrt)}",
            )


def _functions(params: dict[str, list[str]]) -> str:
    names = ", ".join(f"`{name}`" for name in params)
    return f"{names} {'has' if len(params) == 1 else 'have'}"


def _fail(module: SourceModule, code: str, message: str) -> None:
    findings = Diagnostics(module.filename, module.lines)
    findings.add(code, NOWHERE, message)
    findings.raise_if_any(SourceError)


def entry_of(name: str, source: SourceFunction, wrt: Sequence[str] | None) -> Entry:
    """What to differentiate a function by. Raises RefusedError if that has no derivative."""
    types = parameter_types(source)
    findings = Diagnostics(source.module.filename, source.module.lines)
    if wrt is None:
        chosen = tuple(name for name, typed in types.items() if typed.varies)
        if not chosen:
            findings.add("S2S020", source.span, f"no parameter of `{name}` can carry a derivative")
    else:
        chosen = tuple(name for name in types if name in wrt)
        for param in chosen:
            if not types[param].varies:
                why, remedy = _reason(types[param].value)
                message = f"the derivative by `{param}` is asked for, but {why}"
                findings.add("S2S020", source.span, message, remedy)
    ours = {"y_bar", *(f"{param}_dot" for param in chosen)}
    for param in types:
        if param in ours:
            findings.add(
                "S2S005",
                source.span,
                f"the parameter `{param}` has the name of one that is added",
                "rename it",
            )
    findings.raise_if_any()
    return Entry(name, source, types, chosen)


def _reason(value: Value) -> tuple[str, str]:
    """Why a parameter has no derivative, and what to write instead."""
    match value:
        case Tensor(kind="i" | "b"):
            return "it holds integers or booleans", "annotate it as float, or as an array of floats"
        case _:
            return "a value of its type has none", "leave it out of --wrt"


def _stem(module: SourceModule) -> str:
    return module.filename.replace("\\", "/").rpartition("/")[2]


def _options(names: Sequence[str] | None, wrt: Sequence[str] | None, mode: str, options: Any) -> str:
    """The options in the words of the command line; what is the default is left out."""
    words = [",".join(names)] if names else []
    words += ["--wrt", ",".join(wrt)] if wrt else []
    words += ["--mode", mode] if mode != BOTH else []
    words += ["--link"] if options.link else []
    words += ["--overwrite-arguments"] if options.overwrite else []
    words += ["--check-aliasing"] if options.check_aliasing else []
    return " ".join(words)


# ── compiling ────────────────────────────────────────────────────────────────────────────────────────────


def derivative(entry: Entry, kind: str, options: Any) -> list[Function]:
    """The functions of one derivative, callees first. Raises RefusedError.

    What is refused for want of types is tried again with the axes that the text suggests, and a line that checks them.
    """
    try:
        return attempt(options, lambda program: _derivative(program, entry, kind))
    except RefusedError as error:
        refused = error
    if any(found.code in ("S2S010", "S2S022") for found in refused.diagnostics):
        for axes in assumptions(entry):
            types = {name: _with_axes(entry.types[name], count) for name, count in axes.items()}
            assumed = replace(entry, types=entry.types | types, axes=axes)
            try:
                return attempt(options, partial(_derivative, entry=assumed, kind=kind))
            except RefusedError:
                continue
    raise refused


def assumptions(entry: Entry) -> Iterator[dict[str, int | None]]:
    """Numbers of axes to assume of the parameters that have none so far: of those that are written to, then of those
    that are indexed, then of all. None: any number of axes; then it is only assumed that the values are real.
    """
    function = entry.source.lower()
    axes = assumed_axes(function)
    unknown = [name for name, typed in entry.types.items() if typed.value == TOP]
    indexed: dict[str, int | None] = {
        name: count for name, count in axes.items() if count and _lacks_axes(entry.types[name].value)
    }
    numbers: dict[str, int | None] = {name: 0 for name in unknown if axes.get(name) == 0}
    reals: dict[str, int | None] = {name: None for name in unknown if entry.types[name].varies}
    changed = {name: count for name, count in indexed.items() if name in written(function)}
    if changed and len(changed) < len(indexed):
        yield changed
    if indexed:
        yield indexed
    if reals:
        yield reals
    if numbers:
        yield indexed | numbers
    if indexed or numbers:
        yield reals | indexed | numbers


def _lacks_axes(value: Value) -> bool:
    """Whether nothing is known of a parameter, or that it is a real array (an annotation without a shape)."""
    return value == TOP or (isinstance(value, Tensor) and value.dims is None and value.kind == "f")


def _with_axes(typed: Typed, count: int | None) -> Typed:
    known = typed.value if isinstance(typed.value, Tensor) else Tensor("f" if typed.varies else "?")
    return Typed(replace(known, dims=None if count is None else (None,) * count), typed.varies)


def checked(function: Function, axes: dict[str, int | None]) -> Function:
    """A function that checks what was assumed of its parameters before anything else."""
    groups: dict[int | None, list[str]] = {}
    for name, count in axes.items():
        groups.setdefault(count, []).append(name)
    checks: list[Stmt] = []
    for count, names in sorted(
        groups.items(), key=lambda group: -1 if group[0] is None else group[0], reverse=True
    ):
        values = tuple((name, Var(name)) for name in names)
        if count is None:
            checks.append(Assign(Var("%reals"), Call(helper("_require_reals"), (), values)))
        else:
            checks.append(
                Assign(Var(f"%axes{count}"), Call(helper("_require_axes"), (Const(count),), values))
            )
    return replace(function, body=(*checks, *function.body))


def _derivative(program: Program, entry: Entry, kind: str) -> list[Function]:
    variant = program.variant(entry.source, {name: typed.value for name, typed in entry.types.items()})
    if getattr(number(result_type(entry.source).value), "dims", None) == ():
        declare_number(variant)
    name = entry.name
    bars = tuple(f"{param}_bar" for param in entry.wrt)
    if kind == FORWARD:
        program.tangent(variant, entry.wrt, f"{name}_jvp")
        return _described(program, f"{name}_jvp", "# -> (y, y_dot)", entry.axes)
    program.joint(variant, entry.wrt, f"{name}_vjp", may_be_number(variant, entry.source))
    adjoints = bars[0] if len(bars) == 1 else f"({', '.join(bars)})"
    assumed = taken_for_real(entry, variant) | entry.axes
    return _described(program, f"{name}_vjp", f"# -> (y, {adjoints})", assumed)


def taken_for_real(entry: Entry, variant: Variant) -> dict[str, int | None]:
    """The arrays of which the annotation does not tell the dtype, in a program that has complex values, too."""
    if not any(map(may_be_complex, variant.types.values())):
        return {}
    types = {name: entry.types[name].value for name in entry.wrt}
    return {name: None for name, value in types.items() if value == Tensor("f")}


def may_be_number(variant: Variant, source: SourceFunction) -> bool:
    """Whether a seed of 1.0 makes sense: the result is, or may be, one number."""
    for value in (variant.result, result_type(source).value):
        value = number(value) if value is not None else value
        match value:
            case Tensor(dims=dims) if dims is not None and dims != ():
                return False
            case Tup() | Obj() | Other() | Known():
                return False
            case Tensor() | Top() | None:
                continue
            case _:
                return False
    declared = result_type(source).value
    return not (isinstance(declared, Tensor) and declared.dims is None)


def _described(program: Program, name: str, returns: str, assumed: dict[str, int | None]) -> list[Function]:
    """The program's functions; the entry checks what is assumed, and the comment behind its `def` says what it returns."""
    functions = program.needed([name])
    entry = functions[name]
    behind = (entry.notes.behind,) if entry.notes.behind else ()
    functions[name] = replace(checked(entry, assumed), notes=Notes((*entry.notes.above, *behind), returns))
    return list(functions.values())


# ── callees that come out the same ───────────────────────────────────────────────────────────────────────


def merged(programs: list[list[Function]]) -> list[Function]:
    """All functions, bodies of rules first; those with equal text once, also if they differ in name.

    A name that two different functions want goes to the first.
    """
    found: dict[str, Function] = {}
    texts: dict[str, str] = {}  # text under a common name -> the name it was given
    for functions in programs:
        names: dict[str, str] = {}
        made = {function.name for function in functions}
        for function in functions:
            wanted = rule_name(function) or function.name
            key = to_source(replace(rename_functions(function, names), name=wanted))
            made.discard(function.name)
            if not made.isdisjoint(
                global_names(key)
            ):  # functions that call each other are the same together only
                key += "".join(map(to_source, functions))
            if key not in texts:
                texts[key] = _free(wanted, found)
                found[texts[key]] = function  # holds the name
            if texts[key] != function.name:
                names[function.name] = texts[key]
        for function in functions:
            name = names.get(function.name, function.name)
            if found.get(name) is function:
                found[name] = rename_functions(function, names)
    rules = [function for function in found.values() if rule_name(function)]
    return rules + [function for function in found.values() if not rule_name(function)]


def _free(name: str, taken: Container[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def rule_name(function: Function) -> str:
    """What to call the body of a rule that is emitted as a function of its own; "" for a user's function."""
    origin = function.origin
    home = getattr(getattr(origin, "live", None), "__module__", "")
    if not isinstance(origin, SourceFunction) or not home.startswith("s2sad.rules.") or not function.params:
        return ""
    words = origin.qualname.replace(".<locals>", "").strip("_").split(".")
    if words[-1] != "vjp":
        first = function.params[0].name
        words.append("vjp" if first == "out_bar" else "jvp" if first.endswith("_dot") else "partial")
    return "_" + "_".join(words)
