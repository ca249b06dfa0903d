"""Write a file whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from labeler.errors import LabelerError


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """Give a temporary path beside `out`, and move what was written there to `out` at the end.

    Whoever reads `out` meanwhile sees the old file or the new one, never a part.
    After an error or an interruption, the temporary file is removed and `out` is as it was.

    Raises:
        LabelerError: the file cannot be written.
    """
    temporary = out.with_name(f".{out.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        yield temporary
        os.replace(temporary, out)
    except OSError as error:
        raise LabelerError(
            f"{out} cannot be written ({error.strerror or error}); choose another place."
        ) from error
    finally:
        with suppress(OSError):  # the disk may be read-only; then there is nothing to remove
            temporary.unlink(missing_ok=True)
