"""How English says whose posts people hold, over the marks of :mod:`marked`, for :mod:`posts`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.relate.english.masks import ORGANIZATION as _O
from aibox_assets.domain.extract.relate.english.masks import PERSON as _P
from aibox_assets.domain.extract.relate.english.masks import PLACE as _L

_PEOPLE: Final = rf"(?P<people>{_P}(?:(?:,\s|,?\sand\s){_P}){{0,3}})"
_ONE: Final = rf"(?P<people>{_P})"
_BODY: Final = rf"(?P<body>{_O})"
_OF: Final = rf"\s(?:of|at|with|for|in)\s(?:the\s)?(?:{_L}\s(?:[a-z-]+\s){{1,2}})?{_BODY}"
_FIELD: Final = r"(?:\sof\s(?!(?:the|its|an?)\b)(?:[a-z-]+\s)?[a-z]+|\sof\s[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)?"
_NO_TITLE: Final = (
    r"(?!(?:and|or|but|that|who|which|said|says|is|are|was|were|has|had|have|been|being|will|would|became|in|on|at|to|from|"
    r"by|with|of|for|after|before|when|while|as|not|no|than|because|since)\b)"
)
_POST: Final = (
    rf"(?P<title>(?P<post>(?:{_NO_TITLE}[A-Za-z][\w-]*\s){{0,4}}?{_NO_TITLE}[A-Za-z][A-Za-z-]+){_FIELD})"
)
_A: Final = r"(?:(?:a|an|the|its|their)\s)?"
_WHEN: Final = (
    r"(?:(?:now|also|currently|still|then|today|once|later|again|both|first|formerly|previously)\s|"
    r"for\s(?:[a-z]+\s){1,3}years\s)?"
)
_IS: Final = rf"(?:is|was|became|becomes|remains|remained|has\sbeen|had\sbeen|has\sbecome)\s{_WHEN}"
_ENDS: Final = r"(?=[,.;:)]|\s(?:and|since|until|from|for|in|on|said|who|at|when)\b|$)"
_STOPS: Final = r"(?=[,.;:)]|\s(?:and|since|until|from|for|in|on|at|who|whose|with|of|by|to|that|when)\b|$)"
_FROM_PLACE: Final = rf"(?:\sof\s{_L})?"
_STARTS: Final = r"(?:(?<=^)|(?<=[.!?]\s)|(?<=[.!?][\"”)]\s)|(?<=\n))"


@dataclass(frozen=True, slots=True)
class Post:
    """How a text says who holds a post.

    :ivar pattern: with the groups *people*, *post* and, where it names whose the post is, *body*.
    :ivar of_text: whether it is that of what the text goes on about, where there is no *body*.
    :ivar whole: whether all of *title* must be one.
    :ivar appoints: whether the body made them that. :ivar leaves: whether they leave it.
    """

    pattern: re.Pattern[str]
    of_text: bool = False
    appoints: bool = False
    leaves: bool = False
    whole: bool = False


def _post(pattern: str, **kind: bool) -> Post:
    return Post(re.compile(pattern), **kind)


POSTS: Final = (
    # "its chief executive, P,", "its executive director is P", "O's founders, P and P,"
    _post(rf"{_BODY}'s?\s(?:own\s)?{_POST}(?:,\s|\s|\s(?:is|was|has\sbeen|remains)\s){_PEOPLE}"),
    # "P is one of its founders"
    _post(rf"{_ONE},?\s(?:(?:is|was)\s)?(?:one\sof|among)\s{_BODY}'s?\s{_POST}"),
    # "P, its chairman,", "P has been its secretary-general since", "P, the chair of O,"
    _post(rf"{_ONE}{_FROM_PLACE},\s{_WHEN}{_BODY}'s?\s(?:own\s)?{_POST}{_ENDS}"),
    _post(rf"{_ONE}{_FROM_PLACE}\s{_IS}{_BODY}'s?\s{_POST}{_ENDS}"),
    _post(rf"{_ONE}{_FROM_PLACE}\s(?:{_IS}|stayed\son\sas\s|stays\son\sas\s){_A}{_POST}{_OF}"),
    _post(rf"{_ONE},\s{_WHEN}(?:until\s(?:last\syear|recently)\s)?(?:(?:a|an|the)\s)?{_POST}{_OF}"),
    _post(rf"{_ONE},\s{_WHEN}(?:the|an?)\s{_BODY}\s{_POST}{_ENDS}"),
    # "P founded O and is chief executive of O"
    _post(rf"{_ONE}\s(?!who\b)[^.;:\n{_P}]{{3,80}}?\sand\s(?:(?:later|now|since)\s)?{_IS}{_A}{_POST}{_OF}"),
    _post(rf"{_ONE},\swho\s{_IS}{_A}{_POST}{_OF}"),
    # "O, whose executive director is P"; "O, of which P is the treasurer"; "O, with P as its chief executive"
    _post(rf"{_BODY},?\swhose\s{_POST}(?:,|\sis|\swas|\shas\sbeen)\s{_PEOPLE}"),
    _post(rf"{_BODY},\sof\swhich\s{_ONE}\s{_IS}{_A}{_POST}"),
    _post(rf"{_BODY},?\swith\s{_ONE}\sas\s(?:(?:the|{_O}'s|its)\s)?{_POST}"),
    # "The mayor of L, P,", "a nurse from L, P", "The two mayors, P and P", "our driver, P,"
    _post(rf"\b[Tt]he\s{_POST}\s(?:of|for|at)\s(?:the\s)?(?:{_L}|{_BODY}),\s{_ONE}(?=[,.;])"),
    _post(rf"\b[Aa]n?\s{_POST}\s(?:from|of|in)\s{_L},\s{_ONE}(?=[,.;])"),
    _post(rf"\b[Tt]he\s(?:two|three|four)\s{_POST},\s{_PEOPLE}"),
    _post(rf"\b(?:[Tt]he|[Oo]ur|[Mm]y|{_P}'s)\s{_POST},\s{_ONE}(?=[,.;])"),
    # "P and P, two developers of", "P, harness maker, of L"
    _post(
        rf"(?P<people>{_P}(?:,\s{_P})*,?\sand\s{_P}),\s(?:(?:the\stwo|both|two|three|the)\s)?{_POST}{_STOPS}"
    ),
    _post(rf"{_ONE},\s{_POST}(?=[.;]|,\s(?!{_P}))", whole=True),
    _post(rf"{_ONE}(?:,\swho)?\s{_IS}an?\s{_POST}{_STOPS}"),
    _post(
        rf"{_ONE}\s(?:(?:has|had)\s)?(?:[a-z]+\s){{0,2}}?(?:work|serv|join|start|beg|train|qualifi)\w*\s[^.;\n{_P}]{{0,60}}?as\s"
        rf"an?\s{_POST}{_STOPS}"
    ),
    # "Surgeon: P", "Secretary - P (O)"
    _post(rf"{_STARTS}(?=[A-Z]){_POST}(?::|\s[-–])\s{_ONE}(?=[,.;(\n]|\s\(|$)", whole=True),
    # "The principal is P", "The chairman, P,", "Managing director P said"
    _post(rf"{_STARTS}The\s{_POST}(?:,|\sis|\swas)\s{_ONE}", of_text=True, whole=True),
    _post(rf"{_STARTS}(?=[A-Z]){_POST}\s{_ONE}", of_text=True, whole=True),
    _post(rf"{_ONE}\s(?:has\s|had\s)?(?:took|taken)\sover\sas\s{_A}(?:new\s)?{_POST}", of_text=True),
    # "O has named P chief executive", "P was appointed director of O"
    _post(
        rf"{_BODY}(?:,\s[^,;.\n{_P}{_O}]{{3,60}},)?\s(?:(?:has|have|had)\s)?(?:also\s)?(?:named|appointed|hired|elected|promoted|chose|installed)\s{_ONE}\s"
        rf"(?:as\s|to\s)?(?:(?:{_O}'s|its|the|an?)\s)?(?:new\s|next\s)?{_POST}",
        appoints=True,
    ),
    _post(
        rf"{_ONE}(?:,\s|\s(?:was|has\sbeen|had\sbeen)\s)(?:named|appointed|elected|promoted\sto|hired\sas)\s"
        rf"(?:as\s)?{_A}(?:new\s)?{_POST}{_OF}"
    ),
    # "P has joined O as chief scientific officer", "P took over as editor of O", "P resigned as head of O"
    _post(
        rf"{_ONE}\s(?:(?:has|had)\s)?(?:joined|joins|worked\s(?:for|at|with)|works\s(?:for|at|with)|"
        rf"(?:was|is)\semployed\s(?:by|at)|served\s(?:in|at|with))\s(?:the\s)?{_BODY}(?:,\s{_L},)?(?:\sin\s\d{{4}})?\sas\s{_A}"
        rf"(?:new\s)?{_POST}"
    ),
    _post(
        rf"{_ONE}\s(?:(?:has|had)\s)?(?:took\sover|taken\sover|takes\sover|worked|works|started|began|served|serves|"
        rf"returned)\sas\s{_A}{_POST}{_OF}"
    ),
    _post(
        rf"{_ONE}\s(?:(?:has|had)\s)?(?:resigned|resigns|stepped\sdown|retired)\sas\s(?:the\s)?"
        rf"{_POST}{_OF}",
        leaves=True,
    ),
    # "P, Key Account Manager, O", "P (counsel, O)"
    _post(rf"{_ONE},\s{_POST},\s{_BODY}(?=[,.;]|\n|$)"),
    _post(rf"{_ONE}\s\({_POST}(?:,|\sof|\sat)\s(?:the\s)?{_BODY}\)"),
    # "P succeeds P as head of research at O"
    _post(
        rf"(?P<people>{_P}\s(?:succeeded|succeeds|replaced|replaces|followed)\s{_P})\sas\s{_A}{_POST}(?:{_OF})?"
    ),
)
SUCCEEDS: Final = tuple(
    re.compile(each)
    for each in (
        rf"(?P<person>{_P})\s(?:(?:has|had)\s)?(?:succeeded|succeeds|took\sover\sfrom|takes\sover\sfrom)\s(?P<before>{_P})",
        rf"(?P<person>{_P})\s(?:(?:as|to\sbe)\s)?(?:[A-Za-z-]+\s){{0,4}}?[a-z]+(?:\sof\s{_O})?,\s(?:replacing|succeeding)\s(?P<before>{_P})",
        rf"(?P<person>{_P})'s\s(?:[a-z]+\s)?predecessor,?\s(?P<before>{_P})",
        rf"(?P<before>{_P})'s\s(?:[a-z]+\s)?successor,?\s(?P<person>{_P})",
    )
)
_ALONE: Final = r"(?:^|\b(?:its|the|their|new|current|present|then|now|last|first|head|club|team)\s)"
LEADERS: Final = re.compile(
    rf"(?:\b(?:chief executive(?: officer)?|ceo|chair(?:man|woman|person)?(?: of the board)?|president|leader|"
    rf"(?:managing|executive|general|artistic) director|director-general|secretary-general|boss|managing partner|"
    rf"principal|headmaster|headmistress|headteacher|rector|vice-chancellor|provost|proprietor|abbot|abbess|"
    rf"chief \w+ officer|c[a-z]o)|{_ALONE}(?:director|head|chief|manager|coach|superintendent|"
    rf"finance chief))$"
)
NO_LEADERS: Final = re.compile(
    r"\b(?:vice|deputy|assistant|associate|foreign|defen[cs]e|acting|youth|team leader)\b(?!-chanc)"
)
# Who leads a company beside its head works for it.
OFFICERS: Final = re.compile(r"\bchief (?!executive)\w+ officer$")
# Posts that stand alone for those of the one organization that a text is about.
BARE: Final = re.compile(
    r"(?:chief executive(?: officer)?|chair(?:man|woman)|(?:managing|executive|finance) director|principal|"
    r"headmaster|headmistress|headteacher|proprietor|spokes(?:man|woman|person)|treasurer|"
    r"chief (?:financial|operating|technical|technology|medical|scientific) officer)$"
)
OF_STATES: Final = re.compile(
    r"\b(?:king|queen|minister|premier|governor|mayor|ambassador|emperor|prince|capital)\b"
)
# What somebody is to an organization without working for it.
NO_STAFF: Final = re.compile(
    r"\b(?:owner|co-owner|shareholder|author|widow|investor|critic|lawyer|solicitor|barrister|attorney|journalist|"
    r"champion|veteran|patron|witness|minister|saint|reader|billionaire|millionaire|tycoon|magnate)$"
)
