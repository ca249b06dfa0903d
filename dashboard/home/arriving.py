"""What is seen of a folder while it is being looked into: how far, and the newest faces."""

from __future__ import annotations

import time
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from ..shared.job_panel import facts
from ..shell.jobs import Job

FACES = 24
_STARTED = int(time.time())
"""In addresses of pictures, which may be kept as long as the program runs."""


def arriving(job: Job, faces: Sequence[int]) -> list[Component]:
    """Return how far the job is, and pictures of faces, the newest first."""
    share = min(100 * (job.done + job.part) / job.total, 100) if job.total else 0
    bar = html.Div(html.Div(style={"width": f"{share:.1f}%"}), className="progress")
    pictures = [
        html.Img(src=f"/faces/{face}.jpg?v=new-{_STARTED}", alt="", className="face")
        for face in faces
    ]
    said = f"{job.step} …" if job.step else " · ".join(facts(job))
    return [html.P(said, className="subtitle"), bar, html.Div(pictures, className="new-faces")]
