"""A language model behind an address that speaks OpenAI's chat completions."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx

from aibox_assets.domain.errors import LanguageModelError

MAX_BYTES: Final = 2**20
"""Of a reply; more is cut off and refused."""
_CONNECT_SECONDS: Final = 5.0


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
        """The model's reply, asked for as one JSON object.

        :raises LanguageModelError: no answer in time, an error, or one that is not of the protocol.
        """
        body = {
            "model": self.name,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": max_tokens,
            "response_format": {"type": "json_object"},
        }
        try:
            reply = json.loads(self._post(body))
            content = reply["choices"][0]["message"]["content"]
        except httpx.TimeoutException as error:
            raise self._failed(f"gave no answer in {self.seconds:.0f} s") from error
        except httpx.HTTPError as error:
            raise self._failed(f"cannot be reached ({type(error).__name__})") from error
        except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            raise self._failed("gave an answer that is not of the protocol") from error
        if not isinstance(content, str):
            raise self._failed("gave an answer without text")
        return content

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
                raise self._failed(f"answered with status {response.status_code}")
            read = b""
            for piece in response.iter_bytes():
                read += piece
                if len(read) > MAX_BYTES:
                    raise self._failed(f"gave more than {MAX_BYTES // 2**20} MiB")
                if time.monotonic() > deadline:  # httpx limits the time between two pieces, not the whole
                    raise self._failed(f"gave no answer in {self.seconds:.0f} s")
            return read

    def _failed(self, what: str) -> LanguageModelError:
        return LanguageModelError(
            f"The language model {self.name} at {httpx.URL(self.url).host} {what}.",
            "Look at that server's log; AIBOX_LLM_URL, AIBOX_LLM_MODEL and AIBOX_LLM_KEY say what is asked.",
        )
