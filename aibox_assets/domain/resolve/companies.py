"""Whether two names of companies in a Chinese text are one company: a logistic score over names and words around.

Chinese shortens a company's name by leaving characters out (东方航空, 东航) and names its parts alike (华润,
华润金融), so no rule on the names alone tells the two apart. The weights in ``companies.json`` were learned from FinRE
(thunlp, MIT licence) by ``aibox_assets_tests/tools/train_company_score.py``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

from aibox_assets.domain.resolve.forms import listed

_FORMS: Final = {
    "股份有限公司": "s",
    "有限责任公司": "l",
    "集团有限公司": "g",
    "有限公司": "l",
    "集团公司": "g",
    "总公司": "g",
    "公司": "c",
    "集团": "g",
    "股份": "s",
    "控股": "k",
}
_FORM: Final = re.compile(f"({'|'.join(_FORMS)})$")
_BRACKETS: Final = re.compile("[（(].*?[)）]")
_PLACES: Final = listed(
    "北京 上海 天津 重庆 广东 广州 深圳 浙江 江苏 山东 山西 河北 河南 湖北 湖南 四川 福建 安徽 江西 辽宁 "
    "吉林 黑龙江 陕西 甘肃 青海 云南 贵州 海南 内蒙古 新疆 西藏 宁夏 广西 香港 澳门 台湾 中国 美国 日本 "
    "英国 德国 法国 韩国 亚洲 国际 南京 杭州 武汉 成都 西安 大连 青岛 厦门 苏州 无锡 宁波"
)
_TRADES: Final = listed(
    "证券 银行 保险 基金 信托 电力 电子 科技 地产 置业 房地产 投资 传媒 药业 医药 能源 石油 石化 钢铁 "
    "汽车 航空 物流 网络 金融 财险 人寿 矿业 水泥 化工 重工 物产 酒店 商城 云 实业 发展 资本 租赁 电气 "
    "电器 食品 国际 产业园 医疗 置地"
)
_CUES: Final = {
    "part": re.compile("旗下|子公司|下属|附属|分公司|分行|支行"),
    "parent": re.compile("控股股东|大股东|母公司|集团旗下|实际控制人|第一股东"),
    "share": re.compile("持有|持股|参股|增持|减持|入股|收购|受让|转让|认购|注资|出资"),
    "renamed": re.compile("更名|改名|前身|原名|原来|曾用名|改制|重组后"),
    "named": re.compile("下称|简称|又称|也称|即"),
    "list": re.compile("、|和|与|及|以及|联合|合作"),
    "rivals": re.compile("竞争|对手"),
    "asset": re.compile("资产|注入|重组|上市公司|整体上市"),
}
_BETWEEN: Final = sorted(
    listed(
        "旗下 子公司 下属 分公司 控股股东 大股东 母公司 实际控制人 集团 持有 持股 参股 增持 减持 收购 转让 "
        "认购 注资 出资 更名 改名 前身 原名 改制 重组 下称 简称 又称 即 、 和 与 及 合作 联合 资产 注入 上市 "
        "董事长 总裁 总经理 表示 公告 股份 股权 控股 投资 成立 设立 宣布 官网 品牌 产品 的 在 是 对 将 ， , "
        "。 ; ( ) “ ”"
    )
)
_OF_LARGER: Final = re.compile(
    r"(?:委员会|委員會|中央|政治局|军委|軍委|秘书处|秘書處|议会|議會|理事会|理事會|大会|大會|组织|組織|总署|總署|法院|代表团|代表團|"
    r"分会|分會|支部|党委|黨委|[部局司厅廳处處院署])$|和|及"
)
"""Behind the name of a body: in that of a part of it (联合国粮农组织, 中共中央), or of it and another."""
_BODY: Final = re.compile(
    "(?<=..)(?:党|黨|大学|大學|学院|學院|银行|銀行|医院|醫院|法院|委员会|委員會|协会|協會|学会|學會)$"
)
LEAST: Final = 0.7
"""Below, a company and its part (软银, 软银鹰) are joined as often as two names of one."""
_NEAR: Final = 30
"""Characters between two names in which single words count."""


def company_score(one: str, other: str, text: str) -> float:
    """How sure *one* and *other*, both in *text*, are one company: from 0 to 1, and to be believed from LEAST on."""
    model = _model()
    total = model["intercept"] + sum(
        model["weights"].get(name, 0.0) * value for name, value in company_features(one, other, text).items()
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def may_be_one_company(one: str, other: str) -> bool:
    """Whether it is worth to look closely: the names share letters. What a text calls otherwise, it pairs itself."""
    short, full = sorted((_core(one), _core(other)), key=len)
    if full.startswith(short) and _OF_LARGER.search(full[len(short) :]):
        return False
    if "的" in full or _is_another_of_its_kind(short, full):
        return False
    return _kind(short, full) != "none"


def _is_another_of_its_kind(short: str, full: str) -> bool:
    """自由统一党 is no 自由党, 北京师范大学 no 北京大学."""
    kind = _BODY.search(short)
    return (
        kind is not None
        and len(short) < len(full)
        and full.startswith(short[: kind.start()])
        and full.endswith(kind.group())
    )


def company_features(one: str, other: str, text: str) -> dict[str, float]:
    """What is seen of two names and of the text around them; the same in either order."""
    (short, shorter), (full, longer) = sorted(
        ((_core(name), name) for name in (one, other)), key=lambda pair: (len(pair[0]), pair)
    )
    seen = dict(_names(short, full))
    kind = _kind(short, full)
    seen[f"kind {kind}"] = 1.0
    seen[f"forms {kind} {_form(shorter)} {_form(longer)}"] = 1.0
    for name, value in _surroundings(shorter, longer, text):
        seen[name] = value
        seen[f"{kind} {name}"] = value
    return seen


def _core(name: str) -> str:
    """The name without legal forms, as far as two characters stay."""
    core = _BRACKETS.sub("", name)
    while (form := _FORM.search(core)) and form.start() >= 2:
        core = core[: form.start()]
    return core or name


def _form(name: str) -> str:
    form = _FORM.search(name)
    return _FORMS[form.group()] if form and form.start() > 0 else "-"


def _kind(short: str, full: str) -> str:
    if short == full:
        return "same"
    if short in full:
        return "inside"
    rest = iter(full)
    if all(character in rest for character in short):
        return "letters"
    return "start" if short[:2] == full[:2] else "none"


def _names(short: str, full: str) -> Iterator[tuple[str, float]]:
    yield "short length", min(len(short), 6) / 6
    yield "full length", min(len(full), 12) / 12
    yield "ratio", len(short) / len(full)
    yield "overlap", len(set(short) & set(full)) / len(set(short))
    kind = _kind(short, full)
    yield f"{kind} ratio", len(short) / len(full)
    yield f"{kind} first {short[0] == full[0]}", 1.0
    if kind != "inside":
        return
    at = full.index(short)
    left = full[:at] + full[at + len(short) :]
    place = "front" if at == 0 else "end" if at + len(short) == len(full) else "middle"
    yield f"left {place} {min(len(left), 5)}", 1.0
    yield f"left is {left}", 1.0
    yield f"left ends {left[-2:]}", 1.0
    yield f"left place {left in _PLACES}", 1.0
    yield f"left starts with place {left[:2] in _PLACES}", 1.0
    yield f"left trade {any(left.endswith(trade) for trade in _TRADES)}", 1.0


def _surroundings(shorter: str, longer: str, text: str) -> Iterator[tuple[str, float]]:
    for cue, pattern in _CUES.items():
        if pattern.search(text):
            yield f"text {cue}", 1.0
    places = [
        (found.start(), name) for name in {shorter, longer} for found in re.finditer(re.escape(name), text)
    ]
    outer = sorted(
        (start, name)
        for start, name in places
        if not any(
            other != name and at <= start and start + len(name) <= at + len(other) for at, other in places
        )
    )
    yield f"places {min(len(outer), 4)}", 1.0
    pairs = [(two[0] - one[0] - len(one[1]), one, two) for one, two in pairwise(outer) if one[1] != two[1]]
    if not pairs:
        yield "never beside", 1.0
        return
    distance, one, two = min(pairs)
    start, end = one[0] + len(one[1]), two[0]
    between, after = text[start:end], text[end + len(two[1]) :][:5]
    yield "distance", min(max(distance, 0), 40) / 10
    yield f"longer first {one[1] == longer}", 1.0
    if distance <= 2:
        yield f"between is {between}", 1.0
    if re.fullmatch(r"[（(\"“”'‘：:以下简称又名即原]*", between) and re.search("[（(]", between):
        yield "in brackets", 1.0
    for cue, pattern in _CUES.items():
        if pattern.search(between):
            yield f"between {cue}", 1.0
    if len(between) < _NEAR:
        for word in _BETWEEN:
            if word in between:
                yield f"word {word}", 1.0
    for word in _BETWEEN:
        if word in after:
            yield f"after {word}", 1.0


@cache
def _model() -> Any:
    return json.loads(files("aibox_assets.domain.resolve").joinpath("companies.json").read_text("utf-8"))
