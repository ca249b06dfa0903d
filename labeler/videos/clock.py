"""Times of a video, as people and players read them."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """Return a time as people write it.

    >>> clock(5.4), clock(125), clock(3725)
    ('0:05', '2:05', '1:02:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def exact(seconds: float, point: str = ".") -> str:
    """Return a time to the millisecond, as subtitles have it.

    Args:
        point: what stands before the milliseconds.

    >>> exact(3725.25), exact(5, ",")
    ('01:02:05.250', '00:00:05,000')
    """
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{_hms(whole)}{point}{thousandths:03}"


def timecode(frame: int, rate: int) -> str:
    """Return the time of a frame, as hours, minutes, seconds and frames of so many a second.

    >>> timecode(25 * 61 + 3, 25)
    '00:01:01:03'
    """
    seconds, rest = divmod(frame, rate)
    return f"{_hms(seconds)}:{rest:02}"


def _hms(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}"
