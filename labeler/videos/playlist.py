"""A playlist of scenes, which VLC plays from and to the second."""

from __future__ import annotations

from collections.abc import Iterable

from labeler.videos.scenes import Scene
from labeler.wording import spelled


def m3u8(scenes: Iterable[Scene]) -> str:
    """Return the playlist. Other players show the whole videos.

    Videos with a line break in their name are left out: no playlist can name them.
    """
    lines = ["#EXTM3U"]
    for scene in scenes:
        if "\n" in scene.video.path or "\r" in scene.video.path:
            continue
        title = spelled(", ".join(scene.people)) or "Scene"
        lines += [
            f"#EXTINF:{scene.seconds:.3f},{title}",
            f"#EXTVLCOPT:start-time={scene.start:.3f}",
            f"#EXTVLCOPT:stop-time={scene.end:.3f}",
            scene.video.path,
        ]
    return "\n".join(lines) + "\n"
