"""How English says whose posts people hold, over the marks of :mod:`marked`, for :mod:`posts`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.relate.english.masks import ORGANIZATION as _O
from aibox_assets.domain.extract.relate.english.masks import PERSON as _P
from aibox_assets.domain.extract.relate.english.masks import PLACE as _L

PEOPLE: Final = rf"(?P<people>{_P}(?:(?:,\s|,?\sand\s){_P}){{0,3}})"
ONE: Final = rf"(?P<people>{_P})"
_BODY: Final = rf"(?P<body>{_O})"
OF_BODY: Final = rf"\s(?:of|at|with|for|in)\s(?:the\s)?(?:{_L}\s(?:[a-z-]+\s){{1,2}})?{_BODY}"
_FIELD: Final = r"(?:\sof\s(?!(?:the|its|an?)\b)(?:[a-z-]+\s)?[a-z]+|\sof\s[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)?"
_NO_TITLE: Final = (
    r"(?!(?:and|or|but|that|who|which|said|says|is|are|was|were|has|had|have|been|being|will|would|became|in|on|at|to|from|"
    r"by|with|of|for|after|before|when|while|as|not|no|than|because|since)\b)"
)
TITLE: Final = (
    rf"(?P<title>(?P<post>(?:{_NO_TITLE}[A-Za-z][\w-]*\s){{0,4}}?{_NO_TITLE}[A-Za-z][A-Za-z-]+){_FIELD})"
)
A: Final = r"(?:(?:a|an|the|its|their)\s)?"
_WHEN: Final = (
    r"(?:(?:now|also|currently|still|then|today|once|later|again|both|first|formerly|previously)\s|"
    r"for\s(?:[a-z]+\s){1,3}years\s)?"
)
IS: Final = rf"(?:is|was|became|becomes|remains|remained|has\sbeen|had\sbeen|has\sbecome)\s{_WHEN}"
_ENDS: Final = r"(?=[,.;:)]|\s(?:and|since|until|from|for|in|on|said|who|at|when)\b|$)"
STOPS: Final = r"(?=[,.;:)]|\s(?:and|since|until|from|for|in|on|at|who|whose|with|of|by|to|that|when)\b|$)"
_FROM_PLACE: Final = rf"(?:\sof\s{_L})?"
NO_LABEL: Final = r"(?!(?:Authors?|Owners?|Speakers?|Referees?|Inventors?|Applicants?|Contact)\b)"
STARTS: Final = r"(?<!\S)(?:(?<=^)|(?<=[.!?]\s)|(?<=[.!?][\"”)]\s)|(?<=\n))"


@dataclass(frozen=True, slots=True)
class Post:
    """How a text says who holds a post.

    :ivar pattern: with the groups *people*, *post* and, where it names whose the post is, *body*.
    :ivar of_text: whether it is that of what the text goes on about, where there is no *body*.
    :ivar whole: whether all of *title* must be one. :ivar former: whether they held it once.
    :ivar appoints: whether the body made them that. :ivar leaves: whether they leave it.
    :ivar needs: what the text must have for it, where that is sooner found than a title at each word.
    """

    pattern: re.Pattern[str]
    of_text: bool = False
    appoints: bool = False
    leaves: bool = False
    whole: bool = False
    former: bool = False
    needs: re.Pattern[str] | None = None


def as_post(pattern: str, needs: str | None = None, **kind: bool) -> Post:
    return Post(re.compile(pattern), needs=re.compile(needs) if needs else None, **kind)


POSTS: Final = (
    # "its chief executive, P,", "its executive director is P", "O's founders, P and P,"
    as_post(rf"{_BODY}'s?\s(?:own\s)?{TITLE}(?:,\s|\s|\s(?:is|was|has\sbeen|remains)\s(?:the\s)?){PEOPLE}"),
    # "P is one of its founders"
    as_post(rf"{ONE},?\s(?:(?:is|was)\s)?(?:one\sof|among)\s{_BODY}'s?\s{TITLE}"),
    # "P, its chairman,", "P has been its secretary-general since", "P, the chair of O,"
    as_post(rf"{ONE}{_FROM_PLACE},\s{_WHEN}{_BODY}'s?\s(?:own\s)?{TITLE}{_ENDS}"),
    as_post(rf"{ONE}{_FROM_PLACE}\s{IS}{_BODY}'s?\s{TITLE}{_ENDS}"),
    as_post(rf"{ONE}{_FROM_PLACE}\s(?:{IS}|stayed\son\sas\s|stays\son\sas\s){A}{TITLE}{OF_BODY}"),
    as_post(rf"{ONE},\s{_WHEN}(?:until\s(?:last\syear|recently)\s)?(?:(?:a|an|the)\s)?{TITLE}{OF_BODY}"),
    as_post(rf"{ONE},\s{_WHEN}(?:the|an?)\s{_BODY}\s{TITLE}{_ENDS}"),
    # "P founded O and is chief executive of O"
    as_post(
        rf"{ONE}\s(?!who\b)[^.;:\n{_P}]{{3,80}}?\sand\s(?:(?:later|now|since)\s)?{IS}{A}{TITLE}{OF_BODY}"
    ),
    as_post(rf"{ONE},\swho\s{IS}{A}{TITLE}{OF_BODY}"),
    # "O, whose executive director is P"; "O, of which P is the treasurer"; "O, with P as its chief executive"
    as_post(rf"{_BODY},?\swhose\s{TITLE}(?:,|\sis|\swas|\shas\sbeen)\s{PEOPLE}"),
    as_post(rf"{_BODY},\sof\swhich\s{ONE}\s{IS}{A}{TITLE}"),
    as_post(rf"{_BODY},?\swith\s{ONE}\sas\s(?:(?:the|{_O}'s|its)\s)?{TITLE}"),
    # "The mayor of L, P,", "a nurse from L, P", "The two mayors, P and P", "our driver, P,"
    as_post(rf"\b[Tt]he\s{TITLE}\s(?:of|for|at)\s(?:the\s)?(?:{_L}|{_BODY}),\s{ONE}(?=[,.;])"),
    as_post(rf"\b[Aa]n?\s{TITLE}\s(?:from|of|in)\s{_L},\s{ONE}(?=[,.;])"),
    as_post(rf"\b[Tt]he\s(?:two|three|four)\s{TITLE},\s{PEOPLE}"),
    as_post(rf"\b(?:[Tt]he|[Oo]ur|[Mm]y|{_P}'s)\s{TITLE},\s{ONE}(?=[,.;])"),
    # "P and P, two developers of", "P, harness maker, of L"
    as_post(
        rf"(?P<people>{_P}(?:,\s{_P})*,?\sand\s{_P}),\s(?:(?:the\stwo|both|two|three|the)\s)?{TITLE}{STOPS}"
    ),
    as_post(rf"{ONE},\s{TITLE}(?=[.;]|,\s(?!{_P}))", whole=True),
    as_post(rf"{ONE}(?:,\swho)?\s{IS}an?\s{TITLE}{STOPS}"),
    as_post(
        rf"{ONE}\s(?:(?:has|had)\s)?(?:[a-z]+\s){{0,2}}?(?:work|serv|join|start|beg|train|qualifi)\w*\s[^.;\n{_P}]{{0,60}}?as\s"
        rf"an?\s{TITLE}{STOPS}"
    ),
    # "Surgeon: P", "Secretary - P (O)"
    as_post(rf"(?=[A-Z]){STARTS}{NO_LABEL}{TITLE}(?::|\s[-–])\s{ONE}(?=[,.;(\n]|\s\(|$)", whole=True),
    # "The principal is P", "The chairman, P,", "Managing director P said"
    as_post(rf"{STARTS}The\s{TITLE}(?:,|\sis|\swas)\s{ONE}", of_text=True, whole=True),
    as_post(rf"(?=[A-Z]){STARTS}{TITLE}\s{ONE}", of_text=True, whole=True),
    as_post(rf"{ONE}\s(?:has\s|had\s)?(?:took|taken)\sover\sas\s{A}(?:new\s)?{TITLE}", of_text=True),
    # "O has named P chief executive", "P was appointed director of O"
    as_post(
        rf"{_BODY}(?:,\s[^,;.\n{_P}{_O}]{{3,60}},)?\s(?:(?:has|have|had)\s)?(?:also\s)?(?:named|appointed|hired|elected|promoted|chose|installed)\s{ONE}\s"
        rf"(?:as\s|to\s)?(?:(?:{_O}'s|its|the|an?)\s)?(?:new\s|next\s)?{TITLE}",
        appoints=True,
    ),
    as_post(
        rf"{ONE}(?:,\s|\s(?:was|has\sbeen|had\sbeen)\s)(?:named|appointed|elected|promoted\sto|hired\sas)\s"
        rf"(?:as\s)?{A}(?:new\s)?{TITLE}{OF_BODY}"
    ),
    # "P has joined O as chief scientific officer", "P took over as editor of O", "P resigned as head of O"
    as_post(
        rf"{ONE}\s(?:(?:has|had)\s)?(?:joined|joins|worked\s(?:for|at|with)|works\s(?:for|at|with)|"
        rf"(?:was|is)\semployed\s(?:by|at)|served\s(?:in|at|with))\s(?:the\s)?{_BODY}(?:,\s{_L},)?(?:\sin\s\d{{4}})?\sas\s{A}"
        rf"(?:new\s)?{TITLE}"
    ),
    as_post(
        rf"{ONE}\s(?:(?:has|had)\s)?(?:took\sover|taken\sover|takes\sover|worked|works|started|began|served|serves|"
        rf"returned)\sas\s{A}{TITLE}{OF_BODY}"
    ),
    as_post(
        rf"{ONE}\s(?:(?:has|had)\s)?(?:resigned|resigns|stepped\sdown|retired)\sas\s(?:the\s)?"
        rf"{TITLE}{OF_BODY}",
        leaves=True,
    ),
    # "P, Key Account Manager, O", "P (counsel, O)"
    as_post(rf"{ONE},\s{TITLE},\s{_BODY}(?=[,.;]|\n|$)"),
    as_post(rf"{ONE}\s\({TITLE}(?:,|\sof|\sat)\s(?:the\s)?{_BODY}\)"),
    # "P succeeds P as head of research at O"
    as_post(
        rf"(?P<people>{_P}\s(?:succeeded|succeeds|replaced|replaces|followed)\s{_P})\sas\s{A}{TITLE}(?:{OF_BODY})?"
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
    r"\b(?:owner|co-owner|shareholder|author|maintainer|widow|investor|critic|lawyer|solicitor|barrister|attorney|journalist|"
    r"champion|veteran|patron|witness|minister|saint|reader|billionaire|millionaire|tycoon|magnate|agent)$"
)
