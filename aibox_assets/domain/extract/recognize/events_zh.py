"""Names of games, prizes, festivals and meetings in Chinese by their last words and by what stands around them:
出席古籍保护论坛, 获得诺贝尔和平奖, 乌镇戏剧节昨在…开幕, “青瓷”特展.

The edition (第三届) is no part of the name, so that all of them are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.text.words_zh import is_known, known_words
from aibox_assets.domain.models import Mention

_HAN: Final = r"[\u4e00-\u9fff]"
_GAMES: Final = (
    r"奥运会?|[冬残]奥会?|[亚全青省]运会?|世[大俱]运|全中运|运动会|亚冬会|世运会|青奥会|[世亚欧]锦赛|世足赛|铁人三项|马拉松|大满贯赛?|"
    r"(?<=总)决赛|大赛车|大赛(?![事车])|(?:锦标|公开|大奖|大师|资格|联|挑战|争霸|邀请|巡回|排名|王座|预选|龙舟|军事比|技能大|设计大|创业大|创新大)"
    r"赛(?![事季程场后前制道果段区况手])"
)
_CUPS: Final = rf"{_HAN}(?<![茶酒水举干碰奖口烧纸])杯(?![子具盏葛中])(?:{_HAN}{{1,4}}赛(?![事季程场]))?"
_PRIZES: Final = (
    r"(?<![获颁得领大中开一二三等最佳金银铜头受评审抽夺])奖(?![项金牌状品励章助赏杯学池惩掖台]|得(?!主))"
    r"(?:颁奖典礼)?|奖学金(?:颁奖典礼)?"
)
_FESTIVAL: Final = (
    r"(?:艺术|音乐|电影|文化|戏剧|美食|海鲜|丰收|童玩|旅游|读书|科技|诗歌|动漫|啤酒|灯光|风筝|"
    r"桃花|樱花|泼水|那达慕)节"
)
_SHOWS: Final = (
    rf"{_FESTIVAL}|双年展|三年展|展览会|博览会|交易会|[世进]博会|服贸会|电影展|[书影车画航漫联特美]展|"
    r"盆景展|电脑展|家具展|(?:文学|时装|设计|创新|艺术)周|[会汇]演|演唱会|音乐会|歌合战|[学工]运|游行|祭典|"
    r"[颁释][奖奠]典礼"
)
_MEETINGS: Final = (
    r"论坛|高?峰会|年会|大会(?![堂师])|研讨会|座谈会|对话会|公听会|听证会|常务会议|夏令营|冬令营|工作坊|"
    r"训练班|团拜"
)
_HISTORY: Final = (
    r"事变|起义|战役|会战|海战|保卫战|之[战役乱变]|政变|(?<!作)战争|革命|大?地震|海啸|"
    r"惨案|事件|空难|海难|大屠杀|条约|会议(?![室厅中纪记议])"
)
_ENDS: Final = rf"(?:{_GAMES}|{_PRIZES}|{_SHOWS}|{_MEETINGS})"
_INSIDE: Final = r"(?:(?![的了在于是为有由把被将对向从该此每各几说称并而让使给着])[\u4e00-\u9fffA-Za-z0-9·])"
_LONG: Final = rf"{_INSIDE}{{2,14}}?{_ENDS}"
_NAME: Final = (
    rf"(?!\d{{1,2}}[日号月年]|[年月日号天]|上(?![海虞饶]))"
    rf"(?P<name>{_LONG}|(?:{_HAN}{{1,8}}?|[A-Z]{{2,5}}){_CUPS}|{_FESTIVAL})"
)
_EDITION: Final = (
    r"(?:第[一二三四五六七八九十百\d]+[届回次]|[首本上历]届|\d{4}年?度?|[一二〇○三四五六七八九十]{4}年?度?)"
)
# What one does to an event.
_VERB: Final = (
    r"(?:出席|参加|参与|列席|举办|主办|承办|协办|合办|筹办|创办|赞助|举行|召开|主持|办起|发起|闯进|打进|入围|亮相|出征|征战|"
    r"夺得|赢得|获得|荣获|获颁|捧得|捧起|摘得|拿下|夺下|角逐|问鼎|卫冕|分享|完成|退出|[首同]?[夺获])(?!单位|方|国|城市|地|商)[了过起]?"
)
# What a sentence says behind the name of one.
_HAPPENS: Final = r"(?:举行|举办|召开|开幕|闭幕|落幕|揭幕|登场|开打|打完|主办|承办|发起|移师|首映)"
_GOES_ON: Final = (
    rf"(?=得主|冠军|[亚季]军|[金银铜奖]牌|名单|{_HAPPENS}|颁奖|期间|[男女][单双]|混双|[半总]?决赛|评审|最佳|会场|现场|"
    r"的(?:发起人|创办人|主办|冠军|得主|评委)|"
    rf"[在于将由首昨今上下本近日月周午晚一二三四五六七八九十\d度][^，。；！？]{{0,14}}?{_HAPPENS})"
)
_START: Final = (
    r"(?:^|(?<=[，。；：、！？\s（(「“是]))(?:[今去昨前]年|[昨今]日?|上周|上月|本周|本月|日前|近日)?"
)
# 1937年7月7日，卢沟桥事变; 参加了孟良崮战役; what the ends of history end is no other word.
_BEFORE_HISTORY: Final = (
    r"(?:^|(?<=[，。；：、！？\s（(「“年月日在于的是与和及即])|"
    r"(?<=发动|领导|参加|出席|策划|镇压|经历|爆发|发生|亲历|指挥|引发|导致)[了过]?)"
)
_NO_VERB: Final = r"(?!发生|爆发|遭遇|经历|引发|导致|即|因|受|遭|等|后|又|曾|次|场|起(?!义))"
_HISTORIC: Final = re.compile(
    rf"{_BEFORE_HISTORY}(?!\d{{1,2}}[日号月年]|[这那该此本每各某全整])(?P<name>(?:{_NO_VERB}{_INSIDE}){{2,7}}?(?:{_HISTORY}))(?![者军家性史])",
    re.MULTILINE,
)
_OF_YEAR: Final = re.compile(
    rf"\d年(?P<name>{_HAN}{{2,6}}?(?:奥运会?|[冬残]奥会?|[亚全青]运会?|亚冬会|世博会?|世界杯|亚洲杯|欧洲杯|峰会|锦标赛))(?![馆村场])"
)
_PATTERNS: Final = (
    _OF_YEAR,
    re.compile(rf"(?:{_VERB}|(?<![实正所存])[在于]|的){_EDITION}?{_NAME}"),
    re.compile(rf"{_EDITION}{_NAME}"),
    re.compile(rf"{_START}{_EDITION}?{_NAME}{_GOES_ON}", re.MULTILINE),
)
# These need no words around them.
_KNOWN: Final = re.compile(
    r"冬奥会|奥运会|残奥会|亚运会|全运会|世大运|全中运|世界杯|亚洲杯|欧洲杯|美洲杯|[世亚欧]锦赛|[\u4e00-\u9fff]博会|[广高哈服消华深]交会|[投厦西]洽会|中共[一二三四五六七八九十]大(?!代表)|服贸会|工展会|消博会"
)
_QUOTE: Final = r"[「“](?P<name>[^「」“”，。\n]{2,16})[」”]"
_QUOTED: Final = (
    re.compile(
        rf"{_QUOTE}(?:国际|主题|巡回|年度)?(?:展览|[特联个画巡首]展|展(?![开现示望])|音乐会|论坛|工作坊|大赛|演唱会|称号|奖章)"
    ),
    re.compile(rf"(?:[特联首大]展|展出){_QUOTE}"),
    re.compile(rf"{_VERB}[「“](?P<name>[^「」“”，。\n]{{2,16}}{_ENDS})[」”]"),
)
# What a match begins with that is no part of the name: 张三出席…, 同为….
_BEFORE: Final = re.compile(rf".*(?:{_VERB}|一[个场次届])")
_GENERAL: Final = (
    r"(?:学术|国际|全国|全球|年度|新闻|产品|推介|股东|临时|业绩|法律|技术|专题|相关|校园|学校|[一两多这此几][场次]|重要|有关|职工|代表|会员|"
    r"全体|表彰|动员|誓师|庆祝|庆功|开学|毕业|颁奖|启动|签约|记者|[线各][上下类种]|[大小]型|个人|城市|社区|公司|集团|企业|行业|家长|村民|党员|"
    r"干部|工作|[大小首总年数十多几项个次届]|盛大|不少|许多|一些|半程|全程|职业|业余|专业|青少年|青年|儿童|学生|老年|国[内外]|海外|世界|最高|"
    r"特别|优秀|顶级|重大|大满贯|团体|[单双]打|供应商|告别|巡回|夏季|冬季|复园)"
)
_COMMON: Final = re.compile(rf"{_GENERAL}*{_ENDS}|.*(?:最佳|优秀|[一二三特]等|股东|评审团).*")
# A part of the name of a war, and what is none: 农民起义, 恶性事件.
_NAMING: Final = ("ns", "nz", "nr", "nrt", "nt", "m", "t", "j", "nrfg")
_COMMON_HISTORY: Final = re.compile(
    r"农民|武装|民族|工人|群众|突发|恶性|重大|暴力|流血|内部|国内|世界(?!大)|游击|贸易|价格|相关|类似|一[次场起系连]|[两三四五六七八九十几多数]|"
    r"历史|体育|安全|食品|今|昨|去年|当地|军事|科技|产业|工业|技术|文化|网络|有关|双边|中[美日韩俄]|[该此本]|.*(?:农民|突发|恶性)"
)
_SHORT: Final = 3
_SURE: Final = 0.85


def read_events(text: str, event: str) -> Iterator[Mention]:
    """The names of events in *text*; of those that overlap the longest. :param event: the type of events."""
    if not has_chinese(text):
        return
    kept: list[tuple[int, int]] = []
    for start, end in sorted(_spans(to_simplified(text)), key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= first or last <= start for first, last in kept):
            kept.append((start, end))
            yield Mention(start, end, text[start:end], event, text[start:end], _SURE)


def _is_historic(name: str) -> bool:
    """Whether a word of *name* is one of no general meaning: 卢沟桥|事变, not 突发|事件."""
    if is_known(name) and len(name) > _SHORT:
        return not _COMMON_HISTORY.match(name)
    words = known_words().cut(name)[:-1]
    return any(each.flag in _NAMING and len(each.word) > 1 for each in words) and not _COMMON_HISTORY.match(
        name
    )


def _spans(folded: str) -> Iterator[tuple[int, int]]:
    for known in _KNOWN.finditer(folded):
        yield known.span()
    for found in _HISTORIC.finditer(folded):
        if _is_historic(found["name"]):
            yield found.span("name")
    for pattern in _QUOTED:
        for found in pattern.finditer(folded):
            yield found.span("name")
    for pattern in _PATTERNS:
        for found in pattern.finditer(folded):
            start, end = found.span("name")
            before = _BEFORE.match(folded, start, end)
            start = before.end() if before else start
            name = folded[start:end]
            if (len(name) > 2 and not _COMMON.fullmatch(name)) or _KNOWN.fullmatch(name):
                yield start, end
