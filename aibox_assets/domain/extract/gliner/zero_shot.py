"""The extractor on a GLiNER model: any ontology's entity types without training."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aibox_assets.domain.extract.assemble import assemble
from aibox_assets.domain.extract.deeds import Deeds, Told
from aibox_assets.domain.extract.gliner.checkpoint import digest_checkpoint, find_checkpoint, load_checkpoint
from aibox_assets.domain.extract.recognize.english import join_aliases
from aibox_assets.domain.extract.relate.chinese import by_order as relate_chinese
from aibox_assets.domain.extract.relate.chinese.anaphors import PERSON, kinds_of
from aibox_assets.domain.extract.relate.english import by_tree as relate_english
from aibox_assets.domain.extract.text.english import EnglishPipeline
from aibox_assets.domain.extract.text.scripts import split_by_script
from aibox_assets.domain.extract.text.shift import shift_mention, shift_relation
from aibox_assets.domain.extract.trace import NER, PART_CHUNKS, RE, RT, StageClock, Trace
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.models import Chunk, Extraction, Mention, Relation
from aibox_assets.domain.ontology import Ontology

# Raise it whenever the rules around the model change what a text gives.
RULES_VERSION = 2
_THRESHOLD = 0.5  # GLiNER's own default
_BATCH = 8
_SOURCE = "model"
_OVERLAP = 32  # words that neighbouring windows share, so that no name is cut
_WORD = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W\u3400-\u9fff\uf900-\ufaff]+(?:[-_][^\W\u3400-\u9fff]+)*|\S"
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


class WordSplitter:
    """Words with offsets, for GLiNER: Latin words as it knows them, Chinese by jieba.

    GLiNER's own splitter takes a whole Chinese clause for one word (GLiNER issue 202).
    """

    def __init__(self) -> None:
        import jieba

        jieba.setLogLevel("ERROR")
        self._tokenizer = jieba.Tokenizer()

    def __call__(self, text: str) -> Iterator[tuple[str, int, int]]:
        for match in _WORD.finditer(text):
            if not _HAN.match(match.group()):
                yield match.group(), match.start(), match.end()
                continue
            start = match.start()
            for word in self._tokenizer.cut(match.group()):
                yield word, start, start + len(word)
                start += len(word)


@dataclass(frozen=True, slots=True)
class _Window:
    chunk: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class _Read:
    """What the model found in one chunk, in the chunk's offsets."""

    mentions: list[Mention]
    relations: list[TypedRelation]


class ZeroShotExtractor:
    """GLiNER for the entities; for the relations its own where it is a joint model, else our grammar.

    :param spec: folder of the model, or its name on the hub with its commits; see ``find_checkpoint``.
    :raises ConfigurationError: there is no such model here, or it cannot be loaded.
    """

    def __init__(self, spec: str, ontology: Ontology, *, threads: int = 1) -> None:
        checkpoint = find_checkpoint(spec)
        self.name = checkpoint.name
        self._model = load_checkpoint(checkpoint, threads)
        self._ontology = ontology
        self._types = {entity.label: entity.name for entity in ontology.entity_types}
        self._relation_names = {
            each.name.lower().replace("_", " "): each.name for each in ontology.relation_types
        }
        self._joint = "relex" in str(getattr(self._model.config, "model_type", ""))
        self._splitter = WordSplitter()
        self._model.data_processor.words_splitter = self._splitter
        self._longest = int(getattr(self._model.config, "max_len", None) or 384)
        self._english = None if self._joint else EnglishPipeline(threads, entities=False)
        self._typer = RelationTyper(ontology)
        self._deeds = Deeds(ontology, self._typer)
        self._meant = kinds_of(ontology)
        self.clock = StageClock()
        self.part_chunks = PART_CHUNKS
        self.version = zero_shot_version(digest_checkpoint(checkpoint.folder), ontology)

    def extract(self, chunks: Sequence[Chunk]) -> list[Extraction]:
        """One extraction per chunk, in the same order."""
        return [
            assemble(chunk, each.mentions, each.typed)
            for chunk, each in zip(chunks, self.trace(chunks), strict=True)
        ]

    def trace(self, chunks: Sequence[Chunk]) -> list[Trace]:
        """What each stage saw in each chunk, in the same order."""
        with self.clock.stage(NER):
            read = self._read(chunks)
        if self._joint:
            said = [[relation.evidence for relation in each.relations] for each in read]
        else:
            with self.clock.stage(RE):
                said, deeds = self._relate(chunks, read)
            with self.clock.stage(RT):
                for each, relations, told in zip(read, said, deeds, strict=True):
                    typed = (self._typer.type(relation) for relation in relations)
                    each.relations.extend(relation for relation in typed if relation is not None)
                    happened = self._deeds.typed(told)
                    each.relations.extend(self._deeds.saying_most(happened, each.relations))
        return [
            Trace(tuple(each.mentions), tuple(relations), tuple(each.relations))
            for each, relations in zip(read, said, strict=True)
        ]

    def _read(self, chunks: Sequence[Chunk]) -> list[_Read]:
        """NER, and with a joint model RE, over windows that the model reads whole."""
        windows = [
            _Window(i, start, chunk.text[start:end])
            for i, chunk in enumerate(chunks)
            for start, end in self._windows(chunk.text)
        ]
        # The longest first: windows of like length share a batch with little padding.
        windows.sort(key=lambda window: -len(window.text))
        texts = [window.text for window in windows]
        labels, options = list(self._types), {"threshold": _THRESHOLD, "batch_size": _BATCH}
        related: list[list[dict[str, Any]]] = [[] for _ in texts]
        if not texts:
            entities: list[list[dict[str, Any]]] = []
        elif self._joint:
            entities, related = self._model.inference(
                texts, labels, relations=list(self._relation_names), return_relations=True, **options
            )
        else:
            entities = self._model.inference(texts, labels, **options)
        found: list[dict[tuple[int, int], Mention]] = [{} for _ in chunks]
        typed: list[list[TypedRelation]] = [[] for _ in chunks]
        for window, mine, links in zip(windows, entities, related, strict=True):
            mentions = [shift_mention(self._mention(each), window.start) for each in mine]
            for each in mentions:
                place = (each.char_start, each.char_end)
                known = found[window.chunk].get(place)
                if known is None or known.confidence < each.confidence:
                    found[window.chunk][place] = each
            for link in links:
                relation = self._joint_relation(link, mentions, chunks[window.chunk].text)
                if relation is not None:
                    typed[window.chunk].append(relation)
        return [
            _without_overlaps(list(places.values()), relations)
            for places, relations in zip(found, typed, strict=True)
        ]

    def _windows(self, text: str) -> Iterator[tuple[int, int]]:
        words = list(self._splitter(text))
        step = max(1, self._longest - _OVERLAP)
        for first in range(0, max(1, len(words) - _OVERLAP), step):
            part = words[first : first + self._longest]
            if part:
                yield part[0][1], part[-1][2]

    def _mention(self, found: dict[str, Any]) -> Mention:
        text = str(found["text"])
        return Mention(
            int(found["start"]),
            int(found["end"]),
            text,
            self._types[str(found["label"])],
            " ".join(text.split()),
            round(float(found["score"]), 3),
            _SOURCE,
        )

    def _joint_relation(
        self, link: dict[str, Any], mentions: list[Mention], text: str
    ) -> TypedRelation | None:
        """The model's relation, where the ontology allows it between entities of these types."""
        head, tail = mentions[link["head"]["entity_idx"]], mentions[link["tail"]["entity_idx"]]
        name = self._relation_names[str(link["relation"])]
        first, last = sorted((head, tail), key=lambda each: each.char_start)
        start, end = _sentence_around(text, first.char_start, last.char_end)
        phrase = text[first.char_end : last.char_start].strip()
        said = Relation(head, tail, phrase, start, end, round(float(link["score"]), 3), _SOURCE)
        return self._typer.check(name, said)

    def _relate(
        self, chunks: Sequence[Chunk], read: Sequence[_Read]
    ) -> tuple[list[list[Relation]], list[Told]]:
        """Our RE over the model's mentions, each part of a chunk by the grammar of its language; and what happened."""
        assert self._english is not None
        relations: list[list[Relation]] = [[] for _ in chunks]
        deeds: list[Told] = [[] for _ in chunks]
        english: list[tuple[int, int, str, list[Mention]]] = []
        for i, (chunk, each) in enumerate(zip(chunks, read, strict=True)):
            for segment in split_by_script(chunk.text):
                end = segment.start + len(segment.text)
                inside = [
                    shift_mention(mention, -segment.start)
                    for mention in each.mentions
                    if segment.start <= mention.char_start and mention.char_end <= end
                ]
                if len(inside) < 2:
                    continue
                if segment.chinese:
                    said = relate_chinese.relate(segment.text, inside, self._meant)
                    relations[i].extend(shift_relation(relation, segment.start) for relation in said)
                    told = self._deeds.chinese(segment.text, inside)
                    deeds[i].extend((name, shift_relation(it, segment.start)) for name, it in told)
                else:
                    english.append((i, segment.start, segment.text, inside))
        documents = self._english.read(text for _, _, text, _ in english)
        for (i, start, _, inside), document in zip(english, documents, strict=True):
            relations[i].extend(
                shift_relation(each, start)
                for each in relate_english.relate(document, inside, self._meant.get(PERSON))
            )
            told = self._deeds.english(document, inside)
            deeds[i].extend((name, shift_relation(it, start)) for name, it in told)
        return relations, deeds


def _without_overlaps(mentions: list[Mention], relations: list[TypedRelation]) -> _Read:
    """Where a window's end cut a name that its neighbour has whole, the whole one stays, with its relations."""
    kept: list[Mention] = []
    for each in sorted(mentions, key=lambda each: (each.char_start - each.char_end, -each.confidence)):
        if all(each.char_end <= other.char_start or other.char_end <= each.char_start for other in kept):
            kept.append(each)
    places = {(each.char_start, each.char_end) for each in kept}
    return _Read(
        join_aliases(sorted(kept, key=lambda each: each.char_start)),
        [
            each
            for each in relations
            if {(end.char_start, end.char_end) for end in (each.head, each.tail)} <= places
        ],
    )


def _sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence, or sentences, that hold the characters from *start* to *end*."""
    ends = [match.end() for match in re.finditer(r"[。！？!?\n]|\.(?=\s)", text)]
    first = max((each for each in ends if each <= start), default=0)
    last = min((each for each in ends if each >= end), default=len(text))
    return first + len(text[first:last]) - len(text[first:last].lstrip()), last


def zero_shot_version(checkpoint: str, ontology: Ontology) -> str:
    """The version of this extractor with the model whose files have the digest *checkpoint*."""
    return f"rules-{RULES_VERSION}+gliner-{checkpoint}+ontology-{ontology.digest[:12]}"
