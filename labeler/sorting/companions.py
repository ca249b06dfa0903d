"""What the files that belong to a photo are called where the photo has another name."""

from __future__ import annotations

from labeler.photos.companions import split
from labeler.sorting import layout


def carried(name: str, photo: str, target: str) -> str:
    """Return what a file that belongs to a photo is called where the photo has another name.

    >>> carried("a.JPG.xmp", "a.JPG", "a (2).JPG"), carried("a.CR2", "a.JPG", "2019 a.JPG")
    ('a (2).JPG.xmp', '2019 a.CR2')
    >>> carried("a_01.JPG.xmp", "a.JPG", "a (2).JPG"), carried("a.MP", "a.MP.jpg", "b.MP.jpg")
    ('a (2)_01.JPG.xmp', 'b.MP')
    """
    if target == photo:
        return name
    stem, new = split(photo)[0], split(target)[0]
    rest = name.removeprefix(stem)
    if name == stem or (rest != name and rest[0] in "._"):
        return layout.shortened(new, rest)
    return layout.shortened(new, split(target)[1] + split(name)[1])
