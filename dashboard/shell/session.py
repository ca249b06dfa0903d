"""What a running dashboard holds in memory."""

from __future__ import annotations

from labeler.library.store import Library

from ..camera.eyes import Eyes
from ..lookalike.dropped_photos import DroppedPhotos
from ..lookalike.uploads import Uploads
from ..photo.actions import FaceDrawer
from ..resemblance.kin_answers import KinAnswers
from ..review.interviewer import Interviewer
from ..search.searcher import Searcher
from ..slideshow.planner import SlideshowPlanner
from ..sort.sorter import Sorter
from .jobs import Jobs
from .networks import Networks
from .snapshot import Snapshots


class Session:
    """One of each, for all pages and windows; several threads may use them at once.

    Nothing of it is kept when the program ends: what the user decided is in the library.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.snapshots = Snapshots(library)
        self.jobs = Jobs()
        self.networks = Networks(library)
        self.drawer = FaceDrawer(library, self.networks)
        self.dropped = DroppedPhotos(library, Uploads(), self.jobs, self.networks)
        self.eyes = Eyes(library, self.networks)
        self.interviewer = Interviewer(library)
        self.kin_answers = KinAnswers(library, self.snapshots, self.jobs)
        self.planner = SlideshowPlanner(library, self.jobs)
        self.searcher = Searcher(library)
        self.sorter = Sorter(library, self.jobs)
