"""The extractor that needs no model hub: spaCy's grammar for English, jieba and patterns for Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aibox_assets.domain.extract.assemble import assemble
from aibox_assets.domain.extract.english import EnglishPipeline
from aibox_assets.domain.extract.recognize import english as recognize_english
from aibox_assets.domain.extract.recognize.chinese import ChineseRecognizer
from aibox_assets.domain.extract.relate import chinese as relate_chinese
from aibox_assets.domain.extract.relate import english as relate_english
from aibox_assets.domain.extract.scripts import Segment, split_by_script
from aibox_assets.domain.extract.shift import shift_mention, shift_relation
from aibox_assets.domain.extract.type_relations import RelationTyper
from aibox_assets.domain.models import Chunk, Extraction, Mention, Relation
from aibox_assets.domain.ontology import Ontology

# Raise it whenever rules or word lists change what a text gives.
RULES_VERSION = 1


class OfflineExtractor:
    """Reads each part of a chunk by the rules of its language."""

    name = "offline"

    def __init__(self, ontology: Ontology, *, threads: int = 1) -> None:
        self._ontology = ontology
        self._english = EnglishPipeline(threads)
        phrases = [
            phrase for each in ontology.relation_types for phrase in (*each.phrases_zh, *each.inverse_zh)
        ]
        self._chinese = ChineseRecognizer(ontology, phrases)
        self._typer = RelationTyper(ontology)
        self.version = (
            f"rules-{RULES_VERSION}+{self._english.version}+jieba-0.42.1+ontology-{ontology.digest[:12]}"
        )

    def extract(self, chunks: Sequence[Chunk]) -> list[Extraction]:
        """One extraction per chunk, in the same order."""
        segments = [split_by_script(chunk.text) for chunk in chunks]
        # Documents of like length make full batches; each goes back to its place.
        english = sorted(
            (
                (len(part.text), i, j)
                for i, parts in enumerate(segments)
                for j, part in enumerate(parts)
                if not part.chinese
            )
        )
        found: dict[tuple[int, int], tuple[list[Mention], list[Relation]]] = {}
        documents = self._english.read(segments[i][j].text for _, i, j in english)
        for (_, i, j), document in zip(english, documents, strict=True):
            mentions = recognize_english.recognize(document, self._ontology, self._english.precision)
            found[i, j] = mentions, relate_english.relate(document, mentions)
        for i, parts in enumerate(segments):
            for j, part in enumerate(parts):
                if part.chinese:
                    mentions = self._chinese.recognize(part.text)
                    found[i, j] = mentions, relate_chinese.relate(part.text, mentions)
        return [
            self._assemble(chunk, ((part, *found[i, j]) for j, part in enumerate(segments[i])))
            for i, chunk in enumerate(chunks)
        ]

    def _assemble(
        self, chunk: Chunk, parts: Iterable[tuple[Segment, list[Mention], list[Relation]]]
    ) -> Extraction:
        mentions: list[Mention] = []
        relations: list[Relation] = []
        for segment, found_mentions, found_relations in parts:
            mentions.extend(shift_mention(each, segment.start) for each in found_mentions)
            relations.extend(shift_relation(each, segment.start) for each in found_relations)
        typed = (self._typer.type(relation) for relation in relations)
        return assemble(chunk, mentions, (each for each in typed if each is not None))
