"""The first page, and the long jobs that it starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from labeler.library.store import Library
from labeler.people.steps import bands, history, waiting
from labeler.photos.steps import folders, whereabouts

from ..shared import actions
from ..shared.actions import Done
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id, Part, part
from ..shared.job_panel import job_panel
from ..shared.reading import clicked
from ..shell.jobs import Job, Jobs
from ..shell.session import Session
from . import page as home
from . import work


def register(app: Dash, session: Session) -> None:
    library, snapshots, jobs = session.library, session.snapshots, session.jobs

    @app.callback(
        Output(Id.HOME, "children"),
        Output(Id.FOLDERS, "children"),
        Input(Id.DONE, "data"),
        Input(Id.JOB_STARTED, "data"),
    )
    def fill_home(_done: Any, _started: Any) -> Any:
        job = jobs.current()
        looking = job is not None and job.is_running and job.title == work.LOOKING
        decisions = history.history(library, home.DECISIONS)
        snapshot, without_face = snapshots.current(), waiting.waiting(library)
        offer = bands.offered(library, snapshot.likely)
        page = home.body(snapshot, decisions, without_face, looking, offer)
        away = whereabouts.away_and_moved(library)
        unused = {path: reason for path, (*_, reason) in library.failures().items()}
        return page, home.folder_list(folders.folders(library), away, unused, looking)

    @app.callback(
        DONE, Input(Id.TAKE_OFFER, "n_clicks", allow_optional=True), prevent_initial_call=True
    )
    def take_offer(clicks: int | None) -> Any:
        return attempt(lambda: actions.take_offer(library)) if clicks else no_update

    _register_jobs(app, library, jobs)
    _register_folders(app, library)

    @app.callback(
        Output(Id.JOB, "children"),
        Output(Id.TICK, "disabled"),
        Output(Id.JOB_SEEN, "data"),
        DONE,
        Input(Id.TICK, "n_intervals"),
        Input(Id.JOB_STARTED, "data"),
        State(Id.JOB_SEEN, "data"),
        prevent_initial_call="initial_duplicate",
    )
    def follow(_tick: Any, _started: Any, seen: int | None) -> Any:
        job = jobs.current()
        if job is None:
            return None, True, 0, no_update
        if job.is_running:
            return job_panel(job), False, job.serial - 1, no_update
        # A page that is loaded later need not hear of what ended before.
        is_news = seen is not None and seen < job.serial
        done = attempt(lambda: _outcome(job)) if is_news else no_update
        return None, True, job.serial, done


def begun(begin: Callable[[], Job]) -> tuple[Any, Any]:
    """Begin a job; return its number for the line that follows it, and what went wrong."""
    started: list[Job] = []

    def run() -> Done:
        started.append(begin())
        return Done(started[0].title)

    done = actions.attempt(run)
    return (no_update, attempt(lambda: done)) if done.failed else (started[0].serial, no_update)


def _outcome(job: Job) -> Done:
    return Done(f"{job.title}: {job.message}", failed=job.failed)


def _register_folders(app: Dash, library: Library) -> None:
    @app.callback(
        DONE,
        Input(part(Part.FOLDER_MOVED, ALL), "n_clicks"),
        Input(part(Part.FOLDER_FORGET, ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def settle(*_: Any) -> Any:
        """Note that a folder that is away has moved, or is to be forgotten."""
        if not clicked():
            return no_update
        kind, folder = ctx.triggered_id["part"], ctx.triggered_id["where"]
        run = work.forget_folder if kind == Part.FOLDER_FORGET else work.follow_folder
        return attempt(lambda: run(library, folder))


def _register_jobs(app: Dash, library: Library, jobs: Jobs) -> None:
    @app.callback(
        Output(Id.JOB_STARTED, "data"),
        DONE,
        Input(Id.ADD_FOLDER, "n_clicks", allow_optional=True),
        Input(Id.FOLDER, "n_submit", allow_optional=True),
        Input(Id.LOOK_AGAIN, "n_clicks", allow_optional=True),
        Input(Id.TRY_AGAIN, "n_clicks", allow_optional=True),
        Input(Id.REGROUP, "n_clicks", allow_optional=True),
        Input(Id.RECOGNIZE_ALL, "n_clicks", allow_optional=True),
        State(Id.FOLDER, "value", allow_optional=True),
        prevent_initial_call=True,
    )
    def start(*values: Any) -> Any:
        if not any(trigger["value"] for trigger in ctx.triggered):
            return no_update, no_update
        typed = values[-1] or ""
        begin = {
            Id.LOOK_AGAIN: lambda: work.index(jobs, library),
            Id.TRY_AGAIN: lambda: work.index(jobs, library, again=True),
            Id.REGROUP: lambda: work.regroup(jobs, library),
            Id.RECOGNIZE_ALL: lambda: work.recognize(jobs, library),
        }.get(ctx.triggered_id, lambda: work.index(jobs, library, [work.folder_in(typed)]))
        return begun(begin)

    @app.callback(
        Output(Id.JOB_CANCEL, "disabled"),
        Input(Id.JOB_CANCEL, "n_clicks"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None) -> Any:
        if clicks:
            jobs.cancel()
        return bool(clicks)
