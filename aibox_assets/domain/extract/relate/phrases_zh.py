"""Who followed whom, left what, sued whom and supplies whom, as whole Chinese phrases say it: 由乙接任, 给乙、丙供货.

Each name is one letter of the text that is searched, and so are names in a row; a phrase is then a short pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.recognize.lexicon_zh import POSTS
from aibox_assets.domain.extract.relate.anaphors_zh import is_another_name, without_other_names
from aibox_assets.domain.extract.relate.roles_zh import TITLE
from aibox_assets.domain.models import Mention, Relation

_PERSON, _FIRM, _PLACE = "\ue000", "\ue001", "\ue002"
_WITH: Final = re.compile(r"[」”\"]?\s*(?:、|和|与|及|以及|跟|暨)\s*[「“\"]?")
_TITLE: Final = rf"{TITLE}|{'|'.join(POSTS)}|夫人|妻子|丈夫|儿子|女儿|女婿|弟弟|长子|次子"
_TITLED: Final = rf"(?:(?:现任|新任|时任|前任|前|原|其|的)?(?:{_TITLE})){{0,2}}"
_SURE: Final = 0.85


def _phrase(written: str) -> re.Pattern[str]:
    """The pattern that *written* is short for: h and t are head and tail; P, O and L a person, an organization and a
    place (where they are no ends, too), N one of the first two, T a title or none; "~8" is up to eight characters of a
    clause without a name, "≈8" of a sentence without a person, "…8" of a sentence."""
    any_name = f"{_PERSON}{_FIRM}{_PLACE}"
    short = {
        "hP": rf"(?:[{_FIRM}{_PLACE}]的?)?{_TITLED}[「“]?(?P<h>{_PERSON})[」”]?(?:{TITLE})?",
        "tP": rf"(?:[{_FIRM}{_PLACE}]的?)?{_TITLED}[「“]?(?P<t>{_PERSON})[」”]?(?:{TITLE})?",
        "hO": rf"[「“\"]?(?P<h>{_FIRM})[」”\"]?",
        "tO": rf"(?:{_PLACE}的?)?[「“\"]?(?P<t>{_FIRM})[」”\"]?",
        "hN": rf"(?:[{_FIRM}{_PLACE}]的?)?{_TITLED}[「“\"]?(?P<h>[{_PERSON}{_FIRM}])[」”\"]?",
        "tN": rf"(?:[{_FIRM}{_PLACE}]的?)?{_TITLED}[「“\"]?(?P<t>[{_PERSON}{_FIRM}])[」”\"]?",
        "tL": rf"(?P<t>{_PLACE})",
        "hL": rf"(?P<h>{_PLACE})",
        "P": _PERSON,
        "O": _FIRM,
        "L": _PLACE,
        "T": _TITLED,
    }
    spelled = re.sub("[ht][POLN]|[POLT]", lambda found: short[found.group()], written)
    spelled = re.sub(r"~(\d+)", rf"[^，,。；！？\n{any_name}]{{0,\1}}?", spelled)
    spelled = re.sub(r"≈(\d+)", rf"[^。；！？\n{_PERSON}]{{0,\1}}?", spelled)
    spelled = re.sub(r"…(\d+)", r"[^。；！？\n]{0,\1}?", spelled)
    return re.compile(spelled)


_ON: Final = "(?:~8[年月日]|同日|同时|随后|职务|职位|遗缺|一职|并|改|转)?"
_TAKES: Final = "(?:接任|接棒|继任|接替|接手|接班|接掌|继位|即位)"
_GOES: Final = "(?:卸任|离任|离职|辞职|辞任|请辞|去职|下台|退位)"
_AWAY: Final = "(?:离职|辞职|出走|跳槽|转投|转会|转往|退休|离任|退役)"
_JOINED: Final = "(?:创立|创办|创建|任教于|任职于|就职于|供职于|效力于|加入|加盟|转赴)"
_DEALS: Final = "(?:供货|供应|供料|代工|供给)"
_CLIENTS: Final = "(?:的|主要|核心|重要|海外|最大|前[三五十]大|的|第一个?|大)*客户"
_WARES: Final = "(?:零部件|零件|部件|配件|组件|芯片|晶片|电池|电芯|材料|原料|设备|模组|面板|钢材)"
_GOODS: Final = "(?!~8(?:业务|股|资产|权|厂|部门|地|楼|公司))~8"
_PHRASES: Final = tuple(
    (relation, _phrase(written))
    for relation, written in (
        (
            "SUCCEEDED",
            f"tP≈40(?:{_GOES}|辞去|退休|病|逝|调|曾任|不再|转任|升任|免去)≈16[，,]{_ON}由hP~4{_TAKES}",
        ),
        ("SUCCEEDED", f"tP(?:死|去世|逝世|病逝|遇刺|驾崩|{_GOES})(?:身亡)?之?后[，,]hP~4{_TAKES}"),
        ("SUCCEEDED", "tP≈40[，,。]接替?[其他她]的?[班职]?的是L?~8hP"),
        ("SUCCEEDED", "tP~8(?:交棒|交班|传位|让位)[给予于与]hP"),
        ("SUCCEEDED", "tP~8[把将]~8(?:位子|位置|职位|职务|帅印|大权|班|棒)(?:交|传|让|移交)给了?hP"),
        ("SUCCEEDED", "hP≈40从tP手[中里上]接"),
        ("SUCCEEDED", "hP≈40[，,]接替(?:~8的)?tP"),
        ("SUCCEEDED", f"tP的?(?:儿子|女儿|弟弟|妹妹|长子|次子|女婿|侄子)hP~2{_TAKES}"),
        ("SUCCEEDED", f"tP的?(?:职务|职位|位置|遗缺|工作)~2由hP~2(?:{_TAKES}|担任|出任|代理)"),
        ("SUCCEEDED", "由hP~2(?:接替|接任|取代|顶替)tP"),
        ("SUCCEEDED", "tP的继任者(?:是|为)?hP"),
        ("SUCCEEDED", "hP(?:是|为|作为)tP的继任者"),
        ("SUCCEEDED", "hP的前任(?:是|为)?tP"),
        ("LEFT", f"[从自]tO{_AWAY}的hP"),
        ("LEFT", "hP~8[从自]tO~8(?:退休|卸任|离任|离职)"),
        ("LEFT", "hP~6被tO~2(?:解雇|开除|解聘|辞退|免职)"),
        ("LEFT", "tO~4(?:解雇|开除|解聘|辞退)了?hP"),
        ("LEFT", f"hP(?:≈24[，,])?~8[从自]tO~2{_AWAY}"),
        ("LEFT", f"tO的?~2ThP~8{_GOES}"),
        ("LEFT", f"tO~6(?:公告|宣布|公布|证实)[，,]hP~8{_GOES}"),
        ("LEFT", f"tO~4的hP~4(?:辞去|{_GOES})"),
        ("LEFT", "tO的?ThP~8(?:转往|转投|转会|跳槽)"),
        ("LEFT", "hP~8(?:离开|退出|辞去)了?tO"),
        ("LEFT", f"hP{_GOES}后[，,]P~4(?:接掌|执掌|接管)tO"),
        ("LEFT", f"hP≈40{_JOINED}tO~4[，,]~10(?:辞去|{_GOES})"),
        ("ACCUSED", "原告~4hN[^。；！？\n]{0,12}?被告~8tN"),
        ("ACCUSED", "hN诉~4tN"),
        ("ACCUSED", "hN~6对tN~2(?:提起公?诉|提出(?:指控|控告)|的~6(?:诉讼请求|起诉|指控))"),
        ("ACCUSED", "hN~6[把将]tN(?:告上|诉至|诉诸)"),
        ("ACCUSED", "tN~4被hN(?:告上|诉至)"),
        ("ACCUSED", "hN~12(?:起诉|状告|控告|举报)了?tN"),
        ("REPRESENTS", "tN的(?:代理|辩护|委托)?律师hP"),
        ("SUPPORTED", "hN~4对tN~4表示了?(?:支持|赞赏|感谢|祝贺|声援)"),
        ("CRITICIZED", "hN~4对tN~2(?:予以|提出|进行|给予)了?(?:通报|公开|严厉|强烈)?(?:批评|谴责)"),
        ("SUPPLIES", f"hO(?:≈20[，,])?~6[向给替为]tO~6{_DEALS}(?!商|链)"),
        ("SUPPLIES", f"hO~6{_DEALS}给了?tO"),
        ("SUPPLIES", f"hO(?:≈20[，,](?:公司)?)?{_CLIENTS}~2(?:包括|有|是|为|涵盖)tO"),
        ("SUPPLIES", f"hO的{_CLIENTS}tO"),
        ("SUPPLIES", f"tO(?:便|也|就|都|均)?是hO{_CLIENTS}"),
        ("SUPPLIES", f"hO…30[，,]tO(?:都|均)?是[它其]{_CLIENTS}"),
        ("SUPPLIES", "hO(?:≈20[，,])?~8(?:是|成为|成了|做了|作为)tO的~4供应商"),
        ("SUPPLIES", f"hO(?:≈12[，,])?(?:的|把|将){_GOODS}(?:卖|售|销)给了?tO"),
        ("SUPPLIES", "tO~8与hO~6签约[，,]采购"),
        ("SUPPLIES", "tO≈24外包给了?hO"),
        ("SUPPLIES", "tO~8[从向]hO~4(?:采购|订购|购买|购入|进货)(?!~10的)"),
        ("SUPPLIES", f"hO~6[向给替为]tO~4提供了?~8{_WARES}"),
        ("SUPPLIES", "hO~12(?:进入|打入|跻身|加入)了?tO的?~4供应链"),
        ("SUPPLIES", "tO的?~6供应商(?:包括|有|是|为)hO"),
        ("SUPPLIES", "tO的~4供应商hO"),
        ("SUPPLIES", f"tO的~8由hO~4{_DEALS}"),
        ("WAS_IN", "hP~8(?:身|(?<![等个名数多一])人)在tL(?=[，,。])"),
        ("NEAR", "hL[离距]tL(?:不远|很近)"),
        ("NEAR", "hO[离距]tL(?:不远|很近)"),
        ("WAS_IN", "记者hP~10[自在从]tL(?:报道|报导|电)"),
        ("NEAR", "[在于]hL[，,](?:紧邻|毗邻|邻近|靠近|紧靠)tL"),
    )
)
# What no phrase of a relation is without, so that most sentences need not be searched for it.
_WORDS: Final = {
    relation: re.compile(words)
    for relation, words in {
        "SUCCEEDED": "接|继|即位|[交传让]|取代|顶替|前任|职务|职位|位置|遗缺|工作",
        "LEFT": "离|辞|退|卸|出走|跳槽|转|去职|下台|解雇|开除|解聘|免职",
        "ACCUSED": "诉|告|控|举报",
        "REPRESENTS": "律师",
        "SUPPORTED": "支持|赞赏|感谢|祝贺|声援",
        "CRITICIZED": "批评|谴责",
        "SUPPLIES": "供|客户|卖|售|销|购|外包|进货|代工",
        "WAS_IN": "[身人]在|记者",
        "NEAR": "离|距|邻|靠",
    }.items()
}
_SENTENCE: Final = re.compile(r"[^。；！？\n]*(?:。(?=接)[^。；！？\n]*)*[。；！？\n]?")
_UNSTATED: Final = re.compile(
    r"没|未|不(?!久|再|断|动)|否认|拒绝|可能|拟|计划|考虑|打算|有意|希望|如果|传闻|是否|建议|而非|一旦|传出"
)
# Behind what is said: a question, or said to be untrue.
_DENIED: Final = re.compile(r"[^。！？!?；;\n]{0,40}?(?:[？?]|传闻|传言|之说|的说法|被否认|遭否认)")


@dataclass(frozen=True, slots=True)
class PhraseKinds:
    """The types of people, organizations and places."""

    person: str | None
    firm: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class _Letters:
    """:ivar text: with a letter for each row of names. :ivar rows: the names by the letter's place. :ivar places: in
    the text that is read, by the place in this one."""

    text: str
    rows: dict[int, list[Mention]]
    places: list[int]


def read_phrases(text: str, names: Sequence[Mention], kinds: PhraseKinds) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so, for those of *names*, in order, that a phrase of *text* relates."""
    if not has_chinese(text) or len(names) < 2:
        return
    letters = _letters(to_simplified(text), names, kinds)
    spans = {relation: list(_spans(letters, words)) for relation, words in _WORDS.items()}
    for relation, phrase in _PHRASES:
        for found in _found(phrase, letters.text, spans[relation]):
            if _UNSTATED.search(found.group()) or _DENIED.match(letters.text, found.end()):
                continue
            start, end = letters.places[found.start()], letters.places[found.end() - 1] + 1
            for head in letters.rows[found.start("h")]:
                for tail in letters.rows[found.start("t")]:
                    said = text[min(head.char_end, tail.char_end) : max(head.char_start, tail.char_start)]
                    ends = (
                        min(start, head.char_start, tail.char_start),
                        max(end, head.char_end, tail.char_end),
                    )
                    yield relation, Relation(head, tail, said.strip() or relation, *ends, _SURE)


def _spans(letters: _Letters, words: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The sentences with one of *words* and with two rows of names."""
    for sentence in _SENTENCE.finditer(letters.text):
        start, end = sentence.span()
        if sum(start <= row < end for row in letters.rows) > 1 and words.search(letters.text, start, end):
            yield start, end


def _found(phrase: re.Pattern[str], text: str, spans: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    for start, end in spans:
        yield from phrase.finditer(text, start, end)


def _letters(folded: str, names: Sequence[Mention], kinds: PhraseKinds) -> _Letters:
    known = {kinds.person: _PERSON, kinds.firm: _FIRM, kinds.place: _PLACE}
    parts, places, rows = list[str](), list[int](), dict[int, list[Mention]]()
    at, last = 0, -1
    for each in without_other_names(folded, names):
        letter = known.get(each.type)
        if letter is None or each.char_start < at or is_another_name(folded, each.char_start):
            continue
        row = rows.get(last)
        if row and row[0].type == each.type and _WITH.fullmatch(folded, row[-1].char_end, each.char_start):
            row.append(each)
        else:
            parts += [folded[at : each.char_start], letter]
            places += [*range(at, each.char_start), each.char_start]
            last = len(places) - 1
            rows[last] = [each]
        at = each.char_end
    return _Letters("".join([*parts, folded[at:]]), rows, [*places, *range(at, len(folded))])
