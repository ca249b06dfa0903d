"""Subtitles, chapters, playlists and lists of cuts say what other programs read."""

from __future__ import annotations

import csv
import io

from labeler.io import csv_cells
from labeler.videos import chapters, subtitles, tables, timeline
from labeler.videos.edl import edl
from labeler.videos.playlist import m3u8
from labeler.videos.presence import SeenTrack, SeenVideo
from labeler.videos.scenes import Scene
from labeler.videos.screen_time import screen_time

TRACKS = (
    SeenTrack(1, 0, 5, person="=Rosa <3", source="named", probability=1.0),
    SeenTrack(2, 3.5, 8, person="Henrik", source="recognized", probability=0.98),
    SeenTrack(3, 14, 16.25, cluster=7),
)
VIDEO = SeenVideo(
    1, "/v/a & b.mp4", 20, 30000 / 1001, 640, 480, ((0, 3.5), (3.5, 8), (8, 20)), TRACKS
)
ROWS = screen_time([VIDEO])


def test_subtitles_name_everybody_on_screen() -> None:
    assert subtitles.vtt(ROWS) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:03.500\n=Rosa &lt;3\n\n"
        "00:00:03.500 --> 00:00:05.000\n=Rosa &lt;3, Henrik\n\n"
        "00:00:05.000 --> 00:00:08.000\nHenrik\n\n"
        "00:00:14.000 --> 00:00:16.250\nunknown_1\n"
    )
    assert subtitles.srt(ROWS[1].videos[0], "a --> b\nc") == (
        "1\n00:00:03,500 --> 00:00:08,000\na → b c\n"
    )


def test_chapters_begin_where_others_are_seen() -> None:
    found = chapters.chapters(VIDEO, ROWS)
    assert found == [
        ((0, 3.5), "=Rosa <3"),
        ((3.5, 8), "=Rosa <3 and Henrik"),
        ((8, 20), "unknown_1"),
    ]
    assert chapters.simple(found[:1]) == "CHAPTER01=00:00:00.000\nCHAPTER01NAME==Rosa <3\n"
    assert "00:00:08.000 --> 00:00:20.000\nunknown_1" in chapters.webvtt(found)
    assert chapters.chapters(VIDEO, ()) == [((0, 20), "Nobody")]


def test_a_list_of_cuts_counts_frames() -> None:
    scenes = [Scene(VIDEO, 3.5, 5, ("Henrik",)), Scene(VIDEO, 14, 16.25, ())]
    assert edl(scenes, "rosa\n+ henrik").splitlines() == [
        "TITLE: rosa + henrik",
        "FCM: NON-DROP FRAME",
        "",
        "001  AX       AA/V  C        00:00:03:15 00:00:05:00 01:00:00:00 01:00:01:15",
        "* FROM CLIP NAME: a & b.mp4",
        "* SOURCE FILE: /v/a & b.mp4",
        "* COMMENT: Henrik",
        "002  AX       AA/V  C        00:00:14:00 00:00:16:07 01:00:01:15 01:00:03:22",
        "* FROM CLIP NAME: a & b.mp4",
        "* SOURCE FILE: /v/a & b.mp4",
    ]


def test_a_playlist_plays_from_and_to() -> None:
    scenes = [Scene(VIDEO, 3.5, 5, ("Henrik", "Rosa\n/etc/passwd"))]
    assert m3u8(scenes).splitlines() == [
        "#EXTM3U",
        "#EXTINF:1.500,Henrik, Rosa\\n/etc/passwd",
        "#EXTVLCOPT:start-time=3.500",
        "#EXTVLCOPT:stop-time=5.000",
        "/v/a & b.mp4",
    ]


def test_a_table_is_no_formula() -> None:
    text = csv_cells.table(tables.COLUMNS, tables.rows(ROWS))
    first, second, third = csv.DictReader(io.StringIO(text))
    assert first["person"] == "'=Rosa <3"
    assert [second[key] for key in ("seconds", "share", "source", "probability", "cluster")] == [
        "4.5",
        "0.225",
        "recognized",
        "0.98",
        "",
    ]
    assert [third[key] for key in ("person", "first", "last", "cluster", "source")] == [
        "unknown_1",
        "14",
        "16.25",
        "7",
        "",
    ]


def test_a_line_shows_when() -> None:
    assert timeline.line(((0, 5), (7, 7.5)), 10, 5) == "███▒."
    assert timeline.line((), 0, 3) == "..."
