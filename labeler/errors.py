"""What can go wrong in a way that a person can mend: each error's text is one sentence for them."""


class LabelerError(Exception):
    """The request cannot be carried out; the message says why and what to do."""


class UnreadablePhotoError(LabelerError):
    """One photo file cannot be decoded; the run goes on without it."""


class PassingTroubleError(UnreadablePhotoError):
    """It cannot be read now, but nothing says that the file itself is bad: try it again."""


class UnknownPersonError(LabelerError):
    """A person is asked for whom nobody has named yet."""


class LibraryError(LabelerError):
    """The library's database cannot be opened or used."""


class ModelError(LabelerError):
    """The weights of a network are missing or not what they should be."""


class UsageError(LabelerError):
    """The command line is wrong."""


class QueryError(LabelerError):
    """A search says something that cannot be understood.

    start, end: the part of its text. instead: the search that may have been meant, if any.
    """

    def __init__(
        self, message: str, text: str, start: int, end: int, instead: str | None = None
    ) -> None:
        super().__init__(message)
        self.text, self.start, self.end, self.instead = text, start, end, instead
