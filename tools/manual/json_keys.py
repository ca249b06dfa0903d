"""What `--json` prints, as a page: the keys of each command, with types where the code knows them.

The functions of `labeler/cli` are read, not run: what `print_json` and `tell_decision` are given
is followed back to a dataclass, to a dictionary that is written down, or to what a function says
that it returns.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cache, reduce
from importlib import import_module
from operator import or_
from pathlib import Path
from typing import Any

from tools.manual.commands import commands

INTRODUCTION = """\
# JSON

With `--json` a command prints one document instead of sentences, and its progress goes to
standard error. Keys stay what they are; new ones may come at any time. Dates are ISO 8601, and
what is not known is `null`. Types are given where the code states them.
"""
SIMPLE = {
    str: "text", int: "number", float: "number", bool: "true or false", type(None): "null",
    date: "date", datetime: "date and time", Path: "path", Any: "", object: "", bytes: "bytes",
}  # fmt: skip
DEEPEST = 4


@dataclass(frozen=True)
class Shape:
    """What is printed: `type` in words, and the keys where it is, or holds, an object."""

    type: str = ""
    keys: Mapping[str, Shape] = field(default_factory=dict)
    is_list: bool = False


UNKNOWN = Shape()
NOBODY_KNOWS = ast.Name("")


def documents(name: str) -> list[Shape]:
    """Return the shapes of all documents that a command may print, in the order of its code."""
    module = import_module(f"labeler.cli.{name.replace('-', '_')}")
    found: list[Shape] = []
    for function in _functions(module):
        scope = _Scope(function, module)
        for call in ast.walk(scope.tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(".dumps"):
                found.append(scope.shape(call.args[0]))
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                if call.func.id == "print_json":
                    found.append(scope.shape(call.args[0]))
                if call.func.id == "tell_decision":
                    said = scope.shape(call.args[3])
                    found.append(Shape(keys={**said.keys, "doubts": Shape("list of text")}))
    known = [one for one in found if one.keys or one.type]
    return [one for place, one in enumerate(known) if one not in known[:place]]


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([INTRODUCTION, *(line for name in commands() for line in _section(name))])


def _section(name: str) -> Iterator[str]:
    shapes = documents(name)
    if not shapes:
        return
    yield f"## labeler {name} {{ #{name} }}\n"
    for number, shape in enumerate(shapes):
        what = "A list; each entry:" if shape.is_list else "An object:"
        yield ("Or, with other options: " + what[0].lower() + what[1:] if number else what) + "\n"
        if not shape.keys:
            yield f"{shape.type}.\n"
            continue
        yield "| key | type |\n|---|---|"
        yield from _rows(shape, "")
        yield ""


def _rows(shape: Shape, before: str, depth: int = 0) -> Iterator[str]:
    for key, value in shape.keys.items():
        yield f"| `{before}{key}` | {value.type or ('object' if value.keys else '')} |"
        if depth < DEEPEST:
            inside = f"{before}{key}[]." if value.is_list else f"{before}{key}."
            yield from _rows(value, inside, depth + 1)


def of_type(kind: Any, depth: int = 0) -> Shape:
    """Return what a type looks like in JSON."""
    if isinstance(kind, typing.TypeVar) or depth > DEEPEST:
        return UNKNOWN
    if kind in SIMPLE:
        return Shape(SIMPLE[kind])
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return Shape(
            "object",
            {
                one.name: of_type(hints.get(one.name, Any), depth + 1)
                for one in dataclasses.fields(kind)
            },
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Shape("text")
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return Shape("list: " + ", ".join(kind._fields))
    return _of_generic(kind, depth)


def _of_generic(kind: Any, depth: int) -> Shape:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return Shape(" or ".join(f"`{one}`" for one in arguments))
    if origin is typing.Annotated:
        return of_type(arguments[0], depth)
    if origin in (typing.Union, types.UnionType):
        shapes = [of_type(one, depth) for one in arguments]
        named = dict.fromkeys(one.type for one in shapes if one.type)
        full = next((one for one in shapes if one.keys), UNKNOWN)
        return Shape(" or ".join(named), full.keys, full.is_list)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        value = of_type(arguments[1], depth + 1) if len(arguments) == 2 else UNKNOWN
        return Shape(f"object, each value: {value.type}" if value.type else "object")
    if isinstance(origin, type) and issubclass(origin, tuple | list | set | frozenset | Sequence):
        if origin is tuple and Ellipsis not in arguments:
            return Shape("list: " + ", ".join(of_type(one, depth).type for one in arguments))
        return _listed(of_type(arguments[0], depth) if arguments else UNKNOWN)
    return UNKNOWN


def _listed(entry: Shape) -> Shape:
    named = {"object": "objects", "number": "numbers"}.get(entry.type, entry.type)
    return Shape(f"list of {named}" if named else "list", entry.keys, True)


def _hints(what: Any) -> dict[str, Any]:
    """Return the annotations, also where some are imported for the type checker only."""
    try:
        return typing.get_type_hints(what)
    except NameError:
        module = inspect.getmodule(what)
        names = {**_for_the_checker(module), **vars(module)} if module else {}
        known = {}
        for name, said in getattr(what, "__annotations__", {}).items():
            try:
                known[name] = eval(said, names) if isinstance(said, str) else said
            except NameError:
                known[name] = Any
        return known


@cache
def _for_the_checker(module: types.ModuleType) -> dict[str, Any]:
    """Return what a module imports below `if TYPE_CHECKING`."""
    found: dict[str, Any] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for inner in node.body:
                if isinstance(inner, ast.ImportFrom):
                    found.update(_imported(inner))
    return found


def _imported(node: ast.ImportFrom) -> dict[str, Any]:
    """Return what an import makes known, by the name that it gets."""
    if not node.module or not node.module.startswith("labeler"):
        return {}
    found = {}
    for one in node.names:
        with suppress(ImportError):  # else it is a module, or nothing that matters here
            import_module(f"{node.module}.{one.name}")
        if hasattr(source := import_module(node.module), one.name):
            found[one.asname or one.name] = getattr(source, one.name)
    return found


def _functions(module: types.ModuleType) -> list[Callable[..., Any]]:
    found = [one for one in vars(module).values() if inspect.isfunction(one)]
    return [one for one in found if one.__module__ == module.__name__]


class _Scope:
    """A function, to ask what shape an expression in it has."""

    def __init__(self, function: Callable[..., Any], module: types.ModuleType) -> None:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
        assert isinstance(tree, ast.FunctionDef)
        self.tree = tree
        self.names = dict(vars(module))
        self.types: dict[str, Any] = _hints(function)
        self.values: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._assigned(target, node.value)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                self._assigned(node.target, node.value)
            if isinstance(node, ast.ImportFrom):
                self.names.update(_imported(node))

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.values.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=False):
                self._assigned(one, its)
        elif isinstance(target, ast.Tuple):
            for one in target.elts:
                self._assigned(one, NOBODY_KNOWS)

    def kind(self, node: ast.expr, depth: int = 0) -> Any:
        """Return the type of an expression, None where nothing says it."""
        if depth > 2 * DEEPEST:
            return None
        if isinstance(node, ast.Constant):
            return type(node.value)
        if isinstance(node, ast.Name):
            if node.id in self.types:
                return self.types[node.id]
            kinds = [self.kind(one, depth + 1) for one in self.values.get(node.id, [])]
            if not kinds or any(one is None for one in kinds):
                return None
            return reduce(or_, dict.fromkeys(kinds)) if len(set(kinds)) > 1 else kinds[0]
        if isinstance(node, ast.Attribute):
            owner = self.kind(node.value, depth + 1)
            return _member(owner, node.attr)
        if isinstance(node, ast.Await | ast.Starred):
            return self.kind(node.value, depth + 1)
        if isinstance(node, ast.IfExp):
            return self.kind(node.body, depth + 1) or self.kind(node.orelse, depth + 1)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return self.kind(node.value, depth + 1)
        if isinstance(node, ast.Call):
            return self._returned(node, depth)
        return None

    def _returned(self, node: ast.Call, depth: int) -> Any:
        called = self.called(node.func, depth)
        if called is len:
            return int
        if called in (str, list, int, float):
            return called
        if inspect.isclass(called):
            return called
        if called is not None and callable(called):
            return _hints(called).get("return")
        return None

    def called(self, node: ast.expr, depth: int = 0) -> Any:
        """Return the function or class that is called."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id) or {"len": len, "str": str, "list": list}.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.names.get(node.value.id) if isinstance(node.value, ast.Name) else None
            if owner is None:
                owner = self.kind(node.value, depth + 1)
            return getattr(owner, node.attr, None)
        return None

    def shape(self, node: ast.expr, depth: int = 0) -> Shape:
        """Return what an expression looks like in JSON."""
        if depth > 2 * DEEPEST:
            return UNKNOWN
        if isinstance(node, ast.Dict):
            return self._of_dict(node, depth)
        if isinstance(node, ast.ListComp):
            return _listed(self._inside(node).shape(node.elt, depth + 1))
        if isinstance(node, ast.List):
            return _listed(self.shape(node.elts[0], depth + 1) if node.elts else UNKNOWN)
        if isinstance(node, ast.Compare | ast.BoolOp):
            return Shape("true or false")
        said = of_type(kind) if (kind := self.kind(node)) is not None else UNKNOWN
        if said.keys:
            return said
        written = self._written(node, depth)
        return written if written.keys else (said if said.type else written)

    def _inside(self, node: ast.ListComp) -> _Scope:
        for one in node.generators:
            if isinstance(one.target, ast.Name) and one.target.id not in self.types:
                many = self.kind(one.iter)
                arguments = typing.get_args(many)
                if arguments:
                    self.types[one.target.id] = arguments[0]
        return self

    def _written(self, node: ast.expr, depth: int) -> Shape:
        """Follow a name to its value, and a call to the dictionary that the function returns."""
        if isinstance(node, ast.Name):
            shapes = [self.shape(one, depth + 1) for one in self.values.get(node.id, [])]
            return next((one for one in shapes if one.keys), UNKNOWN)
        if isinstance(node, ast.Call):
            called = self.called(node.func)
            if inspect.isfunction(called) and called.__module__.startswith("labeler."):
                inner = _Scope(called, import_module(called.__module__))
                returned = [
                    one.value for one in ast.walk(inner.tree) if isinstance(one, ast.Return)
                ]
                shapes = [inner.shape(one, depth + 1) for one in returned if one is not None]
                return next((one for one in shapes if one.keys), UNKNOWN)
        return UNKNOWN

    def _of_dict(self, node: ast.Dict, depth: int) -> Shape:
        found: dict[str, Shape] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                found.update(self._spread(value, depth))
            elif isinstance(key, ast.Constant):
                found[str(key.value)] = self.shape(value, depth + 1)
        return Shape("object", found)

    def _spread(self, node: ast.expr, depth: int) -> Mapping[str, Shape]:
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if is_call and node.args and node.func.id in ("vars", "asdict"):
            return self.shape(node.args[0], depth + 1).keys
        return self.shape(node, depth + 1).keys


def _member(owner: Any, name: str) -> Any:
    if owner is None:
        return None
    said = _hints(owner).get(name) if inspect.isclass(owner) else None
    if said is not None:
        return said
    member = getattr(owner, name, None)
    if isinstance(member, property) and member.fget:
        return _hints(member.fget).get("return")
    return None
