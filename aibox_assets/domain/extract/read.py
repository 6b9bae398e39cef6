"""What is known of a chunk on its way through the offline extractor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from aibox_assets.domain.extract.records import Records
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.extract.text.layout import Layout
from aibox_assets.domain.extract.text.scripts import Segment
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention, Relation


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chunk before its names are looked for.

    :ivar documents: of the English ones among *parts*, by their place. :ivar tag: gives what the tagger reads in it.
    """

    layout: Layout
    records: Records
    parts: Sequence[Segment]
    documents: dict[int, Document]
    tag: Callable[[], Tagged]


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the rules tell of a chunk.

    :ivar dates: that are no parts of names. :ivar said: in the text's words. :ivar named: by rules that know their
        relations, with ends of their own. :ivar titles_of_works: among these.
    :ivar lasting: what is so for a time. :ivar told: roles, dates, works, and what lies within what.
        :ivar happened: who did what to whom.
    :ivar titles: of people by their names, the relations that their titles state.
    :ivar made: by whom what was made, by their names.
    """

    tagged: Tagged
    names: list[Mention]
    dates: list[Mention]
    said: list[Relation]
    named: list[Relation]
    titles_of_works: list[Mention]
    lasting: list[TypedRelation]
    told: list[TypedRelation]
    happened: list[TypedRelation]
    titles: Mapping[str, Set[str]]
    made: frozenset[tuple[str, str]]

    @property
    def related(self) -> list[TypedRelation]:
        """What the tagger need not tell."""
        return [*self.lasting, *self.happened]
