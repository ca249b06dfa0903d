"""What a look at folders has left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from labeler.wording import count


@dataclass(frozen=True)
class LeftOut:
    """What was met under the paths of a run and not looked at.

    machines: by name, how many folders that programs or systems make. wished: by pattern of the
    user's, how many folders and photos. known: photos that were looked at by an earlier run.
    """

    machines: Mapping[str, int] = field(default_factory=dict)
    wished: Mapping[str, int] = field(default_factory=dict)
    known: int = 0

    @property
    def folders(self) -> int:
        """How many folders that machines make."""
        return sum(self.machines.values())

    def in_words(self) -> str:
        """Say how many folders that machines make were left out, '' if none was.

        >>> LeftOut({".thumbnails": 2}).in_words()
        '2 folders that programs make left out'
        """
        if not self.folders:
            return ""
        return f"{count(self.folders, 'folder')} that programs make left out"


NOTHING = LeftOut()
