"""Whether a Chinese sentence is about business between two companies, as those were from which the tagger learned it.

In manuals of software it takes whatever stands together for companies: Debian 的6个不同版本, Falcot 公司选择 Squid.
"""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.extract.names import has_chinese

_OF_ANY: Final = re.compile(r"(?:股份|有限|责任|責任)*(?:公司|集团|集團|计划|計劃|项目|項目|专案|專案)$")
_TEAM: Final = re.compile("[队隊]$")
_BUSINESS: Final = re.compile(
    r"合作|携手|攜手|联手|聯手|联合|聯合|战略|戰略|协议|協議|签|簽|合资|合資|伙伴|夥伴|股|收购|收購|并购|併購|合并|合併|旗下|"
    r"子公司|母公司|分公司|隶属|隸屬|全资|全資|投资|投資|注资|注資|融资|融資|增资|增資|竞争|競爭|竞购|競購|对手|對手|交易|出售|转让|"
    r"轉讓|买|買|亿|億|万元|萬元|营收|營收|市值|市场|市場"
)


def may_be_business(head: str, tail: str, sentence: str) -> bool:
    """Whether *sentence* may tell a relation between companies, which no teams are: both have Chinese names,
    or one has and a word of business stands in it."""
    if any(_TEAM.search(name) for name in (head, tail)):
        return False
    chinese = [has_chinese(_OF_ANY.sub("", name)) for name in (head, tail)]
    return all(chinese) or (any(chinese) and _BUSINESS.search(sentence) is not None)
