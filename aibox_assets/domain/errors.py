"""The errors a person may see. Each is permanent or transient, and says what to do next.

Permanent: the same bytes under the same configuration will fail again, so nothing retries by itself.
Transient: the world may get better (a server away, a worker lost), so a bounded number of retries follows.
"""

from __future__ import annotations


class AIBoxError(Exception):
    """A failure with a reason and a remedy, both written for the person who dropped the file.

    :param reason: what is wrong, in one sentence, naming the thing it is about.
    :param remedy: what the person can do about it, in one sentence.
    """

    permanent: bool = True
    attempts: int = 1
    """How many attempts at the file ended with it."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}".strip()


class PermanentError(AIBoxError):
    """Will fail again until the file's bytes or the configuration change."""


class TransientError(AIBoxError):
    """May succeed when tried again."""

    permanent = False


class EmptyDocumentError(PermanentError):
    """The document holds no text at all."""


class UnsupportedTypeError(PermanentError):
    """The content is of no type that we parse."""


class EncryptedDocumentError(PermanentError):
    """The document wants a password."""


class MalformedDocumentError(PermanentError):
    """The bytes are not a well-formed document of the type they claim."""


class LimitExceededError(PermanentError):
    """The document is over a limit of size, pages, chunks, time or memory; the reason names the limit."""


class ConfigurationError(PermanentError):
    """A setting is unknown, malformed or does not fit the stored data."""


class InvalidQuestionError(PermanentError):
    """What was asked is no question."""


class NotFoundError(PermanentError):
    """There is no such thing, or it is not the asker's to know that there is."""


class StoreUnavailableError(TransientError):
    """A server (Postgres, Redis, graph) or the file system did not answer."""


class UnreadableFileError(TransientError):
    """The file's permissions let nobody read it: its bytes may be good, and it is taken up again once they do."""


class LanguageModelError(TransientError):
    """The language model did not answer, or not in a form that can be read."""


class InstallationError(TransientError):
    """A fault of the installation, whatever file was in hand; it pauses the queue and costs no file an attempt."""


class ParserUnavailableError(InstallationError):
    """The process that parses did not start, or lacks a library: no document's doing."""


class QueryRefusedError(PermanentError):
    """A question to the graph that is not answered: it would write, reach out of the database, or is not allowed."""


def first_line(error: BaseException) -> str:
    """What a library says is wrong, in short and without the end of a sentence; its kind where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
