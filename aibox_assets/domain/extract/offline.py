"""The extractor that needs no model hub: spaCy's grammar for English, jieba and patterns for Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aibox_assets.domain.extract.assemble import assemble
from aibox_assets.domain.extract.english import EnglishPipeline
from aibox_assets.domain.extract.layout import SOFT_BREAK, Layout, read_layout
from aibox_assets.domain.extract.recognize import english as recognize_english
from aibox_assets.domain.extract.recognize.chinese import ChineseRecognizer
from aibox_assets.domain.extract.records import Records, read_records
from aibox_assets.domain.extract.relate import chinese as relate_chinese
from aibox_assets.domain.extract.relate import english as relate_english
from aibox_assets.domain.extract.scripts import Segment, split_by_script
from aibox_assets.domain.extract.shift import (
    shift_mention,
    shift_relation,
    spread_mention,
    spread_relation,
)
from aibox_assets.domain.extract.type_relations import RelationTyper
from aibox_assets.domain.models import Chunk, Extraction, Mention, Relation
from aibox_assets.domain.ontology import Ontology

# Mentions and relations of one part, with offsets into the chunk's text.
_Read = tuple[list[Mention], list[Relation]]
# A line without what Markdown and mail put before it.
_LINE = re.compile(r"(?:(?!\n)[\s>#*•-])*+(?P<own>[^\n]*)")
_LETTER = re.compile(r"[A-Za-z]")
# Raise it whenever rules or word lists change what a text gives.
RULES_VERSION = 2


class OfflineExtractor:
    """Reads each part of a chunk by the rules of its language.

    :ivar english: what reads the English parts.
    """

    name = "offline"

    def __init__(self, ontology: Ontology, *, threads: int = 1) -> None:
        self._ontology = ontology
        self.english = EnglishPipeline(threads)
        phrases = [
            phrase for each in ontology.relation_types for phrase in (*each.phrases_zh, *each.inverse_zh)
        ]
        self._chinese = ChineseRecognizer(ontology, phrases)
        self._typer = RelationTyper(ontology)
        self.version = offline_version(self.english.version, ontology)

    def extract(self, chunks: Sequence[Chunk]) -> list[Extraction]:
        """One extraction per chunk, in the same order; each depends on its chunk's text alone."""
        layouts = [read_layout(chunk.text) for chunk in chunks]
        records = [
            read_records(chunk.text, layout, self._ontology, self._typer)
            for chunk, layout in zip(chunks, layouts, strict=True)
        ]
        segments = [
            [line for part in split_by_script(layout.text) for line in _lines(part)] for layout in layouts
        ]
        # Documents of like length make full batches; each goes back to its place.
        english = sorted(
            (len(part.text), i, j)
            for i, parts in enumerate(segments)
            for j, part in enumerate(parts)
            if not part.chinese
        )
        documents: dict[int, dict[int, Any]] = {i: {} for i in range(len(chunks))}
        texts = (segments[i][j].text for _, i, j in english)
        for (_, i, j), document in zip(english, self.english.read(texts), strict=True):
            documents[i][j] = document
        extractions = []
        for i, chunk in enumerate(chunks):
            read = self._read_english(segments[i], documents.pop(i), records[i].mentions)
            read += [self._read_chinese(part) for part in segments[i] if part.chinese]
            extractions.append(self._assemble(chunk, layouts[i], records[i], read))
        return extractions

    def _read_english(
        self, parts: Sequence[Segment], documents: dict[int, Any], known: Sequence[Mention]
    ) -> list[_Read]:
        found = {
            j: recognize_english.recognize(document, self._ontology, self.english.precision)
            for j, document in documents.items()
        }
        places = [j for j in sorted(found) for _ in found[j]]
        settled = recognize_english.settle([each for j in sorted(found) for each in found[j]], known)
        read = []
        for j, document in documents.items():
            own = [mention for place, mention in zip(places, settled, strict=True) if place == j]
            start = parts[j].start
            read.append(
                (
                    [shift_mention(each, start) for each in own],
                    [shift_relation(each, start) for each in relate_english.relate(document, own)],
                )
            )
        return read

    def _read_chinese(self, part: Segment) -> _Read:
        places = [place for place, character in enumerate(part.text) if character != SOFT_BREAK]
        joined = part.text.replace(SOFT_BREAK, "")
        mentions = self._chinese.recognize(joined)
        relations = relate_chinese.relate(joined, mentions)
        return (
            [shift_mention(spread_mention(each, places), part.start) for each in mentions],
            [shift_relation(spread_relation(each, places), part.start) for each in relations],
        )

    def _assemble(
        self,
        chunk: Chunk,
        layout: Layout,
        records: Records,
        read: Iterable[_Read],
    ) -> Extraction:
        mentions: list[Mention] = list(records.mentions)
        relations: list[Relation] = []
        taken = [(each.char_start, each.char_end) for each in records.mentions]
        taken += [(each.key_start, each.start) for each in layout.fields]
        for found_mentions, found_relations in read:
            mentions.extend(each for each in found_mentions if not _overlaps(each, taken))
            relations.extend(found_relations)
        typed = [self._typer.type(relation) for relation in relations]
        return assemble(
            chunk,
            sorted(mentions, key=lambda each: each.char_start),
            [*records.relations, *(each for each in typed if each is not None)],
        )


def _lines(part: Segment) -> Iterator[Segment]:
    """English is read line by line, without bullets and heading marks: what is left is sentences."""
    if part.chinese:
        yield part
        return
    for match in _LINE.finditer(part.text):
        if _LETTER.search(match["own"]):
            yield Segment(part.start + match.start("own"), match["own"], False)


def _overlaps(mention: Mention, spans: Iterable[tuple[int, int]]) -> bool:
    return any(mention.char_start < end and start < mention.char_end for start, end in spans)


def offline_version(english: str, ontology: Ontology) -> str:
    """The version of this extractor with the English pipeline of version *english*."""
    return f"rules-{RULES_VERSION}+{english}+jieba-0.42.1+ontology-{ontology.digest[:12]}"
