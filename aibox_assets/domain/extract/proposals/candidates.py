"""Which of the relations that the tagger proposes may be told at all, and what speaks for each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from operator import itemgetter
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.naming.join import TAGGER, span_of
from aibox_assets.domain.extract.naming.made import made_names
from aibox_assets.domain.extract.places.gazetteer import lies_in
from aibox_assets.domain.extract.places.whereabouts import (
    Held,
    Places,
    Whereabouts,
    acts_abroad,
    is_named_after,
    is_office,
)
from aibox_assets.domain.extract.proposals.business_zh import may_be_business
from aibox_assets.domain.extract.proposals.owned import is_turned
from aibox_assets.domain.extract.proposals.proposed import OF_THINGS, PLACED, Pair, between, is_misread
from aibox_assets.domain.extract.proposals.weigh import Seen, relation_witnesses
from aibox_assets.domain.extract.relate.english.lexicon_made import OF_IT
from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES, COUNTRIES, STATES, is_elsewhere
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.extract.text.unstated import is_unstated
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

# What the ontology calls a relation of the tagger, first the one that is tried first.
_SEATS: Final = frozenset({"HEADQUARTERED_IN", "LOCATED_IN"})
_NAMES: Final = {"BASED_IN": ("HEADQUARTERED_IN", "LOCATED_IN")}
# Learned from Chinese news, between companies; elsewhere the tagger only guesses at them.
_OF_CHINESE_NEWS: Final = frozenset({"PARTNERS_WITH", "COMPETES_WITH", "ACQUIRED", "INVESTED_IN"})
_OF_BUSINESS: Final = frozenset({*_OF_CHINESE_NEWS, "SUBSIDIARY_OF", "FOUNDED", "MEMBER_OF"})
# Two that are only named together: neither is of the other.
_LISTED: Final = re.compile(r"\s*(?:,?\s*(?:and|or|&)\s+(?:the\s+)?|和|与|與|及|以及|、)\s*")
_SENTENCE: Final = re.compile(r"(?:[^。！？!?\n.]|\.(?!\s))*(?:[。！？!?\n.]+[」』”’\"]?|$)")
# What is not called the head office is where something of the organization is.
_SEAT: Final = re.compile(
    r"[总總](?:部|公司|行|社|会|會|院|局|店)|本部|"
    r"[Hh]eadquarter|\bHQ\b|[Bb]ased\b|\b(?:head|main) offices?\b|\bseat(?:ed)?\b"
)
_COMMA: Final = re.compile("[，,]")
_MOST_EVIDENCE: Final = 1500  # characters, more than a chunk has as a rule
_LASTING: Final = frozenset({*PLACED, "PRODUCES"})
_OF_POSTS: Final = frozenset({"LEADS", "WORKS_FOR"})
_ANYWHERE: Final = frozenset({"WAS_IN", "ACTIVE_IN"})
_OF_EVENTS: Final = frozenset({"HELD_IN", "ORGANIZES"})
_PRIZE: Final = re.compile(r"\b(?:Prize|Medal|Trophy)\b")  # where it is given, it is not held
_OF_FAMILIES: Final = frozenset({"FAMILY_OF"})  # "the cousins A and B" rules know
_NOT_YET: Final = re.compile(
    r"\b(?:will|shall|to be|going to|scheduled|expect\w*|due to|set to|about to|hop\w+ to|want\w* to|plan\w*|ahead of|"
    r"possibl[ey]|probabl[ey]|likely|thought to|believed to|tomorrow|next (?:week|month|year)|called (?:on|for))\b"
)
_OF_PEOPLE: Final = frozenset({"BORN_IN", "LIVES_IN"})
# "The company is based in Berlin": which of those named before, a sentence without a name does not say.
_UNNAMED: Final = re.compile(
    r"\s*(?:(?:The|This|Its) (?:[a-z]+ )?"
    r"(?:company|firm|group|bank|maker|club|team|organi[sz]ation|agency|subsidiary)\b|It )"
)

Span = tuple[int, int]


def names_of(relation: str) -> tuple[str, ...]:
    """What the ontology calls the tagger's *relation*, first the one that is tried first."""
    return _NAMES.get(relation, (relation,))


def relation_candidates(
    text: str,
    tagged: Tagged,
    mentions: Sequence[Mention],
    ruled: Sequence[TypedRelation],
    titles: Mapping[str, Set[str]],
    typer: RelationTyper,
    ontology: Ontology,
) -> Iterator[tuple[TypedRelation, Seen]]:
    """The relations of *tagged* that nothing speaks against, between those of its names that stand in *mentions* or are
    made by somebody, with what speaks for each.

    Of a pair of names that *ruled* relates there is none, but for what happened beside what is so for a time: rules
    find little, but know the words for it.

    :param titles: of people by their names, the relations that their titles state.
    """
    read = _Read(text, tagged, mentions, ruled, ontology)
    for pair in read.pairs:
        if read.is_settled(pair) or read.is_unlikely(pair):
            continue
        typed = read.typed(pair, typer)
        if typed is not None:
            yield typed, read.seen(pair, titles)


class _Read:
    """A text as it was read: what rules told of it, and where its names lie.

    :ivar pairs: what the tagger proposes of names that stand.
    """

    def __init__(
        self,
        text: str,
        tagged: Tagged,
        mentions: Sequence[Mention],
        ruled: Sequence[TypedRelation],
        ontology: Ontology,
    ) -> None:
        self._text, self._mentions, self._ontology = text, mentions, ontology
        self._organization, self._location = (ontology.entity_type_of(each) for each in ("ORG", "GPE"))
        self._sentences = [match.span() for match in _SENTENCE.finditer(text) if match.group()]
        self._symmetric = {each.name for each in ontology.relation_types if each.symmetric}
        self._happening = {each.name for each in ontology.relation_types if each.happens}
        self._settled = {(each.happens, frozenset((each.head.name, each.tail.name))) for each in ruled}
        # Which organizations are where a place is named.
        self._seated: dict[int, set[str]] = {}
        for each in ruled:
            if each.relation in _SEATS and each.head.type == self._organization:
                self._seated.setdefault(each.tail.char_start, set()).add(each.head.name)
        self._headed = {each.head.name for each in ruled if each.relation == "HEADQUARTERED_IN"}
        self._founded = {each.tail.name for each in ruled if each.relation == "FOUNDED"}
        self._lived_in = {each.tail.name for each in ruled if each.relation in _OF_PEOPLE}
        self._posts = {(each.head.name, each.tail.name) for each in ruled if each.relation in _OF_POSTS}
        self._rivals = Counter((each.head, each.relation) for each in tagged.relations)
        self._places = Places(text, mentions)
        standing = {span_of(each): each for each in mentions} | made_names(text, tagged, mentions, ontology)
        spans = [(each.start, each.end) for each in tagged.names]
        self.pairs = [
            Pair(text, self._sentences, each, standing[spans[each.head]], standing[spans[each.tail]])
            for each in tagged.relations
            if spans[each.head] in standing and spans[each.tail] in standing
        ]
        self._held = Held(
            (each.head.name, each.tail.name, each.proposed.confidence) for each in self.pairs if each.placed
        )

    def is_settled(self, pair: Pair) -> bool:
        """Whether rules tell how the two are related, or whose the tail is."""
        head, tail = pair.head.name, pair.tail.name
        if (pair.relation in self._happening, frozenset((head, tail))) in self._settled:
            return True
        # Who founded it, its own sentence says by a rule.
        elsewhere = pair.apart > 1 and has_chinese(pair.tail.text)
        if pair.relation == "FOUNDED" and elsewhere and tail in self._founded:
            return True
        if not self._is_seat(pair):
            return False
        # "Jane, a researcher at Acme, was born in Ireland" says nothing of where Acme is.
        if tail in self._lived_in:
            return True
        # "Acme bought Beta, which is based in Berlin" says nothing of where Acme is.
        if head not in self._seated.get(pair.tail.char_start, {head}):
            return True
        # Where it has its seat is said, in so many words; another sentence is hardly about another one.
        return pair.apart > 1 and head in self._headed

    def is_unlikely(self, pair: Pair) -> bool:
        """Whether something speaks against *pair* that no weight makes good."""
        text, tail = self._text, pair.tail
        ends = (pair.head, tail) if pair.placed else (tail,)
        of_address = any(each.char_start and text[each.char_start - 1] in "@/" for each in ends)
        if of_address or pair.end - pair.start > _MOST_EVIDENCE:
            return True
        together = _LISTED.fullmatch(text, pair.first.char_end, pair.last.char_start)
        if together and pair.relation not in self._symmetric - self._happening - _OF_FAMILIES:
            return True
        if pair.relation in self._happening and self._is_no_deed(pair):
            return True
        if pair.relation in _OF_EVENTS and not pair.chinese:
            event = pair.head if pair.relation == "HELD_IN" else tail
            if pair.apart > 1 or _PRIZE.search(event.text):
                return True
        # In the news it takes ministers and envoys for leaders of their countries; rules know the words.
        if pair.relation == "LEADS" and tail.type != self._organization:
            return True
        if pair.relation == "SUBSIDIARY_OF" and (pair.apart > 1 or is_turned(text, pair.head, tail)):
            return True
        # "The chairman, Tom Lee, was silent": of which of several named before, no sentence says.
        rivals = self._rivals[pair.proposed.head, pair.relation] > 1
        if pair.relation in _OF_POSTS and pair.apart > 1 and rivals and not pair.chinese:
            return True
        if is_misread(text, pair) or (pair.relation in OF_THINGS and OF_IT.match(text, tail.char_end)):
            return True
        return (
            self._is_no_business(pair) or (pair.placed and self._is_elsewhere(pair)) or self._is_denied(pair)
        )

    def typed(self, pair: Pair, typer: RelationTyper) -> TypedRelation | None:
        """*pair* by the first relation of the ontology that its ends allow."""
        text, head, tail = self._text, pair.head, pair.tail
        named_so = names_of(pair.relation)
        if len(named_so) > 1 and not _SEAT.search(text, pair.start, pair.end):
            named_so = named_so[-1:]
        name = next((it for it in named_so if self._ontology.allows(head.type, it, tail.type)), None)
        if name is None:
            return None
        said = (between(text, pair), pair.start, pair.end, pair.proposed.confidence, TAGGER)
        return typer.check(name, Relation(head, tail, *said))

    def seen(self, pair: Pair, titles: Mapping[str, Set[str]]) -> Seen:
        """What speaks for *pair*."""
        head, tail, placed = pair.head, pair.tail, pair.placed
        chinese = "companies" if self._is_business(pair) else "zh"  # it has weights of its own
        witnesses = relation_witnesses(
            pair.relation,
            likely=pair.proposed.confidence,
            names=head.confidence * tail.confidence,
            sentences=pair.apart,
            rivals=self._rivals[pair.proposed.head, pair.relation] - 1,
            country=head.name in COUNTRIES,
            adjective=tail.text in ADJECTIVES,
            known=self._known(pair),
            through=self._held.through(head.name, tail.name) if placed else 0.0,
            others=self._held.others(head.name, tail.name) if placed else 0.0,
            named=self._is_seat(pair) and is_named_after(head.name, tail.name),
            titles=titles.get(head.name, frozenset()),
            of_another=any(head.name == it for it, _ in self._posts),
            has_another=any(tail.name == it for _, it in self._posts),
        )
        return Seen(chinese if pair.chinese else "en", witnesses, pair.apart == 1 or self._where(pair).led)

    def _is_business(self, pair: Pair) -> bool:
        of_firms = pair.head.type == pair.tail.type == self._organization
        return of_firms and pair.relation in _OF_BUSINESS

    def _is_seat(self, pair: Pair) -> bool:
        """Whether it says where an organization is."""
        return pair.placed and pair.head.type == self._organization

    def _known(self, pair: Pair) -> bool | None:
        """Whether the gazetteer has the one place in the other; None where it does not know."""
        of_places = pair.placed and pair.head.type == self._location
        return lies_in(pair.head.name, pair.tail.name) if of_places else None

    def _where(self, pair: Pair) -> Whereabouts:
        return self._places.look(
            pair.tail, *((pair.start, pair.end) if pair.apart == 1 else (0, len(self._text)))
        )

    def _is_no_business(self, pair: Pair) -> bool:
        """Whether it is of business between two firms in Chinese, or known from such, and nothing says that they have
        to do with each other."""
        if not pair.chinese or not self._is_business(pair):
            return pair.relation in _OF_CHINESE_NEWS
        said = self._text[pair.start : pair.end]
        return pair.apart > 1 or not may_be_business(pair.head.text, pair.tail.text, said)

    def _is_no_deed(self, pair: Pair) -> bool:
        """Whether it would be told of another sentence, or of what is still to come, in English. Where somebody was
        only rules say: the tagger takes whatever place is named near them."""
        if pair.relation in _ANYWHERE or pair.chinese:
            return pair.relation in _ANYWHERE
        return pair.apart > 1 or _NOT_YET.search(self._text, pair.start, pair.end) is not None

    def _is_elsewhere(self, pair: Pair) -> bool:
        """Whether the head is not in the tail, or another name may be meant."""
        head, tail, known = pair.head, pair.tail, self._known(pair)
        if not known and (is_office(head.name) or is_elsewhere(head.name, tail.name)):
            return True
        if self._is_seat(pair) and acts_abroad(head.name, tail.name):
            return True
        own, _ = self._sentence_of(tail.char_start)
        if head.char_end <= own and _UNNAMED.match(self._text, own):
            before = {m.name for m in self._mentions if m.type == head.type and m.char_end <= own}
            if len(before) > 1:
                return True
        return (
            head.type == self._location and not known and not _is_placed(tail, self._where(pair), pair.apart)
        )

    def _sentence_of(self, place: int) -> Span:
        return self._sentences[bisect_right(self._sentences, place, key=itemgetter(0)) - 1]

    def _is_denied(self, pair: Pair) -> bool:
        if pair.relation in _LASTING:
            # What would be, or is not, elsewhere in a sentence does not move a place, nor unmake a book.
            return pair.apart == 1 and is_unstated(self._text, pair.first.char_start, pair.last.char_end)
        return any(is_unstated(self._text, *each) for each in self._saying(pair))

    def _saying(self, pair: Pair) -> Iterator[Span]:
        """What says how both are related: the sentences that name one of them; in Chinese, where these go on and on,
        from clause to clause, but for what companies do to each other, which is denied later on."""
        text = self._text
        for start, end in sorted({self._sentence_of(each.char_start) for each in (pair.head, pair.tail)}):
            if has_chinese(text[start:end]) and pair.relation not in _OF_CHINESE_NEWS:
                commas = list(_COMMA.finditer(text, start, end))
                begins = [it.end() for it in commas if it.end() <= pair.first.char_start]
                ends = [it.start() for it in commas if it.start() >= pair.last.char_end]
                yield max(begins, default=start), min(ends, default=end)
            else:
                yield start, end


def _is_placed(tail: Mention, where: Whereabouts, sentences: int) -> bool:
    """Whether a place may be taken for one in *tail*: where the text names several countries, only by what the sentence
    says; and not where *tail* only acts ("the US says")."""
    if where.led:
        return sentences == 1 or not where.others or tail.name not in COUNTRIES | STATES
    return not where.others and tail.text in ADJECTIVES
