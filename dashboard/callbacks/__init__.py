"""All callbacks. Each reads what the browser says, makes one call and hands back the answer.

Whatever changes the library answers with the store DONE; whatever shows the library listens to it.
"""

from __future__ import annotations

from dash import Dash

from dashboard.callbacks import (
    decisions,
    frame,
    groups,
    home,
    lookalike,
    map,
    people,
    person,
    person_panels,
    photo,
    resemblance,
    review,
    search,
    settings,
    slideshow,
    sort,
)
from dashboard.desk import Desk
from dashboard.jobs import Jobs
from dashboard.kin_desk import KinDesk
from dashboard.look_desk import LookDesk
from dashboard.show_desk import ShowDesk
from dashboard.snapshot import Snapshots
from dashboard.uploads import Uploads
from labeler.storage.store import Library


def register(app: Dash, library: Library, snapshots: Snapshots) -> None:
    """Add all callbacks to the app."""
    frame.register(app, library, snapshots)
    jobs = Jobs()
    home.register(app, library, snapshots, jobs)
    decisions.register(app, library, snapshots)
    groups.register(app, snapshots)
    people.register(app, snapshots)
    person.register(app, library, snapshots)
    person_panels.register(app, library, snapshots)
    map.register(app, library, snapshots)
    sort.register(app, snapshots, Desk(library, jobs))
    slideshow.register(app, library, snapshots, ShowDesk(library, jobs))
    settings.register(app, library, snapshots)
    photo.register(app, library, snapshots)
    review.register(app, library)
    search.register(app, library, snapshots)
    resemblance.register(app, library, snapshots, KinDesk(library, snapshots, jobs))
    lookalike.register(app, snapshots, LookDesk(library, Uploads(), jobs))
