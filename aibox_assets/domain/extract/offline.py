"""The extractor that needs no model hub: a tagger of our own, and rules: by spaCy's grammar for English, by jieba and
patterns for Chinese. Names are joined first; rules and tagger then relate the same names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from aibox_assets.domain.extract.assemble import assemble
from aibox_assets.domain.extract.deeds import Deeds
from aibox_assets.domain.extract.manuals import Manuals
from aibox_assets.domain.extract.naming.agree import agree, with_same, without_founded
from aibox_assets.domain.extract.naming.join import Proposal, join_names, span_of, supported_ends, types_of
from aibox_assets.domain.extract.naming.mend_en import mend_tagged
from aibox_assets.domain.extract.naming.mend_zh import mend_names
from aibox_assets.domain.extract.proposals.calibrate import read_calibration
from aibox_assets.domain.extract.proposals.candidates import relation_candidates
from aibox_assets.domain.extract.proposals.learned import ends_of, tagged_relations
from aibox_assets.domain.extract.proposals.weigh import Seen
from aibox_assets.domain.extract.read import Prepared, Ruled
from aibox_assets.domain.extract.recognize import english as recognize_english
from aibox_assets.domain.extract.records import read_records
from aibox_assets.domain.extract.relate.chinese.anaphors import ORGANIZATION, PERSON, kinds_of
from aibox_assets.domain.extract.relate.chinese.life import is_of_another
from aibox_assets.domain.extract.relate.chinese.places import narrowed
from aibox_assets.domain.extract.relate.chinese.posts import titles_say
from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES
from aibox_assets.domain.extract.relate.english.within import IN_ITS_NAME
from aibox_assets.domain.extract.rules import Rules
from aibox_assets.domain.extract.tagger.artifact import BUILT_IN
from aibox_assets.domain.extract.tagger.tagger import Tagged, Tagger
from aibox_assets.domain.extract.telling import HAS_ROLE, Said, Telling, titles_of
from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.extract.text.english import EnglishPipeline
from aibox_assets.domain.extract.text.layout import Layout, read_layout
from aibox_assets.domain.extract.text.scripts import lines_of, split_by_script
from aibox_assets.domain.extract.text.spans import overlaps
from aibox_assets.domain.extract.text.unstated import is_refuted
from aibox_assets.domain.extract.trace import NER, PART_CHUNKS, RE, RT, StageClock, Trace
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.extract.versions import OWN_TAGGER, offline_version
from aibox_assets.domain.models import Chunk, Extraction, Mention
from aibox_assets.domain.ontology import Ontology

LIVES_IN: Final = "LIVES_IN"
_LEAST: Final = 0.15  # share of being right of what names and adjectives of countries tell


class OfflineExtractor:
    """Reads each chunk by the tagger, and each part of it by the rules of its language.

    :param threads: of the tagger, where it is more than one; the rules are read beside them.
    :ivar english: what reads the English parts. :ivar tagger: what is learned.
    :ivar calibration: makes shares of the confidences that rules and tagger give.
    """

    def __init__(self, ontology: Ontology, *, tagger: Path = BUILT_IN, threads: int = 1) -> None:
        self.name = "offline" if tagger == BUILT_IN else f"{OWN_TAGGER}{tagger}"
        self._ontology = ontology
        self._kinds = types_of(ontology)
        self.english = EnglishPipeline(1)
        self._rules = Rules(ontology, self._kinds, self.english.precision)
        self._typer = self._rules.typer
        self._meant = kinds_of(ontology)
        self._telling = Telling(ontology, Deeds(ontology, self._typer), self._kinds.values())
        self._manuals = Manuals(ontology)
        self.calibration = read_calibration()
        self.tagger = Tagger(tagger, ends=ends_of(ontology), threads=threads)
        self.version = offline_version(self.english.version, ontology, tagger)
        self.clock = StageClock()
        self.part_chunks = PART_CHUNKS

    def extract(self, chunks: Sequence[Chunk]) -> list[Extraction]:
        """One extraction per chunk, in the same order; each depends on its chunk's text alone."""
        return [
            assemble(chunk, read.mentions, read.typed)
            for chunk, read in zip(chunks, self._traces(chunks), strict=True)
        ]

    def trace(self, chunks: Sequence[Chunk]) -> list[Trace]:
        """What each stage saw in each chunk, in the same order."""
        return list(self._traces(chunks))

    def propose(self, chunks: Sequence[Chunk]) -> list[Proposal]:
        """What tagger and rules propose in each chunk before it is weighed, in the same order; to fit the weights."""
        return [self._propose(read) for read in self._prepared(chunks)]

    def propose_relations(
        self, chunks: Sequence[Chunk]
    ) -> list[tuple[list[TypedRelation], list[tuple[TypedRelation, Seen]]]]:
        """What the rules tell in each chunk, and what the tagger proposes besides, before that is weighed."""
        found = []
        for read in self._prepared(chunks):
            text, ruled = read.layout.text, self._ruled(read)
            proposed = list(
                relation_candidates(
                    text,
                    ruled.tagged,
                    ruled.names,
                    ruled.related,
                    ruled.titles,
                    self._typer,
                    self._ontology,
                )
            )
            kept = set(map(id, self._standing(text, ruled, (each for each, _ in proposed))))
            told = self._manuals.borne_out(text, [*ruled.related, *ruled.told])
            found.append((told, [each for each in proposed if id(each[0]) in kept]))
        return found

    def _traces(self, chunks: Sequence[Chunk]) -> Iterator[Trace]:
        for read in self._prepared(chunks):
            yield self._trace_one(read)

    def _prepared(self, chunks: Sequence[Chunk]) -> Iterator[Prepared]:
        layouts = [read_layout(chunk.text) for chunk in chunks]
        with self.tagger.reading([layout.text for layout in layouts]) as tags:
            yield from self._prepared_while_tagging(chunks, layouts, tags)

    def _prepared_while_tagging(
        self, chunks: Sequence[Chunk], layouts: Sequence[Layout], tags: Sequence[Callable[[], Tagged]]
    ) -> Iterator[Prepared]:
        records = [
            read_records(chunk.text, layout, self._ontology, self._typer)
            for chunk, layout in zip(chunks, layouts, strict=True)
        ]
        segments = [
            [line for part in split_by_script(layout.text) for line in lines_of(part)] for layout in layouts
        ]
        # Documents of like length make full batches; each goes back to its place.
        english = sorted(
            (len(part.text), i, j)
            for i, parts in enumerate(segments)
            for j, part in enumerate(parts)
            if not part.chinese
        )
        documents: dict[int, dict[int, Document]] = {i: {} for i in range(len(chunks))}
        texts = (segments[i][j].text for _, i, j in english)
        with self.clock.stage(NER):
            for (_, i, j), document in zip(english, self.english.read(texts), strict=True):
                documents[i][j] = document
        for i in range(len(chunks)):
            yield Prepared(layouts[i], records[i], segments[i], documents.pop(i), tags[i])

    def _propose(self, read: Prepared) -> Proposal:
        text, parts, documents = read.layout.text, read.parts, read.documents
        ruled = self._rules.names(parts, documents, read.records.mentions)
        people = [each for each in ruled if each.type == self._ontology.entity_type_of("PERSON")]
        # Its relations come with its names.
        tagged = mend_tagged(text, mend_names(text, read.tag(), people))
        related = self._rules.typed(self._rules.relations(parts, documents, ruled))
        return Proposal(text, ruled, supported_ends(related, tagged), tagged)

    def _trace_one(self, read: Prepared) -> Trace:
        text, records, ruled = read.layout.text, read.records, self._ruled(read)
        with self.clock.stage(RT):
            learned = self._standing(
                text,
                ruled,
                tagged_relations(
                    text,
                    ruled.tagged,
                    ruled.names,
                    ruled.related,
                    ruled.titles,
                    self._typer,
                    self._ontology,
                ),
            )
            deeds = self._telling.deeds
            typed = [
                *(narrowed(each, text, ruled.names) for each in ruled.lasting),
                *ruled.told,
                *ruled.happened,
            ]
            learned = [narrowed(each, text, ruled.names) for each in learned]
            typed, learned = deeds.saying_most(typed), deeds.saying_most(learned, typed)
            typed, learned = (self._manuals.borne_out(text, each) for each in (typed, learned))
        known = set(map(id, ruled.said))
        found = [*records.relations, *(each for each in typed if id(each.evidence) not in known), *learned]
        # Roles and dates are things where a relation needs them; a place within a name is no name of its own.
        ends = [end for each in ruled.named for end in (each.head, each.tail)]
        ends += [end for each in learned for end in (each.head, each.tail)]
        ends += [each.tail for each in typed if each.tail in ruled.dates]
        mentions = sorted(
            dict.fromkeys((*records.mentions, *ruled.names, *ends)), key=lambda each: each.char_start
        )
        return Trace(
            tuple(mentions),
            (*(each.evidence for each in found), *ruled.said),
            # What a table's headers say no set knows.
            (*records.relations, *self._likely(text, (*typed, *learned), ruled)),
        )

    def _likely(self, text: str, found: Iterable[TypedRelation], ruled: Ruled) -> Iterator[TypedRelation]:
        """*found* with their shares of being right, but what hardly anybody would say the text states: that the US Navy
        is in the US, as its name says, and an American singer lives there."""
        for each in self.calibration.of_relations(text, found, ruled.tagged, ruled.names):
            lives = each.relation == LIVES_IN and each.tail.text in ADJECTIVES
            by_name = lives or each.evidence.phrase == IN_ITS_NAME
            if each.confidence >= _LEAST or not by_name:
                yield each

    def _ruled(self, read: Prepared) -> Ruled:
        """What the names are, and what the rules tell of them."""
        with self.clock.stage(NER):
            tagged, names = self._names(read)
        text, parts, documents = read.layout.text, read.parts, read.documents
        with self.clock.stage(RE):
            works = self._telling.works(text, names)
            names = self._telling.without_titles(names, works)
            dates = self._telling.dates(text, names)
            made = self._telling.made(parts, documents, names, dates, works)
            names = self._telling.with_products(names, made)
            said = self._rules.said(parts, documents, [*names, *dates])
            person, organization = (self._meant.get(kind) for kind in (PERSON, ORGANIZATION))
            retyped = without_founded(names, said, person, organization)
            if retyped != names:
                names, said = retyped, self._rules.said(parts, documents, [*retyped, *dates])
            named = self._telling.named(text, names)
            roles = list(self._telling.roles(text, parts, documents, named))
            told = [
                *(each for each in roles if each[0] == HAS_ROLE),
                *self._telling.lives(text, named, dates, [*works, *made]),
                *self._telling.life_dates(parts, documents, named.own, dates),
                *works,
                *made,
            ]
            ties = list(self._telling.ties(text, named, roles))
            within = self._telling.within(text, names)
            deeds = list(self._telling.happened(text, parts, documents, named))
        with self.clock.stage(RT):
            return Ruled(
                tagged,
                names,
                dates,
                said,
                named=[each for _, each in told],
                titles_of_works=titles_of(told),
                lasting=self._rules.with_ties(text, ties, self._rules.told(text, names, said, tagged)),
                told=[each for each in self._checked([*told, *within]) if not is_refuted(text, each)],
                happened=[each for each in self._telling.deeds.typed(deeds) if not is_refuted(text, each)],
                titles=titles_say(each for _, each in roles),
                made=frozenset((each.head.name, each.tail.name) for _, each in (*works, *made)),
            )

    def _checked(self, told: Sequence[Said]) -> list[TypedRelation]:
        return [typed for each in told if (typed := self._typer.check(*each)) is not None]

    def _standing(self, text: str, ruled: Ruled, learned: Iterable[TypedRelation]) -> list[TypedRelation]:
        """Those of *learned* that no rule speaks against: who made what, or that a name is a part of a title."""
        titles = [span_of(each) for each in ruled.titles_of_works]
        return [
            each
            for each in learned
            if (each.head.name, each.tail.name) not in ruled.made
            and not is_of_another(each, ruled.lasting)
            and not any(
                overlaps(end, titles) and span_of(end) not in titles for end in (each.head, each.tail)
            )
        ]

    def _names(self, read: Prepared) -> tuple[Tagged, list[Mention]]:
        """What the tagger read, and the names that stand beside those of the records."""
        proposal = self._propose(read)
        taken = [(each.char_start, each.char_end) for each in read.records.mentions]
        taken += [(each.key_start, each.start) for each in read.layout.fields]
        joined = agree(join_names(proposal, self._ontology), self._kinds.values())
        joined = with_same(proposal.text, joined, proposal.tagged, self._ontology.entity_type_of("ORG"))
        joined = self._telling.with_rows(read.layout.text, joined)
        names = [each for each in joined if not overlaps(each, taken)]
        return proposal.tagged, self._telling.with_events(
            read.layout.text, recognize_english.join_aliases(names), taken
        )
