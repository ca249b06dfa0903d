"""The line under the header that tells how far a long job is, and the panel behind it."""

from __future__ import annotations

import math

from dash import html
from dash.development.base_component import Component

from labeler.wording import count

from ..shell.jobs import Job
from .ids import Id


def job_place() -> Component:
    """Return the line, with a word hanging from it that opens the panel; it fills with a job.

    What is open, and where the focus is, stays so while the words change.
    """
    cancel = html.Button(
        "Cancel", id=Id.JOB_CANCEL, n_clicks=0, type="button", className="job-cancel"
    )
    panel = html.Div([html.Div(id=Id.JOB_FACTS), cancel], className="job-panel card")
    return html.Div(
        [
            html.Div(html.Div(id=Id.JOB_BAR), className="progress"),
            html.Details([html.Summary(id=Id.JOB_TITLE), panel], className="job-details"),
        ],
        id=Id.JOB,
        hidden=True,
    )


def job_words(job: Job) -> tuple[str, dict[str, str], list[Component], list[Component]]:
    """Return the class of the line, how long its bar is, what hangs from it, and the panel."""
    known = job.total > 0
    share = min(100 * (job.done + job.part) / job.total, 100) if known else 100
    title = html.Span(job.step or job.title, className="job-title", role="status")
    return (
        "job" if known else "job endless",
        {"width": f"{share:.1f}%"},
        [title, html.Span(f"{share:.0f} %" if known else "…")],
        [html.P(words) for words in facts(job)],
    )


def facts(job: Job) -> list[str]:
    """Return what there is to say of a job: how much is done, how fast, how long it will take.

    >>> facts(Job(1, "Finding faces", "photo", done=30, total=90, found=7, since=(0, 0), seen=60))
    ['30 of 90 photos', '7 faces found', '30 photos a minute', 'about 2 minutes left']
    """
    if not job.total:
        return (
            ["It will not take long."] if not job.found else [count(job.found, "face") + " found"]
        )
    said = [f"{job.done:,} of {_units(job, job.total)}"]
    said += [job.note] if job.note else []
    said += [f"{count(job.found, 'face')} found"] if job.found else []
    if job.per_minute:
        said.append(f"{_units(job, round(job.per_minute))} a minute")
    if job.minutes_left is not None:
        said.append(time_left(job.minutes_left))
    return said


def time_left(minutes: float) -> str:
    """Return how long something will take, as people say it.

    >>> time_left(0.4), time_left(1.2), time_left(150)
    ('less than a minute left', 'about 2 minutes left', 'about 3 hours left')
    """
    if minutes < 1:
        return "less than a minute left"
    if minutes <= 90:
        return f"about {count(math.ceil(minutes), 'minute')} left"
    return f"about {count(math.ceil(minutes / 60), 'hour')} left"


def _units(job: Job, number: int) -> str:
    return count(number, job.unit) if job.unit else f"{number:,}"
