"""Answering a question: the sentences of the files that answer, what the graph says, and a language model's words."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from aibox_assets.client.chat import ChatModel
from aibox_assets.domain.answers import (
    AnswerSentence,
    CitedSentence,
    UnreadableReplyError,
    read_reply,
    write_messages,
)
from aibox_assets.domain.errors import AIBoxError, ConfigurationError, LanguageModelError
from aibox_assets.domain.extract.llm.extractor import PREFIX
from aibox_assets.domain.filters import EVERYTHING, Filters
from aibox_assets.domain.passages import FoundPassage
from aibox_assets.domain.sentences import sentence_spans
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.language_model import chat_model
from aibox_assets.resources.platform import Platform
from aibox_assets.services.ask_graph import Told, ask_graph
from aibox_assets.services.search import search
from aibox_assets.stores.graph_records import GraphRelation

ANSWERS: Final = 0.2
"""The score from which a passage is taken for an answer; what is below is found by a search and no more."""
PASSAGES: Final = 6
"""That an answer is made of."""
SENTENCES: Final = 3
"""Of the files, that answer best."""
RELATIONS: Final = 8
_COMPARED: Final = 30
"""Sentences that are compared with the question by meaning."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the files say to a question.

    :ivar passages: that answer, best first; none where nothing in the files does.
    :ivar sentences: of these passages, the best first.
    :ivar written: by a language model; each sentence cites its passages. None where none was asked or it failed.
    :ivar relations: of what the question names.
    :ivar notes: what a person should know, e.g. that the language model did not answer.
    """

    question: str
    passages: tuple[FoundPassage, ...]
    sentences: tuple[AnswerSentence, ...]
    written: tuple[CitedSentence, ...] | None
    relations: tuple[GraphRelation, ...]
    notes: tuple[str, ...] = ()


def ask(
    platform: Platform, viewer: Viewer, question: str, filters: Filters = EVERYTHING, *, graph: bool = True
) -> Answer:
    """What the viewer's files say to *question*.

    :param graph: whether the graph is asked, too; where the files are narrowed, it is not.
    :raises InvalidQuestionError: the question is empty.
    :raises ConfigurationError: a language model is set by half.
    """
    model = _model(platform)
    found = search(platform, viewer, question, filters, limit=PASSAGES)
    passages = tuple(each for each in found if each.score >= ANSWERS)
    notes: list[str] = []
    told = _told(platform, viewer, question, notes) if graph and filters == EVERYTHING else Told()
    written = _write(model, question, passages, notes) if model is not None and passages else None
    if written == ():
        notes.append("The language model found no answer in these passages.")
    sentences = _best_sentences(platform, question, passages, told.asked)
    return Answer(question, passages, sentences, written, told.relations[:RELATIONS], tuple(notes))


def _model(platform: Platform) -> ChatModel | None:
    settings = platform.settings
    if settings.llm_url is None:
        return None
    extracts = (platform.models.names.extractor or "").startswith(PREFIX)
    if not settings.llm_model:
        if extracts:  # it is there for that alone
            return None
        raise ConfigurationError("AIBOX_LLM_URL is set and AIBOX_LLM_MODEL is not.", "Set the model's name.")
    return chat_model(settings, settings.llm_model)


def _write(
    model: ChatModel, question: str, passages: Sequence[FoundPassage], notes: list[str]
) -> tuple[CitedSentence, ...] | None:
    """The model's answer; without one, a note why, since the sentences of the files answer too."""
    try:
        reply = model.complete(write_messages(question, [each.passage.text for each in passages]))
        return tuple(read_reply(reply, len(passages)))
    except UnreadableReplyError as error:
        notes.append(f"The language model's answer is left out: {error}.")
    except LanguageModelError as error:
        notes.append(str(error))
    return None


def _best_sentences(
    platform: Platform, question: str, passages: Sequence[FoundPassage], told: Sequence[GraphRelation]
) -> tuple[AnswerSentence, ...]:
    """The sentences that are most like the question by word and by meaning, and those that say what it asks for."""
    sentences = [
        (
            AnswerSentence(
                passage.passage.text[start:end],
                passage,
                passage.passage.char_start + start,
                passage.passage.char_start + end,
                passage.score,
            ),
            len(
                {passage.passage.text[s:e].casefold() for s, e in passage.matches if start <= s and e <= end}
            ),
        )
        for passage in passages
        for start, end in sentence_spans(passage.passage.text)
    ]
    said = [_says(sentence, told) for sentence, _ in sentences]
    # What says what is asked for is compared, too, however far behind it stands.
    kept = sorted(range(len(sentences)), key=lambda place: not said[place])[:_COMPARED]
    sentences, said = [sentences[place] for place in kept], [said[place] for place in kept]
    if not sentences:
        return ()
    words = np.array([held for _, held in sentences], np.float32)
    value = words / max(words.max(), 1) + np.array([sentence.score for sentence, _ in sentences])
    value += np.array(said, np.float32)
    space = platform.active_space
    if space is not None and any(passage.similarity is not None for passage in passages):
        asked = platform.models.embed_query(question, space)
        alike = np.array([platform.models.embed_query(each.text, space) @ asked for each, _ in sentences])
        value += (alike - alike.min()) / max(float(np.ptp(alike)), 1e-6)
    best = np.argsort(-value, kind="stable")[:SENTENCES]
    return tuple(sentences[place][0] for place in best)


def _says(sentence: AnswerSentence, told: Sequence[GraphRelation]) -> bool:
    """Whether the end of what one of *told* was read from stands in *sentence*."""
    file_id = sentence.passage.passage.file_id
    return any(
        each.file_id == file_id and sentence.char_start < each.char_end <= sentence.char_end for each in told
    )


def _told(platform: Platform, viewer: Viewer, question: str, notes: list[str]) -> Told:
    try:
        return ask_graph(platform, viewer, question)
    except AIBoxError as error:
        _log.warning("The graph was not asked: %s", error)
        notes.append("The graph did not answer.")
        return Told()
