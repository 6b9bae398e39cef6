"""The words and patterns around names by which Chinese sentences tell who did what to whom."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.extract.relate.chinese.titles import TITLE

SENTENCE: Final = re.compile(r"[^。！？!?\n；;]+[。！？!?\n；;]?")
CLAUSE: Final = re.compile(r"[，,：:]")
UNSTATED: Final = re.compile(
    r"没|未|不(?!敌)|否认|拒绝|可能|或将|或会|将|拟|计划|准备|考虑|打算|有意|希望|如果|若|传闻|是否|即将|涉嫌|据传|企图|试图|需要|应该|"
    r"应当|必须|可以|能够|建议|而非|愿|呼吁|要求|敦促|假如|一旦|为了|以便|避免|防止|原[订定]|预定"
)
_FIELD: Final = r"(?:外交|经济|贸易|经贸|能源|交通|农业|劳工|环境|旅游|体育|科技|发展|规划|安全|工业|产业)?"
_TITLES: Final = (
    rf"(?:(?:的|前|原|现任|新任|时任|候任|已故|其)?{_FIELD}"
    rf"(?:{TITLE}|国务卿|副?委员长|总书记|外相|首脑|领导人|代表|夫人|妻子|丈夫|儿子|女儿|父亲|母亲|"
    r"实际控制人|(?:犯罪)?嫌疑人|嫌犯|主犯|逃犯|通缉犯|在逃人员|毒枭|(?<=其)[父母妻夫子女弟妹兄姐]))"
)
HOP: Final = re.compile(rf"(?:驻[^，。、的]{{1,8}}?)?{_TITLES}{{0,2}}(?:[兼暨]{_TITLES})?[\s「“]*")
_BODY: Final = (
    r"(?:武装(?:分子|组织|力量)?|游击队|舰队|军队|部队|军方|军机|战机|空军|海军|陆军|"
    r"警方|政府|当局|军|队|方面|方|董事会|理事会)"
)
_WHEN: Final = (
    r"(?:星期[一二三四五六日天]|周[一二三四五六日]|(?:昨|今|前|当|近|即|同)[日天晚早]|日前|上周|上月|[去今]年[初底]?|上午|下午|晚间|晚上|夜间|凌晨|清晨|傍晚|深夜|"
    r"[\d一二三四五六七八九十]+[年月日号时分]|当地时间|本周|本月|此前|随后|之后|最近|[昨今](?![年天日晚早])|"
    r"[次翌同当那]年|[\d一二三四五六七八九十两几多]+(?:岁(?:时|那年)?|(?:年|个月|天)[后起])|[年月][初底末春夏秋冬]|"
    r"不久|其后|后来|[早晚]年|[战婚随]后|毕业后|赛后|会后|"
    r"光复后|归国后|回国后|返国后)"
)
LEAD: Final = re.compile(
    rf"(?:{_WHEN})*(?:东道主|来访的|到访的|正在访问的|正在访华的|前来访问的)?{_TITLES}{{0,2}}[\s「“]*"
)
_SCORE: Final = r"[\d〇零一二三四五六七八九十]+\s?[比:：∶\-]\s?[\d〇零一二三四五六七八九十]+"
_ADVERB: Final = (
    r"再次|再度|公开|强烈|正式|也|还|[仍已]经?|曾经?|又|都|就|便|才|则|却|刚|[一二三]度|各自|联袂|亲自|分别|首次|一致|坚决|共同|"
    r"先后|成功|轻松|并|同[机车船]?|一[起同道行]|多次|正在?|均|随即|应邀|受邀|专程|特[地意]|前后脚|[主客]场|批量|长期|独家|双双|"
    r"辗转|渡海|步行|骑车|大举|悍然|再三|联名|组队|结伴|携手|联手|发文|发帖|撰文|登报|来电|致电|发(?:表|布)?声明|[孤只]身|举家|请假|安全|顺利|平安|提前[一二三四五六]轮"
)
_COMPANY: Final = (
    r"带队|(?:率领?|带领?|携)[^，。、的率派在]{0,8}?[团队员生人众组子民士]|派[^，。、的率派在]{0,5}[员组队人团]|随[军队团行]|"
    r"(?:苦战|激战|鏖战|血战)[^，。的]{0,4}|(?:点球(?:大战)?|加时赛?)|用[^，。的]{1,8}|"
    r"[乘坐搭](?:专机|车|飞机|船|火车|轮船)|以[^，。]{1,8}为由|在[^，,在]{1,12}(?:中|时|上|后)"
)
_HOW: Final = rf"(?:{_ADVERB}|{_COMPANY}|以?{_SCORE}的?(?:比分|优势)?|[\s」”])"
BEFORE_VERB: Final = re.compile(
    rf"(?P<title>{TITLE})?(?:老师|先生|女士)?(?:[（(][^）)]*[）)])?{_BODY}?(?:{_WHEN}|{_HOW}|[（(][^）)]*[）)])*"
)
WHERE: Final = re.compile(r"(?:在|于|从|对|向|到|赴|自|抵|给|返|回|来|飞|访|代表|途经|经)(?:首都|省会)?$")
# 随代表团访问…, 应乙之邀赴…, 凭《…》获得…: who does it stands before.
COMPANION: Final = re.compile(r"(?:跟随|随|应|受|凭借?|拜别|告别|搭乘|[乘搭坐])[《「“]?$")
BEHIND_COMPANION: Final = re.compile(r"[》」”]?(?:的?邀请|之邀|之聘|一书|一片)?")
IN_PLACE: Final = re.compile(
    r"(?:市|省|县|机场|总部|人民大会堂|首都|举行|白宫|[^，,。在的]{0,6}(?:赛|会|展|节|杯))?"
)
WITH: Final = re.compile(
    rf"[^，,的]{{0,8}}?(?:、|带着|带领|偕同?|携|陪同|和|与|及|以及|跟|同|暨|{_WHEN}与|{_WHEN}和|{_WHEN}同)\s*(?:[^，,、。的]{{0,10}}?{_TITLES})?"
)
AND: Final = re.compile(rf"(?:、|和|与|及|以及|跟|同|暨)\s*(?:{_TITLES})?")
PASSIVE: Final = re.compile(rf"(?:{_WHEN}|{_HOW})*(?:被|遭到?|受到?|获得?|由)\s*(?:{_TITLES})?")
# 对乙发动袭击, 从乙离职, 为被告乙辩护: to whom it is done stands before the verb.
TOWARDS: Final = re.compile(rf"(?P<word>对|向|从|自|为|替|给)\s*(?:被告人?|原告|嫌疑人|{_TITLES})?$")
WITH_WHOM: Final = re.compile(rf"(?:与|和|同|跟){_TITLES}?$")
_LIGHT: Final = (
    r"(?:进行|发动|发起|展开|提出|表示|作出|做出|发出|予以|给予|加以|实施|公开|正式|强烈|再次|大规模|军事|共同|"
    r"[了过])*"
)
OBJECT: Final = re.compile(r"(?:了|过|到)?")
BETWEEN: Final = re.compile(rf"{BEFORE_VERB.pattern}{_LIGHT}".replace("?P<title>", "?:"))
# Behind the verb: it is another word, or describes what follows.
OTHER: Final = re.compile(
    r"(?:(?<=回)[来家国乡信应答报忆头]|(?<=去)[世年职留]|的|者|率|力(?!克)|性|方案|团|学者|书|函|权|费|案)"
)
GOES_ON: Final = re.compile(
    rf"\s*(?:并且|并|还|另|又|也|同时|先后|分别|再次|而且|后|便|即|随即|[两二三四五]人|双方|[先再]|{_WHEN}|{_HOW})*\s*"
)
TITLED: Final = re.compile(
    rf"[\s“「]*(?:{_WHEN})*[，,]?\s*(?!据|对|当|在|由|被|从|为|因|随|与|和|将|把|给|向)(?:[^，,。的]{{0,24}}?{_TITLES})?[\s“「]*"
)
ROW: Final = re.compile(rf"(?:、|和|与|及|以及)\s*(?:[^，,、。的]{{0,12}}?{_TITLES})?")
# 力克德国的奥恰洛夫, 支持中国的美国公司: whose the next name is.
WHOSE: Final = re.compile(rf"的{_TITLES}?")
MOST_BETWEEN: Final = 4  # characters from the name within a phrase to its rest: 到宁夏作调研
# Before whom a sentence speaks of: when, and what they are; no verb and no preposition.
OPENS: Final = re.compile(rf"{TITLED.pattern}|[^，,。、的了过与和同跟从对向在为被把由教嫁娶拜\d]{{0,12}}")
# Behind a name: somebody or something of it is spoken of.
OF: Final = re.compile(rf"[」”]?(?:的|之[子女父母弟妹兄姐妻孙]|{_TITLES})")
# Verbs that say too little without who does it before them and a name right behind.
MORE: Final[dict[str, tuple[str, ...]]] = {
    "VISITED": (
        "到",
        "去",
        "回",
        "远赴",
        "转赴",
        "转往",
        "来到",
        "登上",
        "飞回",
        "赶回",
        "赶往",
        "游览",
        "回访",
        "抵",
        "踏上",
        "遍历",
        "进入",
        "重游",
    ),
}
# Lasting relations whose verbs take their names as a deed does.
LASTING: Final = frozenset({"SUPPLIES", "USES", "NEAR", "ORGANIZES", "KILLED"})
# Behind a country: whom or what of it is meant, without a name.
PART: Final = re.compile(
    r"[^，。、]{0,5}?(?:部长|部長|大臣|总统|总理|大使|使馆|领事馆|代表团|驻[华中美]|球队|队员|公司|记者|作家|同行|国会|议会|总会)"
)
# Behind what is won: no first place, or another prize.
NOT_WON: Final = re.compile(
    r"[」”]?(?:[银铜]牌|亚军|季军|[^，。、]{0,6}?(?:提名|资格|席位|门票|入场券|[^大颁得]奖))"
)
SAYS: Final = re.compile(r"[，,：:\s「“『\"《〈]*(?:说)?[，,：:\s「“『\"《〈]*")
