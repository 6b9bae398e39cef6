"""Who made a work as Chinese says it behind the title: 《三体》的作者是刘慈欣, 《城南旧事》出自林海音之手."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.extract.relate.chinese.lexicon_works import (
    AUTHORED,
    DIRECTED,
    PERFORMED,
    ROLE,
    ROW,
    kinds_of,
    made_as,
)

# Before the name: what its owner is.
_WHO: Final = r"(?:[^，。；、《》〈〉]{0,6}(?:作家|导演|歌手|诗人|作曲家|画家|剧作家|小说家|音乐人))?"
_IS: Final = r"(?:则|都|均|正|就)?(?:是|为|[：:])?"
# Behind a title: 的作者是, 由…执导, 是…创作的, （…著）; …，导演林兆华，; …，作词的是方文山.
_AUTHOR: Final = re.compile(
    rf"(?:一书)?(?:的|[\s（(]*)(?P<role>{ROLE})(?:[和与](?:{ROLE}|演唱者))?{_IS}{_WHO}[\s]*"
)
_CREDIT: Final = re.compile(rf"[^。；！？《》〈〉\n]{{0,40}}?[，,、](?P<role>{ROLE}){_IS}{_WHO}[\s]*")
_BY_ROLE: Final = re.compile(rf"[^。；！？《》〈〉\n]{{0,20}}?[，,](?P<verb>{ROW})的[是为]")
_BY: Final = re.compile(
    rf"(?:[^。；《》〈〉\n]{{0,16}}?[，,][^，。；《》〈〉]{{0,8}}?(?:都|均))?(?:是|为)?[由是]{_WHO}|[\s]*[（(]|[是为]"
)
# …的出品方之一，林超贤执导。; 由屈塬作词、印青作曲: the second.
_ASIDE: Final = re.compile(
    r"[^。；！？《》〈〉\n]{0,30}?[，,]|"
    rf"(?:[^。；《》〈〉\n]{{0,16}}?[，,])?由[^。；《》〈〉\n]{{1,20}}?(?:{ROW})[、，,并]由?"
)
_PASSIVE: Final = re.compile(rf"(?:等人?)?(?:自己)?(?:[于在][^，。；、]{{2,12}}?)?(?:所)?(?P<verb>{ROW})")
_ENDS: Final = re.compile(r"\s*(?:[，。；、,）)]|$)")
# 出自林海音之手, 后因邓丽君翻唱而走红.
_FROM: Final = re.compile(rf"[^。；！？《》〈〉\n]{{0,12}}?出自{_WHO}")
_HAND: Final = re.compile("之手|之笔|的?(?:手笔|笔下)")
_FAMED: Final = re.compile(r"(?:[^。；！？《》〈〉\n]{0,24}?[，,])?[^，。；、]{0,4}?(?:因|由|经)")
_SUNG: Final = re.compile("[翻演]唱")
# 为《末代皇帝》作曲
_FOR: Final = re.compile(
    r"[^，。；《》〈〉]{0,6}?[为替给](?:[^，。；《》〈〉的]{0,4}(?:电影|影片|话剧|歌剧|游戏))?"
)
_COMPOSED: Final = re.compile(r"(?:谱写?了?|创作了?)?(?:作曲|配乐|谱曲|填词|作词|编曲|主题曲)")
# 以《聂隐娘》拿下最佳导演奖
_WITH: Final = re.compile(r"[^，。；《》〈〉]{0,10}?(?:凭借?|以|靠)[^，。；《》〈〉]{0,6}?")
_PRIZE: Final = re.compile(
    r"[^，。；《》〈〉]{0,4}(?:获|夺|拿|摘|捧|赢|斩)[^。；《》〈〉]{0,24}?"
    r"(?:(?P<directed>导演)|(?P<wrote>编剧|剧本|小说|文学|诗歌|作曲|作词)|(?P<sang>歌手|[男女]歌|演唱|专辑|歌曲))[^，。；]{0,4}?(?<!提名)奖(?!提名)"
)


def made_behind(folded: str, first: int, last: int, end: int) -> list[str]:
    """How those named from *first* to *last* made what is named before, up to *end*."""
    if told := _AUTHOR.fullmatch(folded, end, first):
        return [made_as(told["role"])]
    if (told := _CREDIT.fullmatch(folded, end, first)) and _ENDS.match(folded, last):
        return [made_as(told["role"])]
    if told := _BY_ROLE.fullmatch(folded, end, first):
        return kinds_of(told["verb"])
    if (told := _PASSIVE.match(folded, last)) and (
        _BY.fullmatch(folded, end, first)
        or (_ASIDE.fullmatch(folded, end, first) and _ENDS.match(folded, told.end()))
    ):
        return kinds_of(told["verb"])
    if _HAND.match(folded, last) and _FROM.fullmatch(folded, end, first):
        return [AUTHORED]
    if _SUNG.match(folded, last) and _FAMED.fullmatch(folded, end, first):
        return [PERFORMED]
    return []


def made_around(folded: str, last: int, start: int, end: int) -> list[str]:
    """How those whose names end at *last* made what is named from *start* to *end*, where words on both sides of it
    say so: 为《末代皇帝》作曲, 以《聂隐娘》拿下最佳导演奖."""
    if _COMPOSED.match(folded, end) and _FOR.fullmatch(folded, last, start):
        return [AUTHORED]
    if (prize := _PRIZE.match(folded, end)) and _WITH.fullmatch(folded, last, start):
        return [DIRECTED if prize["directed"] else AUTHORED if prize["wrote"] else PERFORMED]
    return []
