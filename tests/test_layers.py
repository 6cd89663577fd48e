"""The order of the layers: a file imports only from layers below it, and at the top of the file."""

import ast
import functools
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the bottom up; a layer is a module or package, several in a line stand beside each other.
LAYERS = [
    ("s2sad",),  # loads what it exports on demand
    ("s2sad.ir.nodes",),
    ("s2sad.errors", "s2sad.names", "s2sad.prelude"),
    ("s2sad.ir",),
    ("s2sad.frontend",),
    ("s2sad.rules",),
    ("s2sad.analysis",),
    ("s2sad.optimize",),
    ("s2sad.transform",),
    ("s2sad.emit",),
    ("s2sad.load", "s2sad.generate"),
    ("s2sad.compile",),
    ("s2sad.api",),
    ("s2sad.cli",),
    ("s2sad.__main__",),
]

# Imports inside of functions: heavy libraries that most runs do not need.
DELAYED = {"black"}


def files():
    for folder, package in ((ROOT / "s2sad", "s2sad"), (ROOT / "cli", "s2sad.cli")):
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            yield path, ".".join([package, *(part for part in parts if part != "__init__")])


FILES = [pytest.param(path, name, id=name) for path, name in files()]


def layer(module):
    """The number of the layer that a module belongs to: of the longest prefix that is listed."""
    best = max(
        (
            (len(prefix), number)
            for number, prefixes in enumerate(LAYERS)
            for prefix in prefixes
            if module == prefix or module.startswith((prefix + ".", prefix + "_")) and prefix != "s2sad"
        ),
        default=None,
    )
    return best and best[1]


def is_type_checking(node):
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def imports(node, package, inside=False):
    """(module, line, whether inside of a function) of each import; what only type checkers read is left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, child.lineno, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - child.level + 1] if child.level else []
            module = ".".join([*base, *([child.module] if child.module else [])])
            for alias in child.names:
                name = f"{module}.{alias.name}"
                if module == "s2sad" and not is_module(name) and alias.name != "__version__":
                    name = "s2sad.api"  # where what it exports comes from
                elif not is_module(name):
                    name = module
                yield name, child.lineno, inside
        elif not is_type_checking(child):
            function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from imports(child, package, inside or function)


@functools.cache
def imports_of(path, module):
    """The imports of a file, as a list of (module, line, whether inside of a function)."""
    return list(imports(ast.parse(path.read_text(encoding="utf-8")), package_of(path, module)))


@functools.cache
def is_module(name):
    folder, rest = (ROOT / "cli", name[10:]) if name.startswith("s2sad.cli.") else (ROOT, name)
    path = folder.joinpath(*rest.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


def package_of(path, module):
    return module if path.name == "__init__.py" else module.rpartition(".")[0]


@pytest.mark.parametrize(("path", "module"), FILES)
def test_imports_point_down(path, module):
    own = layer(module)
    assert own is not None, f"{module} belongs to no layer: add it to LAYERS"
    for name, line, _ in imports_of(path, module):
        if name.partition(".")[0] == "s2sad" and layer(name) is not None:
            assert layer(name) <= own, (
                f"{path.relative_to(ROOT)}:{line}: {module} imports {name}, a layer above it"
            )


@pytest.mark.parametrize(("path", "module"), FILES)
def test_imports_stand_at_the_top(path, module):
    for name, line, inside in imports_of(path, module):
        assert not inside or name.partition(".")[0] in DELAYED, (
            f"{path.relative_to(ROOT)}:{line}: import of {name}"
        )


def test_every_package_is_installed():
    """Packages are listed in pyproject.toml by hand, since the command's folder is mapped."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["tool"]["setuptools"]["packages"]
    found = {package_of(path, module) for path, module in files()} - {""}
    assert sorted(listed) == sorted(found)


def test_files_are_short():
    long = {
        str(path.relative_to(ROOT)): n
        for path, _ in files()
        if (n := len(path.read_text().splitlines())) > 600
    }
    assert not long
