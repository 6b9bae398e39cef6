"""Chinese RE: the words between and behind the mentions of a clause, by the order of Chinese grammar.

Phrases hold the text's words; an ellipsis stands where the tail mention interrupts them (由…收购, 与…合作).
The head is the mention that the clause speaks of; a passive keeps its 由 or 被 for the typing stage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aibox_assets.domain.extract.names import to_simplified
from aibox_assets.domain.extract.recognize.lexicon_zh import PRODUCT_NOUN, TITLE_PATTERN
from aibox_assets.domain.extract.relate.chinese.anaphors import SENTENCE, without_other_names, words_meant
from aibox_assets.domain.extract.relate.chinese.frames import (
    FRAME,
    UNSTATED,
    Sentence,
    frames,
    make_relation,
    own_words,
)
from aibox_assets.domain.extract.relate.chinese.titles import TITLE
from aibox_assets.domain.models import Mention, Relation

# Behind a name: what it is also called, or what is said of it beside.
_BRACKET = re.compile(r"^[（(][^（）()\n]*[）)]")
_CLAUSE_END = re.compile(r"[，,：:]")
# Behind such words somebody or something else acts: "A 公司的管理员创建 B", "A（主持开发 B）", "选“创建 B”".
_ANOTHER = re.compile(r"[（(“「『][^）)”」』]+$|的(?!(?:全球)?(?:总部|总公司))\S{3,}$")
_COORDINATION = re.compile(rf"^\s*(?:和|与|及|以及|跟|同|、|,)\s*(?:其\s*)?(?P<title>{TITLE})?$")
_DESCRIBED = re.compile(
    r"(?<=[购購资資立办辦])[了的]?[^，,的]{2,10}(?:公司|企业|企業|大厂|大廠|巨头|巨頭|[制製造产產开開发發供应應运運营營零售电電]商|厂商|廠商)$|"
    rf"(?<=[出布佈发發制製造计計])[了的]?[^，,的]{{0,8}}{PRODUCT_NOUN}[“「]?$"
)
# What may stand between a clause and the name that it describes.
_OF_CLAUSE = re.compile(r"[^，,。的]{0,4}的[^，,。的]{0,8}")
# 接替乙出任…: the one before takes it.
_REPLACES = re.compile(r"(?:接替|取代|代替|接棒)$")
# 如果…, 若…: what the sentence says is supposed.
_IF = re.compile(r"(?:^|[，,：:])[\s“「]*(?:如果|假如|倘若|若(?!干|尔盖)|(?<!主)要是|一旦|假使|万一|除非)")
_ANY_TITLE = re.compile(TITLE)
_ALSO = re.compile(r"[兼暨]任?")
_TITLED = re.compile(f"(?:{TITLE_PATTERN.pattern})$")
# 在杭州举行的亚运会
_THERE = re.compile(r"(?P<verb>[^，,。的]{2,8})的$")
_LABELLED = re.compile(
    r"[，,；;、\s]*(?P<role>法定代表人|法人代表|董事长|总经理|总裁|负责人|创始人|校长|院长)[:：]\s*"
)
_ROLE = re.compile(
    rf"^(?:的)?(?:现任|时任|前任|前|新任|现|共同|联合)?(?:(?:{TITLE}|{TITLE_PATTERN.pattern})|子公司|母公司|供应商|竞争对手|股东|客户|"
    r"合作伙伴|首都|省会|首府)[是为]?$"
)
# 芬兰游戏公司 Supercell: the place only describes the name behind it.
_DESCRIPTOR = re.compile(
    r"^[^，,、。的]{0,8}(?:公司|企业|大厂|巨头|[制造产开发供应运营零售]商|集团)[\s「“]*$"
)
# A clause that speaks of a part of the sentence's subject.
_OWN_PART = re.compile(r"\s*(?:其)?(?:总部|总公司|工厂|厂房|办公室|研发中心)")
_OF_THINGS = re.compile(
    r"\s*(?:其|现)?(?:总部|总公司|工厂|厂房|办公室|研发中心|位于|坐落|地处|设于|设在|由|隶属)"
)
_NEW_OBJECT = re.compile(r"成立|设立|建立|开设|推出|举办|签署")
# How surely a reading states the relation: words between; a subject carried over a comma; a word that stands for a
# name.
_CONFIDENCE_BETWEEN, _CONFIDENCE_CARRIED, _CONFIDENCE_MEANT = 0.9, 0.75, 0.7
_MOST_MENTIONS = 16
_LONGEST_PHRASE = 16  # characters


def relate(text: str, mentions: Sequence[Mention], kinds: Mapping[str, str] | None = None) -> list[Relation]:
    """The relations between *mentions* that share a sentence of *text*, in the text's own words.

    :param kinds: of :func:`~aibox_assets.domain.extract.relate.chinese.anaphors.kinds_of`; with it words like 他 and
        该公司 stand for them.
    """
    folded = to_simplified(text)
    sentences = [match.span() for match in SENTENCE.finditer(folded)]
    meant = dict(words_meant(sentences, folded, mentions, kinds)) if kinds else {}
    mentions = without_other_names(folded, sorted([*mentions, *meant], key=lambda each: each.char_start))
    found: list[Relation] = []
    for start, end in sentences:
        inside = tuple(each for each in mentions if start <= each.char_start < end)
        inside = tuple(
            each
            for each, following in zip(inside, (*inside[1:], None), strict=False)
            if following is None or not _DESCRIPTOR.match(folded[each.char_end : following.char_start])
        )
        if 2 <= len(inside) <= _MOST_MENTIONS:
            found.extend(_sentence(Sentence(folded, start, end, inside, kinds or {}), text))
    return [
        _with_name(part, meant)
        for each in found
        if each.head.name != each.tail.name
        for part in _by_title(each)
    ]


def _by_title(relation: Relation) -> Iterator[Relation]:
    """是…的创始人兼首席执行官: one relation each."""
    frame, dots, core = relation.phrase.rpartition("…")
    parts = _ALSO.split(core)
    if len(parts) == 1 or not all(_TITLED.search(part) for part in parts):
        yield relation
        return
    for part in parts:
        yield replace(relation, phrase=f"{frame}{dots}{part}")


def _with_name(relation: Relation, meant: Mapping[Mention, int]) -> Relation:
    """The evidence shows the name as well that a word stands for."""
    named = [meant[each] for each in (relation.head, relation.tail) if each in meant]
    if not named:
        return relation
    start, confidence = min(relation.char_start, *named), min(relation.confidence, _CONFIDENCE_MEANT)
    return replace(relation, char_start=start, confidence=confidence)


def _sentence(sentence: Sentence, text: str) -> Iterator[Relation]:
    mentions = sentence.mentions
    topic = next((each for each in mentions if not sentence.is_date(each)), mentions[0])
    subjects: list[Mention] = [topic]
    last: tuple[list[Mention], str, float] | None = None
    dated: Mention | None = None
    framing: tuple[Mention, list[Mention], str] | None = None
    if _IF.search(sentence.text, sentence.start, sentence.end):
        return
    for place in range(1, len(mentions)):
        before, mention = mentions[place - 1], mentions[place]
        gap = _BRACKET.sub("", sentence.between(before, mention))
        if sentence.is_date(mention) and _ANY_TITLE.fullmatch(gap):
            gap = ""  # 袁隆平院士2021年逝世
        dated = before if sentence.is_date(before) else dated
        if _CLAUSE_END.search(gap) and not (dated is before and _CLAUSE_END.match(gap)):
            dated = None  # 1913年，创办…, not 2001年事件后，成立…
        if labelled := _LABELLED.fullmatch(gap):
            # 云帆公司，法定代表人：周婷
            yield make_relation(sentence, text, mention, before, labelled["role"], _CONFIDENCE_BETWEEN)
            continue
        if _COORDINATION.match(gap):
            if last is not None and last[1].startswith("的") and gap.strip() in ("与", "跟", "同"):
                last = None  # 甲的儿子乙与丙结婚
            if last is not None and before.type == mention.type:
                # "A收购了B和C": what holds for B holds for C.
                heads, phrase, confidence = last
                yield from (
                    make_relation(sentence, text, head, mention, phrase, confidence) for head in heads
                )
                continue
            title = _COORDINATION.match(gap)["title"] or ""  # type: ignore[index]
            if framing is not None and framing[0] is before and before.type == mention.type and not title:
                # 由甲和乙创立: what surrounds the one surrounds the other.
                yield from frames(sentence, text, framing[1], mention, framing[2])
                framing = mention, framing[1], framing[2]
                continue
            yield from frames(sentence, text, [before], mention, gap.removesuffix(title))
            subjects = (
                [*subjects, mention]
                if before in subjects and before.type == mention.type
                else [before, mention]
            )
            continue
        last = None
        clause = _CLAUSE_END.split(gap)
        carried = len(clause) > 1
        if carried and clause[-1].strip() and not _starts_new_subject(clause[-1]):
            # The clause has no subject of its own: the sentence's, or, where types say so, the last object.
            heads = [topic]
            if topic.type != before.type and _OF_THINGS.match(clause[-1]):
                # "A创立了B，总部位于C": a person has no head office; "A生产B，工厂位于C": a product has none.
                part = _OWN_PART.match(clause[-1]) and before.type == "Product"
                heads = [topic] if part else [topic, before]
            if _NEW_OBJECT.search(clause[0]) and re.match(r"\s*(?:现)?由", clause[-1]):
                continue  # "A成立实验室，由B主持": B leads what A set up, which has no mention
            confidence, words = _CONFIDENCE_CARRIED, clause[-1]
        elif carried:
            if sentence.is_date(mention):
                yield from frames(sentence, text, [topic], mention, "")  # …，1925年病逝
            subjects = subjects if sentence.is_date(mention) else [mention]
            continue
        else:
            heads, confidence, words = _acting(sentence, place, subjects), _CONFIDENCE_BETWEEN, gap
            if framing is not None and framing[0] is before and sentence.is_date(mention):
                heads = framing[1]  # 由甲创办于1997年
        framed = list(frames(sentence, text, heads, mention, words))
        framing = (mention, heads, words) if framed else None
        if framed:
            yield from framed
        elif _OF_CLAUSE.fullmatch(gap) and (said := _relative(sentence, place)):
            # 总部位于杭州的海康威视, 由甲创立的乙
            yield make_relation(sentence, text, mention, before, said, confidence)
            subjects = [mention]
            continue
        elif (
            not UNSTATED.search(words)
            and not _another_acts(_DESCRIBED.sub("", words))
            and 0 < len(words.strip()) <= _LONGEST_PHRASE
        ):
            there = _THERE.fullmatch(words)
            if there and sentence.text[before.char_start - 1 : before.char_start] in ("在", "于"):
                yield make_relation(sentence, text, mention, before, f"在…{there['verb']}", confidence)
                continue
            phrase = own_words(text, mention.char_start - len(words), mention.char_start)
            phrase = _DESCRIBED.sub("", phrase) or phrase
            if _ROLE.match(words.strip()):
                of = topic if carried else before
                yield make_relation(sentence, text, mention, of, phrase, confidence)
                subjects = [mention]
                continue
            last = (heads, phrase, confidence)
            yield from (make_relation(sentence, text, head, mention, phrase, confidence) for head in heads)
            if dated is not None and not sentence.is_date(mention):
                # 雷军于2010年创办小米: when it was founded.
                yield make_relation(sentence, text, mention, dated, f"于…{phrase}", confidence)
        if before not in subjects and not carried:
            subjects = heads


def _another_acts(words: str) -> bool:
    words = words.strip()
    return _ROLE.match(words) is None and _ANOTHER.search(words) is not None


def _acting(sentence: Sentence, place: int, subjects: list[Mention]) -> list[Mention]:
    """Who acts in "… before … mention": the mention before, unless a preposition leads it (从B收购了C)."""
    before = sentence.mentions[place - 1]
    if before in subjects or sentence.is_date(before):
        return subjects
    lead = sentence.text[sentence.start : before.char_start]
    if _REPLACES.search(lead):
        return subjects
    framed = FRAME.search(lead)
    if framed and framed["word"].endswith(
        (
            "从",
            "在",
            "于",
            "向",
            "对",
            "与",
            "和",
            "跟",
            "同",
            "是",
            "获",
            "获得",
        )
    ):
        return subjects
    return [before]


def _starts_new_subject(words: str) -> bool:
    return not re.search(r"[\u4e00-\u9fff]", words)


def _relative(sentence: Sentence, place: int) -> str:
    """What a clause says before the name at *place*, where it begins with a phrase, and names one thing alone."""
    before, mention = sentence.mentions[place - 1], sentence.mentions[place]
    lead = sentence.text[sentence.start : before.char_start]
    start = max([found.end() for found in _CLAUSE_END.finditer(lead)], default=0)
    if place > 1 and sentence.mentions[place - 2].char_end > sentence.start + start:
        return ""
    lead, verb = lead[start:].strip(), sentence.between(before, mention).partition("的")[0].strip()
    if UNSTATED.search(lead) or not (verb or len(lead) > 1):
        return ""
    return f"{lead}…{verb}" if verb and lead == "由" else lead if not verb else ""
