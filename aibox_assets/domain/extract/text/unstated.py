"""What a text denies or supposes, and what is no fact for that."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from aibox_assets.domain.extract.type_relations import TypedRelation

_BEFORE: Final = 12  # characters before the first end
# Before the first end: somebody only thinks so, or voted it down.
_THOUGHT: Final = re.compile(r"(?<![引难難])以[为為]|否[决決]了?|(?:误传|誤傳|谣传|謠傳)")
# Behind the last: it is said to be untrue.
_REFUTED: Final = re.compile(
    r"[^。！？!?\n]{0,12}?(?:[這这此][種种一]?[說说]法|之說|之说)[^。！？!?\n，,]{0,6}?"
    r"(?:過時|过时|不實|不实|有[誤误]|錯誤|错误|失實|失实|不准|不確|不确)"
)
_NOT_NEWS: Final = re.compile(
    r"[^。！？!?\n，,]{0,6}?的(?:消息|傳聞|传闻|傳言|传言|說法|说法|報道|报道|報導)"
    r"[^。！？!?\n]{0,14}?(?:否[认認]|不實|不实|辟[谣謠]|闢謠|有[误誤])"
)
# What is called off takes place nowhere.
_PLANNED: Final = re.compile("原[定訂订]")
_CALLED_OFF: Final = re.compile(r"[^。！？!?\n]{0,20}?(?:取消|停[办辦]|作[罢罷]|告吹)")
_TITLE: Final = "HAS_ROLE"
# What somebody is stands, whatever is said of them.
_STANDS: Final = frozenset({_TITLE, "LEADS", "FOUNDED", "WORKS_FOR", "LOCATED_IN"})
_HELD: Final = frozenset({"HELD_IN", "OCCURRED_ON"})
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
    return is_unstated(text, begin, ends[1][1]) or is_refuted(text, typed)


def is_refuted(text: str, typed: TypedRelation) -> bool:
    """Whether the words around *typed* say that it is untrue, was voted down or called off, in Chinese."""
    start = min(typed.head.char_start, typed.tail.char_start)
    end = max(typed.head.char_end, typed.tail.char_end)
    if typed.relation != _TITLE and _is_refuted(text, start, end):
        return True
    if typed.relation not in _STANDS and _NOT_NEWS.match(text, end):
        return True
    planned = typed.relation in _HELD and _PLANNED.search(text, _lead(text, start), end)
    return bool(planned) and _CALLED_OFF.match(text, end) is not None


@lru_cache(maxsize=256)  # of one sentence it is asked for each pair of its names
def is_unstated(text: str, start: int, end: int) -> bool:
    """Whether the words from *start* to *end*, or those around, deny, suppose or plan what they say."""
    return _UNSTATED.search(text, start, end) is not None or _is_refuted(text, start, end)


def _is_refuted(text: str, start: int, end: int) -> bool:
    return _THOUGHT.search(text, _lead(text, start), end) is not None or _REFUTED.match(text, end) is not None


def _lead(text: str, start: int) -> int:
    """Where the words of the same sentence right before *start* begin."""
    first = max(0, start - _BEFORE)
    return max(first, *(text.rfind(mark, first, start) + 1 for mark in "。！？\n"))
