"""Names of a text together with the words that stand for them (他, 该公司), for the rules that know their relations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.anaphors_zh import words_meant
from aibox_assets.domain.models import Mention, Relation

_SENTENCE: Final = re.compile(r"[^。！？!?\n；;]+[。！？!?\n；;]?")


@dataclass(frozen=True, slots=True)
class Named:
    """:ivar names: and the words that stand for one, in order. :ivar meant: where the sentence starts that has the name
    for which a word stands."""

    names: Sequence[Mention]
    meant: Mapping[Mention, int]

    def shown(self, relation: Relation) -> Relation:
        """*relation*, whose evidence shows the name that a word stands for."""
        starts = [self.meant[each] for each in (relation.head, relation.tail) if each in self.meant]
        return replace(relation, char_start=min([relation.char_start, *starts]))


def read_named(text: str, names: Sequence[Mention], kinds: Mapping[str, str]) -> Named:
    """*names* of *text*, and its words for them. :param kinds: the types that words may stand for."""
    if not has_chinese(text):
        return Named(names, {})
    folded = to_simplified(text)
    sentences = [each.span() for each in _SENTENCE.finditer(folded)]
    meant = dict(words_meant(sentences, folded, names, kinds))
    return Named(sorted([*names, *meant], key=lambda each: each.char_start), meant)
