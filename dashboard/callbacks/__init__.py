"""All callbacks. Each reads what the browser says, makes one call and hands back the answer.

Whatever changes the library answers with the store DONE; whatever shows the library listens to it.
"""

from __future__ import annotations

from dash import Dash

from dashboard.callbacks import decisions, frame, groups, map, people, review
from dashboard.snapshot import Snapshots
from labeler.store import Library


def register(app: Dash, library: Library, snapshots: Snapshots) -> None:
    """Add all callbacks to the app."""
    frame.register(app, snapshots)
    decisions.register(app, library, snapshots)
    groups.register(app, snapshots)
    people.register(app, snapshots)
    map.register(app, snapshots)
    review.register(app, library)
