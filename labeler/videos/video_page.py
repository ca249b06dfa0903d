"""One web page that needs nothing else: who is in a video, how long, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from labeler.reports import page_parts
from labeler.reports.report_style import STYLE
from labeler.videos.clock import clock
from labeler.videos.presence import SeenVideo
from labeler.videos.screen_time import InVideo, ScreenTime, listed_first
from labeler.wording import certainty, count, percent

MARK = '<meta name="generator" content="face-labeler video">'
MOST_UNKNOWN = 12
"""So many people without a name are shown; the others are counted."""
TICKS = 6
"""Times that are written below the lanes, at most."""
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)

_STYLE = """
.lanes { list-style: none; margin: 20px 0 0; padding: 0; }
.lanes > li { display: grid; grid-template-columns: 64px minmax(120px, 190px) 1fr; gap: 4px 14px;
  align-items: center; padding: 10px 0; border-bottom: 1px solid var(--line); }
.lanes img, .lanes .none { width: 64px; height: 64px; border-radius: 8px; display: block;
  background: var(--card); }
.who b { display: block; overflow-wrap: anywhere; line-height: 1.3; }
.who span { display: block; color: var(--soft); font-size: 14px;
  font-variant-numeric: tabular-nums; }
.unknown b { font-weight: 400; }
.lane { width: 100%; height: 30px; display: block; background: var(--card); border-radius: 4px; }
.lane rect { fill: var(--one); }
.unknown .lane rect { fill: var(--three); }
.lane line { stroke: var(--line); vector-effect: non-scaling-stroke; }
.lanes > li.axis { border: 0; padding: 2px 0; min-height: 24px; }
.axis .ticks { grid-column: 3; position: relative; height: 20px; }
.ticks span { position: absolute; transform: translateX(-50%); color: var(--soft); font-size: 13px;
  font-variant-numeric: tabular-nums; }
.ticks span:first-child { transform: none; }
.lanes details { grid-column: 2 / -1; margin: 0; font-size: 14px; }
.lanes details p { margin: 4px 0 0; max-width: none; color: var(--soft);
  font-variant-numeric: tabular-nums; }
@media (max-width: 600px) {
  .lanes > li { grid-template-columns: 48px 1fr; }
  .lanes img, .lanes .none { width: 48px; height: 48px; }
  .lane, .lanes details, .axis .ticks { grid-column: 1 / -1; }
  .lane { height: 22px; }
}
"""


def render(video: SeenVideo, rows: Sequence[ScreenTime], portraits: Mapping[str, bytes]) -> str:
    """Return the page.

    Args:
        rows: the screen time of this video alone. portraits: JPEG files by name.
    """
    name = page_parts.text(video.path.replace("\\", "/").rsplit("/", 1)[-1])
    with_lane, rest = listed_first(rows, MOST_UNKNOWN)
    lanes = "".join(_lane(video, row, portraits.get(row.name)) for row in with_lane)
    more = ""
    if rest:
        longest = clock(max(row.seconds for row in rest))
        more = f"<p>{len(rest):,} more have no name; none is seen for longer than {longest}.</p>"
    body = (
        f'<ol class="lanes">{lanes}{_axis(video.seconds)}</ol>{more}'
        if rows
        else "<p>Nobody is seen in this video.</p>"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{MARK}\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:;'
        " style-src 'unsafe-inline'\">\n"
        f"<title>Who is in {name}</title>\n<style>{STYLE}{_STYLE}</style>\n</head>\n"
        "<body>\n<main>\n"
        f"<h1>Who is in {name}</h1>\n{_summary(video, rows)}{body}\n{_ABOUT}"
        "</main>\n</body>\n</html>\n"
    )


_ABOUT = (
    "<h2>How this is counted</h2><p>People on screen at once count each; a person on screen twice "
    "at a time counts once. Whoever has no name is called unknown_1 and so on, the longest first. "
    "A percentage behind ‘recognized’ says how sure that is; everybody else was named by you.</p>"
    "<p><strong>This file contains pictures of people.</strong> Think of that before you pass it "
    "on.</p>\n"
)


def _summary(video: SeenVideo, rows: Sequence[ScreenTime]) -> str:
    known = sum(row.is_known for row in rows)
    tiles = (
        (clock(video.seconds), "long"),
        (f"{known:,}", "with a name" if known != 1 else "person with a name"),
        (f"{len(rows) - known:,}", "without a name"),
        (f"{max(len(video.shots), 1):,}", "shots" if len(video.shots) > 1 else "shot"),
    )
    listed = "".join(f"<li><b>{value}</b>{what}</li>" for value, what in tiles)
    facts = f"{video.width} × {video.height}, {video.fps:.5g} frames a second"
    return f'<p class="soft">{facts}</p><ul class="tiles">{listed}</ul>'


def _lane(video: SeenVideo, row: ScreenTime, portrait: bytes | None) -> str:
    (own,) = row.videos
    name = escape(row.name)
    picture = page_parts.picture(portrait, row.name) if portrait else '<div class="none"></div>'
    said = f"{clock(own.seconds)} · {percent(own.share)}"
    if own.source == "recognized" and own.probability is not None:
        said += f" · recognized, {certainty(own.probability)}"
    if own.guess:
        said += f" · perhaps {escape(own.guess.person)}, {certainty(own.guess.probability)}"
    spans = ", ".join(f"{clock(start)}–{clock(end)}" for start, end in own.scenes)
    scenes = ""
    if len(own.scenes) > 1:
        scenes = page_parts.folded(count(len(own.scenes), "scene"), f"<p>{spans}</p>")
    else:
        said += f" · {spans}"
    kind = "" if row.is_known else ' class="unknown"'
    return (
        f'<li{kind}>{picture}<div class="who"><b>{name}</b><span>{said}</span></div>'
        f"{_timeline(video, own, name)}{scenes}</li>"
    )


def _timeline(video: SeenVideo, own: InVideo, name: str) -> str:
    """Return a drawing: a bar for each scene, and thin lines where shots begin."""
    seconds = max(video.seconds, 1e-3)
    least = seconds / 600  # what is shorter would not be seen
    lines = "".join(
        f'<line x1="{start:.2f}" x2="{start:.2f}" y1="0" y2="1"/>' for start, _ in video.shots[1:]
    )
    bars = "".join(
        f'<rect x="{start:.2f}" y="0" width="{max(end - start, least):.2f}" height="1">'
        f"<title>{clock(start)}–{clock(end)}</title></rect>"
        for start, end in own.scenes
    )
    return (
        f'<svg class="lane" viewBox="0 0 {seconds:.2f} 1" preserveAspectRatio="none" role="img" '
        f'aria-label="When {name} is on screen">{lines}{bars}</svg>'
    )


def _axis(seconds: float) -> str:
    if seconds <= 0:
        return ""
    step = next((one for one in _STEPS if seconds / one <= TICKS), _STEPS[-1])
    while seconds / step > TICKS:
        step *= 2
    ticks = "".join(
        f'<span style="left:{100 * moment / seconds:.2f}%">{clock(moment)}</span>'
        for moment in range(0, int(seconds * 0.97) + 1, step)
    )
    return f'<li class="axis" aria-hidden="true"><div class="ticks">{ticks}</div></li>'
