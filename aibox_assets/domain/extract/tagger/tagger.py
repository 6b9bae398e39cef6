"""The tagger at work: texts → names and relations with calibrated confidences, by ONNX Runtime in int8."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import numpy as np

from aibox_assets.domain.encoders.mapped import map_tensor
from aibox_assets.domain.encoders.multilingual import multilingual_folder, multilingual_pieces
from aibox_assets.domain.extract.names import to_simplified
from aibox_assets.domain.extract.tagger.artifact import (
    NAMES_FILE,
    PAIRS_FILE,
    RELATIONS_FILE,
    Floats,
    read_artifact,
)
from aibox_assets.domain.extract.tagger.decode import FoundName, decode_labels
from aibox_assets.domain.extract.tagger.exported import exported_tagger
from aibox_assets.domain.extract.tagger.labels import LABELS, RELATIONS
from aibox_assets.domain.extract.tagger.pairs import Ends, PairScorer, Place, Reading, group_mentions
from aibox_assets.domain.extract.tagger.units import UnitReader, Units, shares_of
from aibox_assets.domain.hub import WEIGHTS

_WORDS: Final = "embeddings.word_embeddings.weight"
_PIECES: Final = 480  # of a window; the encoder has room for 512
_BEGIN, _END = 0, 2  # the encoder's special pieces
_LEAST_MARGIN: Final = -2.0  # relations that are less likely are not even a vote


@dataclass(frozen=True, slots=True)
class TaggedName:
    """:ivar start: in the text. :ivar kind: one of ``ENTITY_TYPES``. :ivar confidence: 0 to 1, calibrated."""

    start: int
    end: int
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True)
class TaggedRelation:
    """:ivar head: index of the name, among its entity's, that stands closest to the tail; *tail* likewise.
    :ivar confidence: 0 to 1, calibrated.
    """

    head: int
    tail: int
    relation: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a text. :ivar spans: of its units. :ivar likely: logarithms of the labels' chances, by unit."""

    spans: Sequence[tuple[int, int]]
    likely: Floats


@dataclass(frozen=True, slots=True)
class Tagged:
    """What one text has. :ivar named: by the offset of each unit, how likely it belongs to a name.

    :ivar words: what the Chinese dictionary sees at the offsets of units (:class:`Units`).
    """

    names: tuple[TaggedName, ...]
    relations: tuple[TaggedRelation, ...]
    named: Mapping[int, float]
    windows: tuple[Window, ...] = ()
    words: Mapping[int, int] = field(default_factory=dict)

    def chance(self, start: int, end: int, kind: str) -> float:
        """That of the least sure label, if a name of *kind* stood from *start* to *end*; 0 where no units end so."""
        for window in self.windows:
            first = bisect_left(window.spans, start, key=itemgetter(0))
            last = bisect_left(window.spans, end, key=itemgetter(1))
            if first <= last < len(window.spans) and (start, end) == (
                window.spans[first][0],
                window.spans[last][1],
            ):
                begin, inside = LABELS.index(f"B-{kind}"), LABELS.index(f"I-{kind}")
                labels = [window.likely[first, begin], *window.likely[first + 1 : last + 1, inside]]
                if last + 1 < len(window.spans):
                    labels.append(math.log(max(1e-6, 1 - math.exp(window.likely[last + 1, inside]))))
                return math.exp(min(labels))
        return 0.0


class Tagger:
    """A trained tagger. Each text is read alone, so that its result does not depend on its neighbours.

    :param ends: relations that may be between a head and a tail of these kinds; None for all.
    :param threads: texts that are read at the same time.
    :raises ConfigurationError: the tagger or the encoder is not there.
    """

    def __init__(
        self, folder: Path, *, ends: Mapping[Ends, Collection[str]] | None = None, threads: int = 1
    ) -> None:
        import onnxruntime

        self._artifact = read_artifact(folder)
        encoder = multilingual_folder()
        made = exported_tagger(self._artifact, encoder)

        def opened(name: str, *, keeps: bool) -> Any:
            options = onnxruntime.SessionOptions()
            # Threads read texts of their own: those of the runtime would share every single operation.
            options.intra_op_num_threads = 1
            options.log_severity_level = 3  # errors
            options.enable_cpu_mem_arena = keeps  # what was taken once is never given back
            return onnxruntime.InferenceSession(str(made / name), options, providers=["CPUExecutionProvider"])

        self._session = opened(NAMES_FILE, keeps=False)  # the longest text takes much
        pairs, relations = (opened(name, keeps=True) for name in (PAIRS_FILE, RELATIONS_FILE))
        self._pairs = PairScorer(pairs, relations, self._artifact.weights(), ends)
        self._words = map_tensor(encoder / WEIGHTS, _WORDS)
        self._reader = UnitReader(multilingual_pieces())
        self._threads = threads

    @contextmanager
    def reading(self, texts: Sequence[str]) -> Iterator[list[Callable[[], Tagged]]]:
        """For each of *texts* what gives its :meth:`read`: with several threads they read on ahead of these calls."""
        if self._threads == 1:
            yield [partial(self.read, text) for text in texts]
            return
        pool = ThreadPoolExecutor(self._threads, "tagger")
        try:
            yield [pool.submit(self.read, text).result for text in texts]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # what is left nobody waits for any more

    def read(self, text: str) -> Tagged:
        """The names of *text*, and the relations between those that one window of the encoder sees."""
        names: list[TaggedName] = []
        relations: list[TaggedRelation] = []
        named: dict[int, float] = {}
        seen: list[Window] = []
        words: dict[int, int] = {}
        for units in windows(self._reader.read(text)):
            reading, likely = self._encode(units)
            seen.append(Window(units.spans, likely))
            words.update(zip((start for start, _ in units.spans), units.words, strict=True))
            known = len(names)
            found = decode_labels(likely)
            for each in found:
                sure = _sigmoid(_weigh(_log_odds(each.likelihood), self._artifact.names))
                names.append(
                    TaggedName(units.spans[each.first][0], units.spans[each.last][1], each.kind, sure)
                )
            chances = (1 - np.exp(likely[:, 0])).tolist()
            named.update(zip((start for start, _ in units.spans), chances, strict=True))
            relations += self._relate(reading, places_of(text, units, found), names, known)
        return Tagged(tuple(names), tuple(relations), named, tuple(seen), words)

    def _encode(self, units: Units) -> tuple[Reading, Floats]:
        rows = self._words[[_BEGIN, *units.ids, _END]].astype(np.float32)
        given: dict[str, Any] = {
            name: np.array(getattr(units, name), np.int64)
            for name in ("places", "shapes", "characters", "words")
        }
        states, attention, states_of_units, likely = self._session.run(
            None, {"rows": rows, "shares": shares_of(units), **given}
        )
        return Reading(states, attention, states_of_units, units.first), likely

    def _relate(
        self, reading: Reading, places: Sequence[Place], names: Sequence[TaggedName], known: int
    ) -> list[TaggedRelation]:
        groups = group_mentions(places)
        if len(groups) < 2:
            return []
        heads, tails, logits = self._pairs.score(reading, places, groups)
        margins = logits - logits[:, :1]
        found = []
        for row, column in zip(*np.nonzero(margins > _LEAST_MARGIN), strict=True):
            relation = RELATIONS[column]
            if relation not in self._artifact.sure:
                continue
            head, tail = _closest(groups[heads[row]].members, groups[tails[row]].members, places)
            # A relation is no surer than its two names are.
            both = math.sqrt(names[known + head].confidence * names[known + tail].confidence)
            margin = _log_odds(_sigmoid(float(margins[row, column])) * both)
            found.append(
                TaggedRelation(
                    known + head,
                    known + tail,
                    relation,
                    _sigmoid(_weigh(margin, self._artifact.sure[relation])),
                )
            )
        return found


def places_of(text: str, units: Units, found: Sequence[FoundName]) -> list[Place]:
    """*found* as mentions whose entities are looked for."""
    return [
        Place(
            name_key(text[units.spans[each.first][0] : units.spans[each.last][1]]),
            each.kind,
            each.first,
            each.last,
        )
        for each in found
    ]


def name_key(name: str) -> str:
    """*name* as mentions of one text are compared: without case, script and breaks."""
    return " ".join(to_simplified(name).casefold().split())


def windows(units: Units) -> list[Units]:
    """*units* in parts that the encoder has room for."""
    if units.spans and units.first[0] == 0 and units.last[-1] + 1 == len(units.ids) <= _PIECES:
        return [units]
    parts, start = [], 0
    while start < len(units.spans):
        base = units.first[start]
        end = start + 1
        while end < len(units.spans) and units.last[end] - base < _PIECES:
            end += 1
        ids = units.ids[base : min(units.last[end - 1] + 1, base + _PIECES)]
        most = len(ids) - 1
        part = slice(start, end)
        parts.append(
            Units(
                ids,
                units.spans[part],
                [min(each - base, most) for each in units.first[part]],
                [min(each - base, most) for each in units.last[part]],
                units.places[part],
                units.shapes[part],
                units.characters[part],
                units.words[part],
            )
        )
        start = end
    return parts


def _closest(heads: Sequence[int], tails: Sequence[int], places: Sequence[Place]) -> tuple[int, int]:
    def gap(pair: tuple[int, int]) -> int:
        a, b = places[pair[0]], places[pair[1]]
        return max(b.first - a.last, a.first - b.last)

    return min(((head, tail) for head in heads for tail in tails), key=gap)


def _log_odds(chance: float) -> float:
    chance = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(chance / (1 - chance))


def _weigh(value: float, line: tuple[float, float]) -> float:
    return line[0] * value + line[1]


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-min(max(value, -30.0), 30.0)))
