"""What tells a manual of software from other text: its words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Words of which three are in four of five passages of manuals, and in one of a hundred of news.
_WORDS: Final = (
    r"software|files?|commands?|packages?|director(?:y|ies)|servers?|kernels?|config\w*|install\w*|default|"
    r"modules?|scripts?|protocols?|parameters?|librar(?:y|ies)|databases?|bugs?|compil\w*|debug\w*|boot\w*|partitions?|"
    r"repositor(?:y|ies)|upstream|plugins?|backups?|passwords?|login|shell|syntax|quer(?:y|ies)|tables?|columns?|"
    r"strings?|arguments?|variables?|functions?|APIs?|URLs?|HTTP|HTML|XML|Unix|Linux|GNU|GPL|git|commits?|"
    r"branch(?:es)?|patch(?:es)?|daemon|firewall|interface|toolbar|menu|dialog|layers?|pixels?|checkbox|click|keyboard|"
    r"mouse|window|desktop|hardware|disk|CPU|RAM|emulat\w*|encrypt\w*|licen[sc]e[sd]?|copyright|"
    r"users?|options?|version|releases?|bytes?|buffers?|cache|hosts?|clients?|mail|"
    r"archives?|text|tools?|routers?|"
    r"routing|Windows|algorithms?|implementations?|pointers?|threads?|nodes?|RFC\d+|"
    r"values?|index|entries|arrays?|vectors?|integers?|expressions?|operators?|templates?|keywords?|headers?|"
    r"input|output|errors?|exceptions?|binary|optional|specif(?:y|ies|ied)|automatically|delete|examples|"
    r"documentation|manual|appendix|ISBN|pp|redistribut\w+|warrant(?:y|ies)"
)
_PHRASES: Final = r"open source|source code|operating systems?|RFC \d+"
_ONE_WORD: Final = re.compile(_WORDS, re.IGNORECASE)
_PHRASE: Final = re.compile(rf"\b(?:{_PHRASES})\b", re.IGNORECASE)
_ENGLISH: Final = re.compile(rf"\b(?:{_WORDS}|{_PHRASES})\b", re.IGNORECASE)
_CHINESE: Final = re.compile(
    "软件|軟件|軟體|文件|命令|目录|目錄|配置|安装|安裝|内核|核心|服务器|伺服器|协议|協議|系统|系統|程序|程式|编译|編譯|版本|数据库|資料庫|接口|"
    "介面|源代码|原始碼|参数|參數|变量|默认|預設|用户|使用者|选项|選項|脚本|模块|套件|仓库|硬盘|磁盘|分区|启动|开机|防火墙|加密|密码|登录|补丁|"
    "缓存|端口|主机|客户端|许可证|邮件|图形界面|键盘|鼠标|窗口|菜单"
)
_WORD: Final = re.compile(r"\w+")
_CODE: Final = re.compile(
    r"(?<![\w/-])--?[a-z][\w-]+|/(?:etc|usr|var|bin|dev|home|boot|proc|sys|srv|tmp)\b|\b[^\W_]+_\w+|\w+\(\d?\)|"
    r"\b\w+\.(?:conf|deb|html|txt|c|h|sh|py|gz|org|debian|cfg|xml|iso)\b|https?://|\$\w|<[\w-]+>|\b\w+@\w|"
    r"\\[a-zA-Z]{2,}|\w::\w|\b\w*[a-z]{3}[A-Z]\w+"
)
_LEAST: Final = 3
_LEAST_STRAY: Final = 2  # of what may be one


def is_manual(text: str) -> bool:
    """Whether *text* is of a manual of software, by what it names."""
    return _words_of_manuals(text) >= _LEAST


def may_be_manual(text: str) -> bool:
    """Whether *text* has words of one, and perhaps too few to be sure."""
    return _words_of_manuals(text) >= _LEAST_STRAY


@lru_cache(maxsize=1)  # tagger and rules ask it of the same text
def _words_of_manuals(text: str) -> int:
    found = {word for word in set(_WORD.findall(text.lower())) if _is_of_manuals(word)}
    found |= {match.group().lower() for match in _PHRASE.finditer(text)}
    found |= {match.group() for match in _CHINESE.finditer(text)}
    return len(found.union(*map(_code_in, set(text.split()))))


# Of words, and of what stands between spaces, a text of a language has few that others have not.
@lru_cache(maxsize=10_000)
def _is_of_manuals(word: str) -> bool:
    return _ONE_WORD.fullmatch(word) is not None


@lru_cache(maxsize=10_000)
def _code_in(said: str) -> frozenset[str]:
    return frozenset(match.group() for match in _CODE.finditer(said))


def names_software(name: str) -> bool:
    """Whether *name* has a word of software in it."""
    return _ENGLISH.search(name) is not None
