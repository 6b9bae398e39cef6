"""The extractor on a language model: asks it about each text, several at once, and keeps what the text bears out.

A fault is the installation's (a server that is away, refuses the key or is busy for long; a model that answers nothing
usable) and then an error that names no file; or the text's (a refusal, an answer that is too long or no JSON, twice)
and then a :class:`TextFaultError`.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any, Final

from aibox_assets.domain.chat import Chat, ChatStatusError, Ledger, Reply, TextFaultError
from aibox_assets.domain.errors import LanguageModelError
from aibox_assets.domain.extract.assemble import assemble
from aibox_assets.domain.extract.llm.answer import UnreadableAnswerError, read_answer
from aibox_assets.domain.extract.llm.question import (
    PROMPT_VERSION,
    answer_schema,
    write_messages,
    write_task,
)
from aibox_assets.domain.extract.trace import NER, StageClock, Trace
from aibox_assets.domain.extract.type_relations import RelationTyper
from aibox_assets.domain.models import Chunk, Extraction
from aibox_assets.domain.ontology import Ontology

PREFIX: Final = "llm:"
"""Before the model's name in the specification of an extractor."""
_REMEMBERED: Final = 512  # answers that were paid for, while their neighbours fail
_TRIES: Final = 4
_SILENT_TRIES: Final = 2  # where each may cost the whole time of an answer
_LONGEST_WAIT: Final = 30.0  # seconds between two tries
_BUSY: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_BAD_FORM: Final = frozenset({400, 404, 415, 422, 501})
_OF_THE_TEXT: Final = frozenset({400, 413, 422})
# So many texts without one usable answer are no longer the texts' fault.
_USELESS: Final = 5


class LanguageModelExtractor:
    """Names and relations by a model's word, kept where they stand in the text.

    :param spec: ``llm:NAME``.
    :param calls: at the same time.
    :param max_tokens: of one answer; a second try may take twice as many.
    :param sleep: waits between two tries.
    """

    def __init__(
        self,
        spec: str,
        ontology: Ontology,
        chat: Chat,
        ledger: Ledger,
        *,
        calls: int = 4,
        max_tokens: int = 2048,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = spec
        self.version = language_model_version(spec, ontology)
        self.clock = StageClock()
        # Few, so that little is lost of what was paid for when a step ends half way.
        self.part_chunks = 2 * calls
        self._ontology = ontology
        self._typer = RelationTyper(ontology)
        self._task = write_task(ontology)
        self._schema: dict[str, Any] | None = answer_schema(ontology)
        self._chat, self._ledger, self._sleep = chat, ledger, sleep
        self._calls, self._max_tokens = calls, max_tokens
        self._known: OrderedDict[str, Trace] = OrderedDict()
        self._useless = 0
        self._lock = threading.Lock()

    def extract(self, chunks: Sequence[Chunk]) -> list[Extraction]:
        """One extraction per chunk, in the same order.

        :raises LanguageModelError: a fault of the installation. :raises BudgetSpentError: likewise.
        :raises TextFaultError: there is no usable answer to one of the texts.
        """
        return [
            assemble(chunk, each.mentions, each.typed)
            for chunk, each in zip(chunks, self.trace(chunks), strict=True)
        ]

    def trace(self, chunks: Sequence[Chunk]) -> list[Trace]:
        """What the model sees in each chunk, in the same order; all in one call, counted as NER."""
        texts = {chunk.text_hash: chunk.text for chunk in chunks}
        found = {each: self._known[each] for each in texts if each in self._known}
        with self.clock.stage(NER):
            self._ask_all({each: text for each, text in texts.items() if each not in found}, found)
        for each in texts:
            self._known[each] = found[each]
            self._known.move_to_end(each)
        self._forget()
        return [found[chunk.text_hash] for chunk in chunks]

    def _ask_all(self, texts: dict[str, str], found: dict[str, Trace]) -> None:
        """Several at once; after the first fault no further call begins, and what others answered is remembered."""
        if not texts:
            return
        pool = ThreadPoolExecutor(self._calls, thread_name_prefix="language-model")
        try:
            asked = {pool.submit(self._ask, text): each for each, text in texts.items()}
            _, waiting = wait(asked, return_when=FIRST_EXCEPTION)
            if waiting:
                pool.shutdown(wait=True, cancel_futures=True)
            fault: BaseException | None = None
            for future, each in asked.items():
                if future.cancelled():
                    continue
                error = future.exception()
                if error is None:
                    found[each] = self._known[each] = future.result()
                elif fault is None or isinstance(fault, TextFaultError):
                    fault = error  # the installation's is told first: it is why the others fail
            self._forget()
            if fault is not None:
                raise fault
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _forget(self) -> None:
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def _ask(self, text: str) -> Trace:
        """What the model sees in *text*: a second try, with more room, where the first is cut off or no JSON."""
        why = ""
        for room in (self._max_tokens, 2 * self._max_tokens):
            reply = self._reply(text, room)
            if reply.refusal is not None or reply.finish == "content_filter":
                raise self._fault("refuses to read a passage")
            if reply.finish == "length":
                why = f"gives an answer of more than {room} tokens to a passage"
                continue
            try:
                read = read_answer(reply.text, text, self._ontology, self._typer)
            except UnreadableAnswerError:
                why = "gives an answer that is not the JSON that was asked for"
                continue
            with self._lock:
                self._useless = 0
            return read
        with self._lock:
            self._useless += 1
            useless = self._useless
        if useless >= _USELESS:
            raise LanguageModelError(
                f"The language model {self._model} {why}, for {useless} passages one after another.",
                "Take a model that can answer in JSON, or set AIBOX_EXTRACTOR to 'offline'.",
            )
        raise self._fault(why)

    def _reply(self, text: str, room: int) -> Reply:
        """One answer; a server that is busy is asked again after as long as it says."""
        messages, schema, failed = write_messages(self._task, text), self._schema, 0
        while True:
            self._ledger.before()
            try:
                reply = self._chat.reply(messages, max_tokens=room, schema=schema)
            except ChatStatusError as error:
                if error.status in _BAD_FORM and schema is not None:
                    schema = None  # older servers know JSON, and no schema of it
                    continue
                failed += 1
                if error.status in _BUSY and failed < _TRIES:
                    wanted = 2.0**failed if error.retry_after is None else error.retry_after
                    self._sleep(min(wanted, _LONGEST_WAIT))
                    continue
                if error.status in _OF_THE_TEXT:
                    raise self._fault(f"refuses a passage (status {error.status})") from error
                raise
            except LanguageModelError:
                failed += 1
                if failed < _SILENT_TRIES:
                    continue
                raise
            if schema is None:
                self._schema = None
            self._ledger.after(reply.tokens_read, reply.tokens_written)
            return reply

    @property
    def _model(self) -> str:
        return self.name.removeprefix(PREFIX)

    def _fault(self, what: str) -> TextFaultError:
        return TextFaultError(
            f"The language model {self._model} {what}.",
            "'aibox extract FILE' shows what it does; take another model, or leave the file out.",
        )


def language_model_version(spec: str, ontology: Ontology) -> str:
    """The version of this extractor."""
    return f"prompt-{PROMPT_VERSION}+{spec}+ontology-{ontology.digest[:12]}"
