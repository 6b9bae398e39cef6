"""Finding passages: by a question, by one that is like them, by what stands around."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from aibox_assets.domain.errors import ConfigurationError, InvalidQuestionError
from aibox_assets.domain.filters import EVERYTHING, Filters
from aibox_assets.domain.language import detect_language
from aibox_assets.domain.passages import FoundPassage, Passage, gather
from aibox_assets.domain.ranking import FITS, FITS_ACROSS, FITS_BEHIND, calibration_of
from aibox_assets.domain.rerank import READ, Reranker
from aibox_assets.domain.snippets import cut_snippet, find_matches, latin_words
from aibox_assets.domain.translation import OTHER, Translation, translate_question
from aibox_assets.domain.viewer import Viewer
from aibox_assets.domain.words import segment_words
from aibox_assets.resources.platform import Platform
from aibox_assets.services.narrowing import narrow
from aibox_assets.services.walks import find_near
from aibox_assets.stores.search import QUERY_CHARS, Hit

_LOG: Final = logging.getLogger(__name__)

MOST: Final = 100
"""Passages of one answer."""
AROUND: Final = 20
"""Neighbours of a passage, on either side."""


def search(
    platform: Platform, viewer: Viewer, query: str, filters: Filters = EVERYTHING, limit: int = 10
) -> list[FoundPassage]:
    """The passages that answer a question, best first; none where nothing fits.

    :param limit: most passages, 1 to 100.
    :raises InvalidQuestionError: the question is empty, or holds no word; or *filters* name what is not there.
    """
    if not segment_words(query):
        reason = "The question is empty." if not query.strip() else "The question holds no word."
        raise InvalidQuestionError(reason, "Say what to look for: a question, or some words.")
    filters = narrow(platform, viewer, filters)
    vector, space, language = None, platform.active_space, detect_language(query)
    if space is not None and language not in calibration_of(space.spec.name).unknown:
        vector = platform.models.embed_query(query, space)
    reranker = platform.models.reranker
    # Neighbours and copies become one passage: so that as many are left, more are looked at.
    most = max(2 * _bounded(limit), READ if reranker is not None else 0)
    translation = _translate(query, language, filters)
    near = find_near(platform, viewer, query)
    hits = platform.search.search(
        query, vector, viewer, filters, limit=most, space=space, translation=translation, near=near
    )
    fitting = _fitting(hits, None if translation is None else translation.language)
    if reranker is not None:
        fitting = _read_again(reranker, query, fitting)
    return gather(_found(platform, fitting))[: _bounded(limit)]


def _fitting(hits: Sequence[Hit], other: str | None) -> list[Hit]:
    """Those of *hits* that may answer; none where the best one does not.

    Across languages what answers has a lower score, since the dictionary knows few names, and noise has one as well.

    :param other: the language that the question was translated to.
    """
    if not hits or hits[0].score < (FITS_ACROSS if hits[0].language == other else FITS):
        return []
    return [hit for hit in hits if hit.score >= FITS_BEHIND]


def _read_again(reranker: Reranker, query: str, hits: Sequence[Hit]) -> list[Hit]:
    """*hits* with the re-ranker's scores, best first; those that it does not read stay behind, as they were."""
    read, rest = hits[:READ], hits[READ:]
    scores = reranker.scores(query[:QUERY_CHARS], [hit.text for hit in read])
    scored = [replace(hit, score=score) for hit, score in zip(read, scores, strict=True) if score >= FITS]
    least = min((hit.score for hit in scored), default=1.0)
    below = [replace(hit, score=min(hit.score, least)) for hit in rest]
    return sorted(scored, key=lambda hit: -hit.score) + below


def _translate(query: str, language: str, filters: Filters) -> Translation | None:
    other = OTHER.get(language)
    if other is None or (filters.languages is not None and other not in filters.languages):
        return None
    try:
        return translate_question(query[:QUERY_CHARS], language)
    except ConfigurationError as error:
        # Passages of the question's own language are found all the same.
        _LOG.error("Searches do not translate words: %s %s", error.reason, error.remedy)
        return None


def more_like(
    platform: Platform, viewer: Viewer, chunk_id: str, filters: Filters = EVERYTHING, limit: int = 10
) -> list[FoundPassage]:
    """Passages that say what this one says, best first; itself is not among them.

    :raises NotFoundError: the viewer sees no such chunk.
    :raises InvalidQuestionError: *filters* name what is not there.
    """
    filters = narrow(platform, viewer, filters)
    passage = platform.passages.passage(viewer, chunk_id)
    space = platform.active_space
    vector = platform.passages.vector(viewer, chunk_id, space) if space is not None else None
    hits = platform.search.search(
        passage.text, vector, viewer, filters, limit=_bounded(limit) + 1, space=space
    )
    fitting = [hit for hit in hits if hit.score >= FITS and hit.chunk_id != chunk_id]
    return _found(platform, fitting[: _bounded(limit)])


def passage(platform: Platform, viewer: Viewer, chunk_id: str, before: int = 1, after: int = 1) -> Passage:
    """A passage with its neighbours, at most 20 on either side.

    :raises NotFoundError: the viewer sees no such chunk.
    """
    return platform.passages.passage(
        viewer, chunk_id, min(max(before, 0), AROUND), min(max(after, 0), AROUND)
    )


def _bounded(limit: int) -> int:
    return min(max(limit, 1), MOST)


def _found(platform: Platform, hits: Sequence[Hit]) -> list[FoundPassage]:
    if not hits:
        return []
    forms = platform.passages.word_forms({word for hit in hits for word in _perhaps_matching(hit)})
    found = []
    for hit in hits:
        matches = find_matches(hit.text, hit.words, lambda word: forms.get(word, word))
        snippet = cut_snippet(hit.text, matches)
        found.append(
            FoundPassage(
                _passage(hit),
                hit.chunk_id,
                hit.score,
                hit.similarity,
                snippet,
                tuple(matches),
                through=hit.through,
            )
        )
    return found


def _perhaps_matching(hit: Hit) -> Iterator[str]:
    """Words of the hit whose form may be among those that were asked for: a form begins as its word does."""
    initials = {word[0] for word in hit.words}
    return (word for word in latin_words(hit.text) if word[0] in initials)


def _passage(hit: Hit) -> Passage:
    return Passage(
        hit.file_id,
        hit.path,
        hit.user_id,
        hit.media_type,
        (hit.chunk_id,),
        hit.page,
        hit.sheet,
        hit.heading_path,
        hit.char_start,
        hit.char_end,
        hit.text,
        hit.language,
    )
