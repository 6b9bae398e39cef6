"""What a text denies or supposes, and what is no fact for that."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from aibox_assets.domain.extract.type_relations import TypedRelation

_BEFORE: Final = 12  # characters before the first end
# Not so, or not known to be so; in the sentence that names both ends.
_UNSTATED: Final = re.compile(
    r"\b(?:not|never|neither|nor|nowhere|no longer|tipped|taken for the|"
    r"den(?:y|ies|ied)|refus\w+|fail\w* to|reject\w*|rumou?r\w*|alleged\w*|"
    r"might|may|could|would|[Ii]f|[Ww]hether|[Uu]nless|plans? to|considers?|considering)\b|n['’]t\b|"
    r"没有|未能|并未|从未|并非|不是|否认|拒绝|不会|不再|可能|或将|考虑|计划(?=(?:于|在)?(?:今|明|后|下|未来|年内|近期|\d)|[收入设成建投])|(?<![虚模草])拟(?=[收入设成建投将与向以在参转出])|打算|有意|希望|如果|假如|倘若|若非|若是|(?<!主)要是|除非|传闻|传言|有消息称|据传|消息人士|是否|(?<![\u4e00-\u9fff])若(?!干)|"
    r"沒有|並未|從未|並非|否認|拒絕|不會|不再|或將|考慮|傳聞|傳言|有消息稱|據傳"
)


_GIVEN: Final = frozenset({"'s", "’s", ","})
"""What stands between names that no question asks about: "Could it reach Croydon's Purley Way?"."""
_CONDITION: Final = re.compile(r"\s*(?:If|Unless|Whether)\s")


def is_denied(text: str, typed: TypedRelation) -> bool:
    """Whether the words around and between the ends of *typed* deny, suppose or ask it."""
    begin, end = typed.evidence.char_start, typed.evidence.char_end
    asked = text[begin:end].rstrip().endswith("?") and typed.evidence.phrase not in _GIVEN
    if asked or _CONDITION.match(text, begin):
        return True
    ends = sorted((each.char_start, each.char_end) for each in (typed.head, typed.tail))
    begin = max(typed.evidence.char_start, ends[0][0] - _BEFORE)
    return is_unstated(text, begin, ends[1][1])


@lru_cache(maxsize=256)  # of one sentence it is asked for each pair of its names
def is_unstated(text: str, start: int, end: int) -> bool:
    """Whether the words from *start* to *end* deny, suppose or plan what they say."""
    return _UNSTATED.search(text, start, end) is not None
