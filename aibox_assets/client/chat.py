"""A language model behind an address that speaks OpenAI's chat completions."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from aibox_assets.domain.chat import ChatStatusError, Reply
from aibox_assets.domain.errors import LanguageModelError

MAX_BYTES: Final = 2**20
"""Of a reply; more is cut off and refused."""
_CONNECT_SECONDS: Final = 5.0
_REMEDY: Final = (
    "Look at that server's log; AIBOX_LLM_URL, AIBOX_LLM_KEY and the model's name say what is asked."
)


@dataclass(frozen=True, slots=True)
class ChatModel:
    """One model of one server.

    :ivar url: up to where ``/chat/completions`` follows, e.g. ``http://localhost:11434/v1``.
    :ivar seconds: that a whole answer may take.
    """

    url: str
    name: str
    key: str | None = field(default=None, repr=False)
    seconds: float = 60.0

    def complete(self, messages: Sequence[dict[str, str]], *, max_tokens: int = 1024) -> str:
        """The text of the model's reply, asked for as one JSON object.

        :raises LanguageModelError: as :meth:`reply`; also where there is no text.
        """
        said = self.reply(messages, max_tokens=max_tokens)
        if said.refusal is not None:
            raise self._failed("gave an answer without text")
        return said.text

    def reply(
        self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, Any] | None = None
    ) -> Reply:
        """What the model wrote, asked for as one JSON object, of the form of *schema* where it is given.

        :raises ChatStatusError: the server answered with an error.
        :raises LanguageModelError: no answer in time, or one that is not of the protocol.
        """
        form: dict[str, Any] = {"type": "json_object"}
        if schema is not None:
            held = {"name": "answer", "strict": True, "schema": schema}
            form = {"type": "json_schema", "json_schema": held}
        body = {
            "model": self.name,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": max_tokens,
            "response_format": form,
        }
        try:
            reply = json.loads(self._post(body))
            (choice, *_) = reply["choices"]
            message, used = choice["message"], reply.get("usage") or {}
            content, refusal = message["content"], message.get("refusal")
            tokens = [int(used.get(key) or 0) for key in ("prompt_tokens", "completion_tokens")]
        except httpx.TimeoutException as error:
            raise self._failed(f"gave no answer in {self.seconds:.0f} s") from error
        except httpx.HTTPError as error:
            raise self._failed(f"cannot be reached ({type(error).__name__})") from error
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
            raise self._failed("gave an answer that is not of the protocol") from error
        finish = str(choice.get("finish_reason") or "stop")
        if not isinstance(content, str):
            if not refusal and finish != "content_filter":
                raise self._failed("gave an answer without text")
            return Reply("", finish, str(refusal or ""), *tokens)
        return Reply(content, finish, str(refusal) if refusal else None, *tokens)

    def _post(self, body: dict[str, object]) -> bytes:
        deadline = time.monotonic() + self.seconds
        timeout = httpx.Timeout(self.seconds, connect=min(_CONNECT_SECONDS, self.seconds))
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        address = self.url.rstrip("/") + "/chat/completions"
        # No proxy or password file of the environment: the address that was set is the one that is asked.
        with (
            httpx.Client(timeout=timeout, trust_env=False) as client,
            client.stream("POST", address, json=body, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise ChatStatusError(
                    self._reason(f"answered with status {response.status_code}"),
                    _REMEDY,
                    response.status_code,
                    _seconds(response.headers),
                )
            read = b""
            for piece in response.iter_bytes():
                read += piece
                if len(read) > MAX_BYTES:
                    raise self._failed(f"gave more than {MAX_BYTES // 2**20} MiB")
                if time.monotonic() > deadline:  # httpx limits the time between two pieces, not the whole
                    raise self._failed(f"gave no answer in {self.seconds:.0f} s")
            return read

    def _failed(self, what: str) -> LanguageModelError:
        return LanguageModelError(self._reason(what), _REMEDY)

    def _reason(self, what: str) -> str:
        return f"The language model {self.name} at {httpx.URL(self.url).host} {what}."


def _seconds(headers: Mapping[str, str]) -> float | None:
    """What ``Retry-After`` asks for; None for a date, which few servers send."""
    try:
        return max(0.0, float(headers["Retry-After"]))
    except (KeyError, ValueError):
        return None
