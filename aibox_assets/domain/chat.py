"""What we ask of a language model, whoever speaks to it: messages, its reply, and how it can fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aibox_assets.domain.errors import LanguageModelError, PermanentError, TransientError


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote.

    :ivar finish: why it ended, as the protocol calls it: ``stop``, ``length`` (cut off), ``content_filter``.
    :ivar refusal: its words where it refuses to answer.
    :ivar tokens_read: of what it was asked, counted by its server; 0 where it does not say. Likewise *tokens_written*.
    """

    text: str
    finish: str = "stop"
    refusal: str | None = None
    tokens_read: int = 0
    tokens_written: int = 0


class Chat(Protocol):
    """A model that can be asked, from several threads at once."""

    def reply(
        self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, Any] | None = None
    ) -> Reply:
        """The model's reply, as one JSON object; with *schema* of that form, where its server can hold it to that.

        :raises LanguageModelError: no answer in time, an error, or one that is not of the protocol.
        """
        ...


class Ledger(Protocol):
    """Who counts what is spent, and says when it is enough."""

    def before(self) -> None:
        """A call is about to be made. :raises BudgetSpentError: it is one too many."""
        ...

    def after(self, tokens_read: int, tokens_written: int) -> None:
        """What a call took."""
        ...


class ChatStatusError(LanguageModelError):
    """The server answered with an error.

    :ivar status: of HTTP. :ivar retry_after: seconds that it asks to wait; None where it says nothing.
    """

    def __init__(self, reason: str, remedy: str, status: int, retry_after: float | None = None) -> None:
        super().__init__(reason, remedy)
        self.status = status
        self.retry_after = retry_after


class BudgetSpentError(TransientError):
    """What may be spent on a language model in a day is spent."""


class TextFaultError(PermanentError):
    """A model gives no usable answer to one text, and would not the next time: a fault of the text's file."""
