"""The first page, and the long jobs that it starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from labeler.library.store import Library
from labeler.people.steps import bands, history, recognize, waiting
from labeler.photos.steps import folders, taking_in, whereabouts

from ..shared import actions
from ..shared.actions import Done
from ..shared.decisions import DONE, attempt
from ..shared.ids import Id, Part, part
from ..shared.job_panel import job_words
from ..shared.reading import clicked
from ..shell.jobs import NOTHING_TO_SAY, Job, Jobs
from ..shell.session import Session
from . import arriving, chooser, work
from . import page as home

OFTEN, SELDOM = 700, 5000
"""Milliseconds: so often it is asked how far a job is, and whether one has begun by itself."""


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
        here = job if job is not None and job.title == work.LOOKING else None
        looking = here is not None and here.is_running
        decisions = history.history(library, home.DECISIONS)
        snapshot, without_face = snapshots.current(), waiting.waiting(library)
        offer = bands.offered(library, snapshot.likely)
        is_current, precision = recognize.is_current(library), bands.wanted_precision(library)
        unused = {path: reason for path, (*_, reason) in library.failures().items()}
        news = unused if here and not looking else {}
        seen = _seen(library, here) if here and looking else []
        page = home.body(
            snapshot, decisions, without_face, seen, offer, news, is_current, precision
        )
        away = whereabouts.away_and_moved(library)
        others = {} if news else unused
        return page, home.folder_list(folders.folders(library), away, others, looking)

    @app.callback(
        Output(Id.ARRIVING, "children"),
        Input(Id.TICK, "n_intervals"),
        prevent_initial_call=True,
    )
    def show_arriving(_tick: Any) -> Any:
        job = jobs.current()
        if job is None or not job.is_running:
            return no_update
        return _seen(library, job)

    @app.callback(
        DONE, Input(Id.TAKE_OFFER, "n_clicks", allow_optional=True), prevent_initial_call=True
    )
    def take_offer(clicks: int | None) -> Any:
        return attempt(lambda: actions.take_offer(library)) if clicks else no_update

    _register_jobs(app, library, jobs)
    _register_folders(app, library)

    @app.callback(
        Output(Id.JOB, "hidden"),
        Output(Id.JOB, "className"),
        Output(Id.JOB_BAR, "style"),
        Output(Id.JOB_TITLE, "children"),
        Output(Id.JOB_FACTS, "children"),
        Output(Id.JOB_CANCEL, "disabled"),
        Output(Id.TICK, "interval"),
        Output(Id.JOB_SEEN, "data"),
        DONE,
        Input(Id.TICK, "n_intervals"),
        Input(Id.JOB_STARTED, "data"),
        State(Id.JOB_SEEN, "data"),
        prevent_initial_call="initial_duplicate",
    )
    def follow(_tick: Any, _started: Any, seen: int | None) -> Any:
        job = jobs.current()
        if job is not None and job.is_running:
            return False, *job_words(job), job.cancelling, OFTEN, job.serial - 1, no_update
        nothing = (no_update,) * 4
        if job is None:
            return True, *nothing, False, SELDOM, 0, no_update
        # A page that is loaded later need not hear of what ended before.
        is_news = seen is not None and seen < job.serial
        is_news = is_news and not (job.quiet and job.message == NOTHING_TO_SAY)
        done = attempt(lambda: _outcome(job)) if is_news else no_update
        return True, *nothing, False, SELDOM, job.serial, done


def begun(begin: Callable[[], Job]) -> tuple[Any, Any]:
    """Begin a job; return its number for the line that follows it, and what went wrong."""
    started: list[Job] = []

    def run() -> Done:
        started.append(begin())
        return Done(started[0].title)

    done = actions.attempt(run)
    return (no_update, attempt(lambda: done)) if done.failed else (started[0].serial, no_update)


def _outcome(job: Job) -> Done:
    return Done("" if job.silent else f"{job.title}: {job.message}", failed=job.failed)


def _take_in(library: Library, wanted: bool) -> Done:
    taking_in.take_in(library, wanted)
    return Done(
        "New photos in your folders are taken in while this program runs"
        if wanted
        else "New photos are taken in when you look for them"
    )


def _seen(library: Library, job: Job) -> list[Component]:
    return arriving.arriving(job, library.newest_faces(min(arriving.FACES, job.found)))


def _register_folders(app: Dash, library: Library) -> None:
    @app.callback(
        Output(Id.CHOOSER, "children"),
        Output(Id.FOLDER, "value"),
        Input(part(Part.FOLDER_IN, ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def go_into(_clicks: Any) -> Any:
        if not clicked():
            return no_update, no_update
        folder = chooser.folder_of(ctx.triggered_id["where"])
        return chooser.chooser(folder), str(folder)

    @app.callback(
        Output(Id.CHOOSER, "children", allow_duplicate=True),
        Output(Id.FOLDER, "value", allow_duplicate=True),
        Input(Id.JOB_STARTED, "data"),
        prevent_initial_call=True,
    )
    def close(started: int | None) -> Any:
        return ([], "") if started else (no_update, no_update)

    @app.callback(DONE, Input(Id.TAKE_IN, "checked"), prevent_initial_call=True)
    def take_in(wanted: bool) -> Any:
        if wanted == taking_in.takes_in(library):
            return no_update
        return attempt(lambda: _take_in(library, wanted))

    app.clientside_callback(
        ClientsideFunction("home", "focusFolders"),
        Output(Id.CHOOSER, "className"),
        Input(Id.CHOOSER, "children"),
        prevent_initial_call=True,
    )

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
        Output(Id.JOB_CANCEL, "disabled", allow_duplicate=True),
        Input(Id.JOB_CANCEL, "n_clicks"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None) -> Any:
        if clicks:
            jobs.cancel()
        return bool(clicks)
