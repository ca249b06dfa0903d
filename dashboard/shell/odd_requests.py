"""Requests that no page of ours sends: they are refused, and not told as mistakes of ours.

A request is looked at more closely only after it has led to an error; so nothing that pages send is
ever refused by a check that is too strict, and what is a mistake of ours is still told as one.
"""

from __future__ import annotations

import functools
import json
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from dash import Dash
from dash.exceptions import DependencyException, PreventUpdate
from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from ..shared.addresses import LONGEST_NUMBER

F = TypeVar("F", bound=Callable[..., Any])
UPDATE = "_dash-update-component"


class Number(IntegerConverter):
    """A number in an address: of digits that everybody knows, and so small that SQLite holds it."""

    regex = f"[0-9]{{1,{LONGEST_NUMBER}}}"


class OddRequestError(Exception):
    """A callback was given what its function does not take."""


class CarefulDash(Dash):
    """Dash whose callbacks blame odd requests, and not themselves, for what goes wrong."""

    def callback(self, *args: Any, **kwargs: Any) -> Callable[[F], F]:
        register = super().callback(*args, **kwargs)
        return lambda function: register(_blaming(function))


def refuse(app: Dash) -> None:
    """Refuse odd requests to an app, whose own routes are still to come."""
    server: Flask = app.server
    server.url_map.converters["int"] = Number
    # Files of a package that has none here.
    server.register_error_handler(DependencyException, lambda _: ("Not found", 404))
    endpoint = next(rule.endpoint for rule in server.url_map.iter_rules() if UPDATE in rule.rule)
    view = server.view_functions[endpoint]

    @functools.wraps(view)
    def careful(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except (HTTPException, PreventUpdate):
            raise
        except Exception:
            if is_of_a_page(app.callback_map, request.get_json(silent=True)):
                raise
            abort(400)

    server.view_functions[endpoint] = careful


def is_of_a_page(callbacks: Mapping[str, Any], body: Any) -> bool:
    """Tell whether the body of a callback's request is as our pages write it.

    Args:
        callbacks: Dash's own list of them.
    """
    output = body.get("output") if isinstance(body, dict) else None
    callback = callbacks.get(output) if isinstance(output, str) else None
    if callback is None or not isinstance(output, str):
        return False
    multiple = output.startswith("..")
    outputs = body.get("outputs") if multiple else [body.get("outputs")]
    names = output.strip(".").split("...") if multiple else [output]
    wanted = [name.rpartition(".")[0] for name in names]
    changed = body.get("changedPropIds")
    return (
        _fit(outputs, [{"id": one} for one in wanted])
        and all(_fit(body.get(part, []), callback[part]) for part in ("inputs", "state"))
        and isinstance(changed, list)
        and all(isinstance(one, str) for one in changed)
    )


def _fit(given: Any, wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether components are given where they are wanted; a pattern's are a list of them."""
    if not isinstance(given, list) or len(given) != len(wanted):
        return False
    for one, spec in zip(given, wanted, strict=True):
        is_pattern = str(spec["id"]).startswith("{")
        several = one if is_pattern and isinstance(one, list) else [one]
        if not all(isinstance(each, dict) and "property" in each for each in several):
            return False
        ids = [each.get("id") for each in several]
        if is_pattern and not all(_matches(found, json.loads(spec["id"])) for found in ids):
            return False
        if not is_pattern and ids != [spec["id"]]:
            return False
    return True


def _matches(found: Any, pattern: Mapping[str, Any]) -> bool:
    return isinstance(found, dict) and all(
        key in found and (isinstance(value, list) or found[key] == value)
        for key, value in pattern.items()
    )


def _blaming(function: F) -> F:
    @functools.wraps(function)
    def careful(*args: Any) -> Any:
        try:
            return function(*args)
        except (PreventUpdate, HTTPException):
            raise
        except Exception as error:
            if all(map(fits, args, _kinds(function))):
                raise
            raise OddRequestError from error

    return typing.cast(F, careful)


def _kinds(function: Callable[..., Any]) -> list[Any]:
    """Return what a function says that it takes."""
    try:
        hints = typing.get_type_hints(function)
    except NameError:  # of something that is imported for checkers of types only
        return []
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return [hints.get(name, Any) for name in names]


def fits(value: Any, kind: Any) -> bool:
    """Tell whether a value out of JSON is of a kind; no text and no number may be one that neither
    SQLite nor the names of files can hold.

    >>> fits(1, int | None), fits("1", int | None), fits([1, "x"], list[int]), fits(chr(0), str)
    (True, False, False, False)
    """
    if isinstance(value, str) and not _is_plain(value):
        return False
    if isinstance(value, int) and abs(value) >= 2**63:
        return False
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, one) for one in inner)
    if origin is typing.Literal:
        return value in inner
    if origin in (list, Sequence):
        return isinstance(value, list) and all(fits(one, inner[0]) for one in value)
    if kind in (int, float, str, bool, dict, list, type(None)):
        return isinstance(value, kind) and (kind is bool) >= isinstance(value, bool)
    return not isinstance(origin, type) or isinstance(value, origin)


def _is_plain(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
