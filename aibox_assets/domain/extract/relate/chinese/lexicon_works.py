"""The verbs, kinds of works and roles by which Chinese says who made a book, song or film."""

from __future__ import annotations

import re
from typing import Final

AUTHORED, PERFORMED, DIRECTED = "AUTHORED", "PERFORMED", "DIRECTED"
VERBS: Final = {
    "创作|撰写?|编写|编成?|动笔写|写[作成出下就完]?|起草|编著|合?著有?|共修|执笔|所[作写绘撰编]|"
    "作曲|作词|填词|谱[写曲]|词曲|主编|编剧|编导|绘制?|画": AUTHORED,
    "执导|导演|编导": DIRECTED,
    "演唱|录制|演奏|主唱|[合翻首献]?唱|弹奏?|吹奏|灌录|[首公排]?演出|首演": PERFORMED,
}
VERB: Final = "|".join(VERBS)
# 作词、作曲并演唱
ROW: Final = rf"(?:{VERB})(?:[、并和兼]?(?:{VERB}))*"
BOOK: Final = "小说|长篇|中篇|短篇|诗集|诗作|散文集?|专著|著作|回忆录|自传|剧本|论文|名著|长诗|童话"
PAINTING: Final = "油画|国画|水彩画?|水墨画?|版画|画作|漫画"
SONG: Final = "专辑|歌曲|单曲|唱片"
FILM: Final = "动画电影|动画片|纪录片"  # of one who acts in a film these are not
KIND: Final = (
    rf"(?:[\u4e00-\u9fff]{{0,6}}?(?:{BOOK}|{PAINTING}|{SONG}|{FILM}|电影|影片|新片|新作|作品|一书|一文|传记|歌剧|"
    r"话剧|主题曲|电视剧)(?:新作)?)"
)
# 、梁朝伟主演: others who had a part in it.
OTHERS: Final = r"(?:[、，并和][^，。；《》〈〉]{0,12}?(?:主演|编剧|配乐|监制|制作|出演|摄影))*"
WHEN: Final = r"(?:[^，。；、《》〈〉]{0,8}年(?:\d{1,2}月)?(?:\d{1,2}日)?)?"
ALSO: Final = r"(?:并|还|曾|也|却|先后|共同|合作|一生|自己)?"
DONE: Final = r"[了过出下成有]{0,2}(?:[一两三四五六七八九十]?[部首本篇幅张])?"
UNSTATED: Final = re.compile("没|未|不|拟|将|否|可能|计划")
ROLE: Final = (
    "词曲作者|[作词编][曲词][者人]|[词曲]作者|作者|导演|[原首翻演主领]唱者?|编剧|编导|"
    "原著|编者|作曲|作词|填词|撰文者?|独奏"
)
_ROLES: Final = {"导演": DIRECTED, "独奏": PERFORMED}


def made_as(role: str) -> str:
    """What whoever is the *role* of a work did."""
    return PERFORMED if "唱" in role else _ROLES.get(role, AUTHORED)


def kinds_of(verbs: str) -> list[str]:
    """作词、演唱: written and sung."""
    return [relation for each, relation in VERBS.items() if re.search(each, verbs)]
