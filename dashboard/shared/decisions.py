"""Buttons that change the library, wherever they are."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from itertools import count
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props

from labeler.library.store import Library
from labeler.wording import count as count_of

from ..groups import strangers
from ..shell.session import Session
from ..shell.snapshot import Snapshot
from . import actions, components
from .actions import Done
from .ids import Id, Part, Where, part
from .reading import States, at, clicked

_DECISIONS = (Part.SUBMIT, Part.SUGGESTED, Part.REJECT, Part.IGNORE, Part.UNLABEL)
DONE = Output(Id.DONE, "data", allow_duplicate=True)
_serial = count(int(time.time()))
"""A server that was started again goes on with higher numbers."""
_MOST_RECENT = 50
_recent: deque[dict[str, Any]] = deque(maxlen=_MOST_RECENT)
_lock = threading.Lock()
"""Of two answers that come at once, the browser may see the store DONE with the second one only. So
that none is missed, each tells of those before it, too."""


def attempt(action: Callable[[], Done], where: str | None = None) -> dict[str, Any]:
    """Do something, say so in the toast, and return what the store DONE says about it.

    The toast is part of the answer: a callback of its own that waits for DONE would come later.

    Args:
        where: the field whose text has served its purpose if all goes well.
    """
    done = actions.attempt(action)
    sent = None if done.failed else where
    with _lock:
        serial = next(_serial)
        answer = {"serial": serial, "sent": sent, "where": where}
        _recent.append(answer)
        recent = list(_recent)
    if done.message:
        set_props(Id.TOAST, {"children": components.toast(done, serial)})
    return {"what": asdict(done), **answer, "recent": recent}


def register(app: Dash, session: Session) -> None:
    library, snapshots = session.library, session.snapshots

    @app.callback(
        [Input(part(kind, ALL), "n_clicks") for kind in _DECISIONS],
        State(Id.NAMES, "data"),
        State(part(Part.SUGGESTED, ALL), "value"),
        State(part(Part.REJECT, ALL), "value"),
        State(part(Part.CHOSEN, ALL), "value"),
        State(part(Part.OFFERED, ALL), "data"),
        State(Id.MAP_SELECTION, "data", allow_optional=True),
        prevent_initial_call=True,
    )
    def decide(*_: Any) -> None:
        """Do what was clicked, and say so even if the browser has asked for more meanwhile: what
        a callback returns is thrown away then, and what it sets is not."""
        if not clicked():
            return
        where = ctx.triggered_id["where"]
        typed, *states = ctx.states_list
        name = (typed.get("value") or {}).get(where) or ""
        done = attempt(lambda: _decide(library, snapshots.current(), name, *states), where)
        set_props(Id.DONE, {"data": done})

    @app.callback(DONE, Input(Id.UNDO, "data"), prevent_initial_call=True)
    def undo(wish: dict[str, Any]) -> Any:
        """Take back the entry of a toast or a line of the history, or the last one if the key or
        the button in the header says so; that has another one for doing it again."""
        if wish.get("redo"):
            return attempt(lambda: actions.redo(library))
        entry = wish["entry"]
        return attempt(lambda: actions.undo(library, None if entry is None else int(entry)))

    @app.callback(DONE, Input(Id.RECOGNIZE, "n_clicks"), prevent_initial_call=True)
    def recognize(clicks: int | None) -> Any:
        return attempt(lambda: actions.recognize(library)) if clicks else no_update


def _decide(
    library: Library,
    snapshot: Snapshot,
    typed: str,
    suggested: States,
    rejected: States,
    chosen: States,
    offered: States,
    selection: dict[str, Any],
) -> Done:
    """Do what the button says that was clicked, with the faces and the name beside it."""
    kind, where = ctx.triggered_id["part"], ctx.triggered_id["where"]
    if where in (Where.STRANGERS, Where.ALL_STRANGERS):
        return _ignore_strangers(library, snapshot, chosen, offered, where == Where.ALL_STRANGERS)
    faces = actions.meant_faces(
        snapshot,
        where,
        at(where, offered) or [],
        _chosen(where, chosen),
        selection.get("value") or [],
        or_all=kind == Part.SUGGESTED,
    )
    if kind == Part.IGNORE:
        return actions.ignore(library, faces)
    if kind == Part.UNLABEL:
        return actions.unlabel(library, faces)
    if kind == Part.REJECT:
        return actions.reject(library, faces, at(where, rejected) or "")
    person = typed if kind == Part.SUBMIT else at(where, suggested) or ""
    return actions.name(library, faces, person)


def _ignore_strangers(
    library: Library, snapshot: Snapshot, chosen: States, offered: States, everybody: bool
) -> Done:
    """Ignore the groups that are meant, and keep those that the user has clicked."""
    where = Where.STRANGERS
    shown, ticked = at(where, offered) or [], _chosen(where, chosen)
    kept = strangers.keep(library, snapshot, set(shown) - set(ticked))
    if kept and not ticked and not everybody:
        return Done(f"Kept {count_of(kept, 'group')}")
    everywhere = strangers.kept(library)
    faces = strangers.meant_faces(snapshot, shown, ticked, everybody, everywhere)
    return actions.ignore(library, faces)


def _chosen(where: str, chosen: States) -> list[int]:
    return [int(face) for face in at(where, chosen) or []]
