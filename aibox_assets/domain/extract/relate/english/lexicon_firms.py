"""What English says between the names of two organizations, and of an organization and its founders, for
:mod:`frames`."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.extract.relate.english.frame import frame as _frame

_HAVE: Final = r"(?:(?:has|have|had)\s+)?(?:(?:also|both|now|since|recently|already|later|then)\s+)?"
_IS: Final = r"(?:,?\s+which)?\s+(?:(?:is|are|was|were|has\s+been)\s+)"
_KIND: Final = r"(?:(?:the|a|an)\s+(?:[\w-]+\s+){1,3}?)?"  # "the battery maker Acme"
_THE: Final = r"(?:the\s+)?"
_S: Final = r"(?:['’]s?|s)"  # behind a name, and of "its"
_FEW: Final = r"(?:[a-z-]+\s+){0,2}"
_AMOUNT: Final = r"(?:(?:[A-Z]{1,3}|US)?\s?[$€£]?[\d.,]+\s+)?(?:(?:million|billion|m|bn)\s+)?"
_MONEY: Final = (
    rf"{_AMOUNT}(?:(?:US|Australian|Canadian)\s+)?(?:dollars|euros|pounds|francs|"
    r"yuan|yen|rupees|rand|kronor|kroner|funding|money|million|billion)"
)
_STAKE: Final = r"(?:stakes?|shareholdings?|interest|holdings?)"
_UNIT: Final = (
    r"(?:unit|subsidiary|division|arm|brand|imprint|department|daughter|offshoot|spin-off|affiliate)"
)
_NO_SHARE: Final = (
    r"(?!(?:[a-z-]+\s+){0,2}(?:stake|shares?|unit|business|division|rights|arm|land|right|"
    r"attention|access|site|money|it|itself|them)\b)"
)
_WHOLE: Final = (
    r"(?!(?:[\w-]+\s+){0,4}(?:divisions?|units?|business|stake|shares?|arm|part|half|rights|"
    r"assets|operations)\s)"
)
_NOT_WHOSE: Final = r"(?!['’]s\b)"
_ACQUIRED: Final = (
    _frame(
        "ACQUIRED",
        rf"\s+{_HAVE}paid\s+{_MONEY}\s+(?:[a-z]+\s+){{0,3}}?for\s+{_KIND}",
        after=_NOT_WHOSE,
    ),
    _frame(
        "ACQUIRED",
        rf"\s+{_HAVE}(?:bought|acquired|taken\s+over|took\s+over|purchased)\s+{_WHOLE}"
        rf"(?:(?:its|their|the)\s+(?:[A-Za-z-]+\s+){{0,2}}(?:rival|competitor|partner|supplier|"
        rf"start-up|company|maker|firm|group)\s+|{_KIND})",
        after=_NOT_WHOSE,
    ),
    _frame(
        "ACQUIRED",
        rf"(?:['’]s|\s+(?:has\s+)?(?:closed|completed|finished)\s+(?:its|the))\s+"
        rf"(?:acquisition|purchase|takeover)\s+of\s+{_KIND}",
        after=_NOT_WHOSE,
    ),
    _frame(
        "ACQUIRED",
        rf"{_IS}(?:later\s+|then\s+)?(?:bought|acquired|taken\s+over|purchased)\s+"
        rf"(?:in\s+\d{{4}}\s+)?by\s+{_KIND}",
        after=_NOT_WHOSE,
        inverse=True,
    ),
    _frame("ACQUIRED", rf"\s+has\s+merged\s+into\s+{_THE}", inverse=True),
)
_INVESTED: Final = (
    _frame(
        "INVESTED_IN",
        rf"\s+{_HAVE}(?:(?:taken|bought|acquired|took|holds?|held|owns?|owned|has|with|increased|raised)\s+)"
        rf"(?:[\w.%-]+\s+){{0,5}}?{_STAKE}\s+in\s+{_KIND}",
    ),
    _frame(
        "INVESTED_IN",
        rf"\s+(?:holds?|held|owns?|owned|bought)\s+(?:[\d.,]+\s?(?:%|per\s+cent|percent)|half|a\s+(?:third|quarter|fifth))"
        rf"\s+of\s+(?:the\s+(?:[a-z]+\s+)?shares\s+of\s+)?{_THE}",
    ),
    _frame(
        "INVESTED_IN", rf"\s+{_HAVE}(?:put|invested|poured)\s+(?:[\w.,$€£]+\s+){{1,4}}?(?:into|in)\s+{_KIND}"
    ),
    _frame(
        "INVESTED_IN",
        rf"\s+{_HAVE}(?:invested\s+in|backed|(?:co-)?led\s+(?:the|a)\s+(?:[\w-]+\s+){{0,2}}"
        rf"(?:funding\s+|financing\s+)?round\s+in)\s+{_KIND}",
        after=_NOT_WHOSE,
    ),
    _frame(
        "INVESTED_IN", rf"\s+{_HAVE}granted\s+{_AMOUNT}(?:[A-Z][\d,.]+\s+)?(?:[a-z]+\s+){{0,2}}to\s+{_THE}"
    ),
    _frame("INVESTED_IN", rf"\s+(?:has|have|holds?|held)\s+(?:a|the)\s+majority\s+(?:of|in)\s+{_THE}"),
    _frame(
        "INVESTED_IN",
        rf"(?:,\s+)?\s*{_HAVE}(?:raised|received|secured|won|got)\s+{_MONEY}\s+(?:in\s+[a-z]+\s+)?from\s+{_THE}",
        inverse=True,
    ),
    _frame(
        "INVESTED_IN",
        rf"{_S}\s+{_FEW}(?:investors|backers|shareholders)\s+(?:include|are)\s+{_THE}",
        inverse=True,
    ),
    _frame("INVESTED_IN", rf"(?:{_IS}|,\s+)(?:partly\s+)?backed\s+by\s+{_THE}", inverse=True),
    _frame(
        "INVESTED_IN", rf",\s+(?:an?|the\s+{_FEW})\s*(?:[a-z]+\s+)?(?:investor|shareholder)\s+in\s+{_THE}"
    ),
)
_SUBSIDIARY: Final = (
    _frame(
        "SUBSIDIARY_OF",
        rf"(?:(?:,\s+which)?\s+(?:itself\s+)?(?:is|are|was|were|has\s+been)|,?|\s+\()\s*"
        rf"(?:all\s+|now\s+|today\s+|itself\s+)?(?:part\s+of|(?:majority-|wholly\s+|partly\s+|fully\s+)?owned\s+by|"
        rf"controlled\s+by)\s+{_KIND}{_THE}",
        after=_NOT_WHOSE,
    ),
    _frame(
        "SUBSIDIARY_OF",
        rf"(?:,?\s+which)?\s+(?:now\s+|today\s+|itself\s+)?(?:belongs?|has\s+belonged)\s+to\s+{_KIND}{_THE}",
        after=_NOT_WHOSE,
    ),
    _frame(
        "SUBSIDIARY_OF",
        rf"(?:,?|,?\s+(?:which\s+)?(?:is|was))\s+(?:(?:now|long\s+since|itself|once)\s+)?(?:a|an|the)\s+"
        rf"(?:[a-z-]+\s+){{0,2}}{_UNIT}\s+(?:of|from)\s+"
        r"(?:the\s+(?:[A-Z][a-z]+\s+)?(?:[a-z]+\s+)?)?",
        after=_NOT_WHOSE,
    ),
    _frame(
        "SUBSIDIARY_OF",
        rf"(?:{_IS}|,\s+|\s+)(?:spun|split|carved)\s+(?:off|out)\s+(?:from|of)\s+{_KIND}{_THE}",
        after=_NOT_WHOSE,
    ),
    _frame("SUBSIDIARY_OF", rf"(?:,|\s+is)\s+a\s+joint\s+venture\s+(?:of|between)\s+{_THE}"),
    _frame("SUBSIDIARY_OF", r",\s+(?:long\s+since\s+|now\s+)?merged\s+into\s+"),
    _frame(
        "SUBSIDIARY_OF",
        rf"(?:['’]s?|s|\s+and\s+its)?\s+(?:[a-z-]+\s+){{0,2}}{_UNIT},?\s+",
        inverse=True,
    ),
    _frame(
        "SUBSIDIARY_OF",
        rf"(?:,|\s+is)\s+the\s+(?:parent|owner|parent\s+company)\s+of\s+{_THE}",
        inverse=True,
    ),
)
_SUPPLIES: Final = (
    _frame(
        "SUPPLIES",
        rf"\s+(?:(?:has|have)\s+been\s+selling|sells?|delivers?|supplies|supplied|ships?|assembles?|makes?|builds?)\s+"
        rf"{_NO_SHARE}(?:[A-Za-z-]+\s+){{1,4}}(?:to|for)\s+(?:the\s+(?:[a-z-]+\s+){{0,3}})?",
        after=_NOT_WHOSE,
    ),
    _frame(
        "SUPPLIES",
        rf"\s+(?:supplies|supplied|provides|provided)\s+{_KIND}{_THE}",
        after=r"\s+with\s+(?!(?:nothing|no)\b)",
    ),
    _frame("SUPPLIES", rf",\s+(?:an?|the)\s+{_FEW}supplier\s+(?:to|of)\s+{_THE}", after=_NOT_WHOSE),
    _frame("SUPPLIES", rf"{_S}\s+{_FEW}(?:customers|clients|buyers)\s+(?:include|are)\s+{_THE}"),
    _frame("SUPPLIES", rf"\s+(?:counts|numbers)\s+{_THE}", after=r"[^.;]{0,60}\bamong\s+its\s+customers\b"),
    _frame("SUPPLIES", rf"{_S}\s+{_FEW}(?:suppliers|vendors)\s+(?:include|are)\s+{_THE}", inverse=True),
    _frame(
        "SUPPLIES",
        rf"{_S}\s+(?:[a-z-]+\s+){{1,3}}(?:come|comes|are\s+(?:supplied|delivered)|is\s+(?:supplied|delivered))\s+"
        rf"(?:from|by)\s+{_THE}",
        inverse=True,
    ),
    _frame("SUPPLIES", rf"\s+{_HAVE}won\s+an?\s+(?:[a-z]+\s+)?(?:order|contract)\s+from\s+{_THE}"),
)
_COMPETES: Final = (
    _frame(
        "COMPETES_WITH",
        r"(?:(?:['’]s?|s)\s+(?:[a-z-]+\s+){0,2}|,\s+(?:its|their)\s+(?:[a-z-]+\s+){0,2}|,?\s+a\s+"
        r"(?:[a-z-]+\s+)?)(?:rival|competitor)(?:\s+of|\s+is)?,?\s+",
    ),
    _frame("COMPETES_WITH", rf"{_S}\s+{_FEW}(?:rivals|competitors)\s+(?:include|are)\s+{_THE}"),
    _frame("COMPETES_WITH", rf"\s+(?:competes?|competed)\s+(?:with|against)\s+{_THE}", after=_NOT_WHOSE),
)
_MEMBERS: Final = (
    _frame(
        "MEMBER_OF",
        rf"{_S}\s+{_FEW}members\s+(?:include|are)\s+{_THE}",
        inverse=True,
    ),
    _frame("MEMBER_OF", rf",\s+whose\s+{_FEW}members\s+(?:include|are)\s+{_THE}", inverse=True),
    _frame(
        "MEMBER_OF",
        rf"(?:\s+(?:is|are|was|were|became|has\s+been|have\s+been)|,)\s+"
        rf"(?:(?:an?|the|among\s+the|both|all|one\s+of\s+the)\s+)?{_FEW}members?\s+of\s+{_THE}",
        after=_NOT_WHOSE,
    ),
    _frame("MEMBER_OF", r"\s+(?:has\s+)?joined\s+(?:the\s+)?", after=r"\s+as\s+an?\s+(?:[a-z]+\s+)?member\b"),
    _frame(
        "MEMBER_OF",
        rf"\s+(?:counts|numbers)\s+{_THE}",
        after=r"[^.;]{0,60}\bamong\s+its\s+members\b",
        inverse=True,
    ),
)
_PARTNERS: Final = (
    _frame(
        "PARTNERS_WITH",
        rf"\s+{_HAVE}(?:teamed\s+up|tied\s+up|joined\s+forces|partnered|allied\s+itself|cooperates|collaborates)"
        rf"\s+with\s+{_KIND}{_THE}",
        after=_NOT_WHOSE,
    ),
    _frame("PARTNERS_WITH", rf",\s+(?:an?|the)\s+(?:[a-z-]+\s+)?partner\s+of\s+{_THE}"),
)
FIRMS: Final = (
    *_INVESTED,
    *_ACQUIRED,
    *_SUBSIDIARY,
    *_SUPPLIES,
    *_COMPETES,
    *_MEMBERS,
    *_PARTNERS,
)
OF_FIRM: Final = (
    _frame(
        "FOUNDED",
        r",\s+(?:which|the\s+(?:[a-z-]+\s+){1,3}(?:that|which))\s+",
        after=r"\s+(?:has\s+|had\s+)?(?:co-?)?(?:founded|set\s+up|established)\b",
        inverse=True,
    ),
    _frame(
        "FOUNDED",
        r"(?:\s+(?:was|were|had\s+been)\s+|,\s+)(?:(?:a|an)\s+[^.,;]{3,60},\s+)?(?:founded|co-founded|set\s+up|established|"
        r"started|formed|begun)\s+(?:(?:in|on)\s+[^.,;]{3,40}\s+)?by\s+(?:the\s+(?:[a-z-]+\s+){1,2}?)?",
        inverse=True,
    ),
    _frame(
        "FOUNDED",
        r"(?:['’]s?|s)\s+(?:[a-z-]+\s+)?(?:co-)?founders?(?:\s+(?:is|are|was|were))?,?\s+",
        inverse=True,
    ),
)
RIVALS: Final = re.compile(
    r"(?:,\s+both\s+(?:of|from)\s+[A-Z]\w+,)?\s+(?:"
    r"(?:are|were|remain|have\s+(?:long\s+)?been)\s+(?!its\b|their\b|the\b)(?:[\w’']+\s+){0,3}(?:rivals|competitors)\b|"
    r"(?:have\s+)?(?:fight|fought|compete|competed|bid|vie)\s+(?:over|for|against\s+each)\b)"
)
TOGETHER: Final = re.compile(
    r"\s+(?:(?:have|has|will|both)\s+){0,2}(?:jointly\b|teamed\s+up\b|joined\s+forces\b|"
    r"formed\s+a\s+joint\b|set\s+up\s+a\s+joint\b|"
    r"(?:merged|combined|pooled)\s+their\b|work(?:ed|ing)?\s+together\b|collaborate)"
)
JOINT: Final = re.compile(r"\bjoint\s+venture\s+(?:of|between)\s+(?:the\s+)?$")
"""Before a row of those that have one."""
