"""What rules tell beside the relations of phrases: roles, lives, works, places within names, deeds; and the names that
only these rules know: dates and events. Each only where the ontology has a type for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from aibox_assets.domain.extract.deeds import Deeds
from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.naming.titled import TitleTypes, with_things, with_titles, without_titles
from aibox_assets.domain.extract.recognize.dates import LABEL as DATE
from aibox_assets.domain.extract.recognize.dates import read_dates
from aibox_assets.domain.extract.relate.chinese import roles as roles_zh
from aibox_assets.domain.extract.relate.chinese.anaphors import kinds_of
from aibox_assets.domain.extract.relate.chinese.dated import DATED, Kinds, read_dated
from aibox_assets.domain.extract.relate.chinese.firms import read_firms
from aibox_assets.domain.extract.relate.chinese.kin import read_kin
from aibox_assets.domain.extract.relate.chinese.life import is_narrowed, read_life
from aibox_assets.domain.extract.relate.chinese.meant import Named, read_named
from aibox_assets.domain.extract.relate.chinese.neighbours import read_neighbours
from aibox_assets.domain.extract.relate.chinese.phrases import PhraseKinds, read_phrases
from aibox_assets.domain.extract.relate.chinese.places import innermost, read_places, with_rows
from aibox_assets.domain.extract.relate.chinese.posts import read_posts as read_chinese_posts
from aibox_assets.domain.extract.relate.chinese.posts import read_staff
from aibox_assets.domain.extract.relate.chinese.works import read_works as read_chinese_works
from aibox_assets.domain.extract.relate.english import roles as roles_en
from aibox_assets.domain.extract.relate.english.acts import read_acts
from aibox_assets.domain.extract.relate.english.dated import read_dated as read_english_dated
from aibox_assets.domain.extract.relate.english.founded import read_founded
from aibox_assets.domain.extract.relate.english.life_dates import read_life_dates
from aibox_assets.domain.extract.relate.english.made import read_made, without_publishers
from aibox_assets.domain.extract.relate.english.marked import NameTypes
from aibox_assets.domain.extract.relate.english.occurred import read_occurred
from aibox_assets.domain.extract.relate.english.posts import read_posts
from aibox_assets.domain.extract.relate.english.products import read_products
from aibox_assets.domain.extract.relate.english.things import MadeTypes
from aibox_assets.domain.extract.relate.english.within import read_within
from aibox_assets.domain.extract.relate.english.works import WORK, read_works
from aibox_assets.domain.extract.relate.lives import read_lives
from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.extract.text.scripts import Segment
from aibox_assets.domain.extract.text.shift import shift_mention, shift_relation
from aibox_assets.domain.extract.text.spans import inside, overlaps, spans_of
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

EVENT: Final = "EVENT"
PRODUCT: Final = "PRODUCT"
HAS_ROLE: Final = "HAS_ROLE"
Said = tuple[str, Relation]
"""The name of a relation, and what says so."""


class Telling:
    """The rules that know their relations by name.

    :ivar deeds: those for what happened.
    """

    def __init__(self, ontology: Ontology, deeds: Deeds, kinds: Iterable[str]) -> None:
        self.deeds = deeds
        self._kinds = frozenset(kinds)  # the types that tagger and recognizers settle
        labels = ("PERSON", "ORG", "GPE", EVENT, DATE, PRODUCT, roles_en.LABEL)
        self._types: Mapping[str, str | None] = {label: ontology.entity_type_of(label) for label in labels}
        self._meant = kinds_of(ontology)
        known = {each.name: frozenset(each.head_types) for each in ontology.relation_types}
        self._dated = Kinds({name: known[name] for name in DATED if name in known}, self._types["GPE"])
        self._work = WORK if any(each.name == WORK for each in ontology.entity_types) else None
        person, organization, product = (self._types[label] for label in ("PERSON", "ORG", PRODUCT))
        self._made = (
            MadeTypes(person, organization, self._types["GPE"], self._types[DATE], product, self._work)
            if person is not None and organization is not None and product is not None
            else None
        )

    def with_events(
        self, text: str, names: Sequence[Mention], taken: Sequence[tuple[int, int]]
    ) -> list[Mention]:
        """*names* and those of events and works among what is no person, organization or place, nor *taken*."""
        event = self._types[EVENT]
        if event is None:
            return list(names)
        return with_titles(text, names, taken, self._kinds, TitleTypes(event, self._types["GPE"], self._work))

    def dates(self, text: str, names: Sequence[Mention]) -> list[Mention]:
        """Those that are no part of a name."""
        date = self._types[DATE]
        if date is None:
            return []
        taken = spans_of(names)
        return [each for each in read_dates(text, date) if not overlaps(each, taken)]

    def named(self, text: str, names: Sequence[Mention]) -> Named:
        """*names*, and the words of Chinese sentences that stand for one."""
        return read_named(text, names, self._meant)

    def works(self, text: str, names: Sequence[Mention]) -> list[Said]:
        """Who made what."""
        makers = frozenset(filter(None, (self._types["PERSON"], self._types["ORG"])))
        if self._work is None:
            return []
        named = self.named(text, names) if "《" in text or "〈" in text else Named([], [], {})
        people = [each for each in named.names if each.type == self._types["PERSON"]]
        bands = [each for each in named.own if each.type == self._types["ORG"]]
        chinese = read_chinese_works(text, people, self._work, bands)
        return [
            *read_works(text, names, makers, self._work),
            *((name, named.shown(each)) for name, each in chinese),
        ]

    def without_titles(self, names: Sequence[Mention], works: Sequence[Said]) -> list[Mention]:
        """*names* but those that are titles of *works*, which are their own; Chinese rules relate these, too."""
        return without_titles(names, [each.tail for _, each in works], self._kinds)

    def made(
        self,
        parts: Sequence[Segment],
        documents: dict[int, Document],
        names: Sequence[Mention],
        dates: Sequence[Mention],
        works: Sequence[Said],
    ) -> list[Said]:
        """Who made or uses which product, and since when it is out, in English; products within titles of *works* are
        none."""
        types = self._made
        if types is None:
            return []
        told = [
            (name, shift_relation(relation, parts[j].start))
            for j, document in documents.items()
            for own, days in [
                [
                    [shift_mention(each, -parts[j].start) for each in inside(of, parts[j])]
                    for of in (names, dates)
                ]
            ]
            for name, relation in _both(
                read_made(document, own, days, types), read_products(parts[j].text, own, days, types)
            )
        ]
        # A band is one, and its first album is called like it.
        firms: dict[str, int] = {}
        for each in names:
            if each.type == types.organization:
                firms.setdefault(each.name, each.char_start)
        told = without_publishers(told, works)
        titles = titles_of((*works, *told))
        return [
            each
            for each in told
            if not any(
                (end.type != types.organization and firms.get(end.name, end.char_start) < end.char_start)
                or (end.type == types.product and overlaps(end, spans_of(titles)))
                for end in (each[1].head, each[1].tail)
            )
        ]

    def with_products(self, names: Sequence[Mention], made: Sequence[Said]) -> list[Mention]:
        """*names*, where what is *made* or used is no organization."""
        kinds = (self._types[PRODUCT], self._work)
        ends = [end for _, said in made for end in (said.head, said.tail)]
        return with_things(names, {each.name: each for each in ends if each.type in kinds})

    def life_dates(
        self,
        parts: Sequence[Segment],
        documents: dict[int, Document],
        names: Sequence[Mention],
        dates: Sequence[Mention],
    ) -> Iterator[Said]:
        """When people were born and died, and organizations were founded, in English sentences."""
        person, organization, date = (self._types[label] for label in ("PERSON", "ORG", DATE))
        if person is None or organization is None or date is None:
            return
        types = NameTypes(person, organization, self._types["GPE"])
        for j, document in documents.items():
            own, days = (
                [shift_mention(each, -parts[j].start) for each in inside(of, parts[j])]
                for of in (names, dates)
            )
            for name, relation in read_life_dates(document, own, days, types, date):
                yield name, shift_relation(relation, parts[j].start)

    def lives(
        self, text: str, named: Named, dates: Sequence[Mention], made: Iterable[Said] = ()
    ) -> list[Said]:
        """When people were born and died, who founded organizations, when, and when what was *made* came out."""
        date = self._types[DATE]
        if date is None:
            return []
        dated = read_dated(text, named.names, dates, self._dated)
        people = [each for each in named.own if each.type == self._types["PERSON"]]
        english = []
        if self._made is not None:
            kinds = (self._made.product, self._work)
            things = [each.tail for _, each in made if each.tail.type in kinds]
            known = spans_of(things)
            things += [each for each in named.own if each.type in kinds and not overlaps(each, known)]
            english = [
                *read_english_dated(text, named.own, things, dates, self._made),
                *read_founded(text, named.own, dates, self._made),
            ]
        event = self._types[EVENT]
        return [
            *(read_occurred(text, named.own, dates, event, date) if event is not None else ()),
            *read_lives(text, people, date),
            *((name, named.shown(each)) for name, each in dated),
            *english,
        ]

    def with_rows(self, text: str, names: Sequence[Mention]) -> list[Mention]:
        """*names*, where a row of places in one (江苏镇江) is called by its last, and known rows are whole."""
        place = self._types["GPE"]
        if place is None:
            return list(names)
        return [innermost(each) if each.type == place else each for each in with_rows(text, names, place)]

    def within(self, text: str, names: Sequence[Mention]) -> list[Said]:
        """Where organizations and places are, by their names, and beside which places."""
        organization, place = self._types["ORG"], self._types["GPE"]
        if place is None:
            return []
        rows = [*read_places(text, names, place), *read_neighbours(text, names, place)]
        return rows if organization is None else [*rows, *read_within(names, organization, place)]

    def roles(
        self, text: str, parts: Sequence[Segment], documents: dict[int, Document], named: Named
    ) -> Iterator[Said]:
        """What people are; in English with whose posts they hold."""
        person, role = self._types["PERSON"], self._types[roles_en.LABEL]
        if person is None or role is None:
            return
        for j, document in documents.items():
            own = [shift_mention(each, -parts[j].start) for each in inside(named.own, parts[j])]
            for relation in roles_en.read_roles(document, own, person, role):
                yield HAS_ROLE, shift_relation(relation, parts[j].start)
            if self._types["ORG"] is not None:
                types = NameTypes(person, self._types["ORG"], self._types["GPE"])
                for name, relation in read_posts(document, own, types, role):
                    yield name, shift_relation(relation, parts[j].start)
        for relation in roles_zh.read_roles(text, named.names, person, role):
            yield HAS_ROLE, named.shown(relation)

    def ties(self, text: str, named: Named, roles: Iterable[Said]) -> Iterator[Said]:
        """Of people: whose posts they hold; in Chinese their titles, families and lives, and what organizations are to
        each other."""
        roles = list(roles)
        yield from (each for each in roles if each[0] != HAS_ROLE)
        person, organization, names = self._types["PERSON"], self._types["ORG"], named.own
        if person is not None:
            yield from read_kin(text, names, person)
            for name, relation in read_life(text, named.names, person, organization, self._types["GPE"]):
                if not is_narrowed(text, relation.tail, names):
                    yield name, named.shown(relation)
        chinese = [each for name, each in roles if name == HAS_ROLE and has_chinese(each.tail.text)]
        if organization is not None:
            posts = list(read_chinese_posts(text, names, chinese, organization, self._types["GPE"]))
            yield from posts
            if person is not None:
                held = {(each.head.name, each.tail.name) for _, each in posts}
                staff = read_staff(text, names, person, organization)
                yield from (each for each in staff if (each[1].head.name, each[1].tail.name) not in held)
            yield from read_firms(text, names, organization, self._types["GPE"], person)

    def happened(
        self, text: str, parts: Sequence[Segment], documents: dict[int, Document], named: Named
    ) -> Iterator[Said]:
        """Who did what to whom."""
        for j, document in documents.items():
            own = [shift_mention(each, -parts[j].start) for each in inside(named.own, parts[j])]
            for name, relation in self._acts(document, own):
                yield name, shift_relation(relation, parts[j].start)
        kinds = PhraseKinds(*(self._types[label] for label in ("PERSON", "ORG", "GPE", EVENT)))
        for name, relation in (
            *self.deeds.chinese(text, named.names),
            *read_phrases(text, named.names, kinds),
        ):
            yield name, named.shown(relation)

    def _acts(self, document: Document, names: Sequence[Mention]) -> Iterator[Said]:
        yield from self.deeds.english(document, names)
        person, organization = self._types["PERSON"], self._types["ORG"]
        if person is not None and organization is not None:
            types = NameTypes(person, organization, self._types["GPE"], self._types[EVENT])
            yield from read_acts(document, names, types)


def _both(surer: Iterable[Said], others: Iterable[Said]) -> Iterator[Said]:
    """*surer*, and *others* of what these say nothing of."""
    told = list(surer)
    yield from told
    pairs = {(each.head.name, each.tail.name) for _, each in told}
    yield from (each for each in others if (each[1].head.name, each[1].tail.name) not in pairs)


def titles_of(told: Iterable[Said]) -> list[Mention]:
    """The works among the ends of *told*."""
    return [end for _, each in told for end in (each.head, each.tail) if end.type == WORK]
