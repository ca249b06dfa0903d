"""What callbacks read from the browser's message."""

from __future__ import annotations

from typing import Any

from dash import ctx

from .ids import Id

States = list[dict[str, Any]]
"""Ids and values of the components that match a pattern."""


def clicked() -> bool:
    """Tell whether a button was really clicked: new buttons trigger their callback as well."""
    return any(trigger["value"] for trigger in ctx.triggered)


def has_failed(done: dict[str, Any] | None) -> bool:
    """Tell whether a callback is called only because something could not be done: nothing changed.

    Args:
        done: what the store DONE says.
    """
    return ctx.triggered_id == Id.DONE and done is not None and bool(done["what"]["failed"])


def at(where: str, states: States) -> Any:
    """Return the value of the component at a place."""
    return next((s.get("value") for s in states if s["id"]["where"] == where), None)
