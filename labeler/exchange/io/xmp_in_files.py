"""What other programs wrote about the faces on a photo: inside it, beside it, in Picasa's file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from labeler.errors import LabelerError
from labeler.exchange import picasa, regions, unplaced
from labeler.exchange.picasa import PicasaFolder
from labeler.exchange.region import Region
from labeler.io.files import read_regular
from labeler.photos import takeout, xmp
from labeler.photos.io import raw, stored
from labeler.photos.io.beside import sidecar_names
from labeler.types import Failure

PICASA_INI = (".picasa.ini", "Picasa.ini")
MOST_INI_BYTES = 20_000_000


@dataclass(frozen=True)
class FoundRegions:
    """The regions of one file, those that the user edited last first.

    width, height, orientation: of the stored picture. upright: regions that are known to be drawn
    on the upright picture, whatever the orientation. failures: what could not be read, and why.
    """

    width: int
    height: int
    orientation: int
    regions: tuple[Region, ...] = ()
    upright: tuple[Region, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass
class PicasaFolders:
    """The `.picasa.ini` files of the folders that were asked for, each read once."""

    contacts: Mapping[str, str] = field(default_factory=dict)
    _read: dict[str, PicasaFolder] = field(default_factory=dict)

    def read(self, folders: list[str]) -> None:
        """Read the files of some folders; the contacts of each are known in all of them."""
        for folder in folders:
            for name in PICASA_INI:
                try:
                    data, _ = read_regular(os.path.join(folder, name), MOST_INI_BYTES)
                except OSError:
                    continue
                self._read[folder] = picasa.read_ini(data)
                self.contacts = {**self._read[folder].contacts, **self.contacts}
                break

    def regions(self, path: str) -> list[Region]:
        folder, name = os.path.split(path)
        known = self._read.get(folder)
        return picasa.regions(known, name, self.contacts) if known else []


def read_contacts(path: Path) -> dict[str, str]:
    """Return the names in Picasa's `contacts.xml`, by contact.

    Raises:
        LabelerError: it cannot be read, or is no such file.
    """
    try:
        data, _ = read_regular(str(path), picasa.MOST_CONTACTS_BYTES + 1)
        return picasa.read_contacts(data)
    except OSError as error:
        raise LabelerError(f"{path} cannot be read ({error.strerror}); check the path.") from error
    except ValueError as error:
        raise LabelerError(f"{path} is no contacts.xml of Picasa: {error}.") from error


def regions_of(
    path: str,
    sidecars: tuple[str, ...],
    folders: PicasaFolders,
    orientation: int | None = None,
    notes: tuple[str, ...] = (),
) -> FoundRegions:
    """Return what is known about a photo's regions, from its sidecars, itself, and Picasa.

    Args:
        notes: JSON beside it, which may tell who is on it.
        orientation: by which it is turned upright, unless that is the file's own.

    Raises:
        UnreadablePhotoError: it is no picture, or damaged.
        OSError: it cannot be read.
    """
    photo = stored.look_into(path, orientation)
    found: list[Region] = []
    failures: list[Failure] = []
    for sidecar in sidecars:
        try:
            packet, _ = read_regular(sidecar, xmp.MOST_BYTES + 1)
        except OSError as error:
            failures.append(Failure(sidecar, f"The file cannot be read: {error.strerror}."))
        else:
            found += _regions_in(packet, sidecar, failures)
    for packet in photo.packets:
        found += _regions_in(packet, path, failures)
    for note in notes:
        with suppress(OSError):  # the next time
            said = takeout.read(read_regular(note, takeout.MOST_BYTES + 1)[0])
            found += unplaced.as_regions(said.people) if said else []
    of_picasa = tuple(folders.regions(path))
    # ExifTool's notes on Picasa: of RAW files it draws on the upright picture.
    is_raw = os.path.splitext(path)[1].lower() in raw.SUFFIXES
    return FoundRegions(
        photo.width,
        photo.height,
        photo.orientation,
        (*found, *(() if is_raw else of_picasa)),
        of_picasa if is_raw else (),
        tuple(failures),
    )


def sidecars_of(path: str) -> tuple[str, ...]:
    """Return the XMP files beside a photo: `a.jpg.xmp` before `a.xmp`."""
    found: list[str] = []
    for name in sidecar_names(path):
        # One file has two of these names where the system takes capitals for small letters.
        if os.path.isfile(name) and not any(os.path.samefile(name, other) for other in found):
            found.append(name)
    return tuple(found)


def _regions_in(packet: bytes, path: str, failures: list[Failure]) -> list[Region]:
    """Return the regions of a packet; what is wrong with it is added to the failures."""
    parsed = xmp.read(packet)
    found = regions.of_packet(parsed.about) + unplaced.of_packet(parsed.about)
    if parsed.trouble:
        kept = " What stands before the fault was used." if found else ""
        failures.append(Failure(path, f"Its XMP cannot be used: {parsed.trouble}.{kept}"))
    return found
