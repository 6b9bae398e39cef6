"""English words around deeds: who acts for a country or a company, what carries a noun, what casts doubt."""

from __future__ import annotations

import re
from typing import Final

BODIES: Final = frozenset(
    {
        "administration", "agents", "aircraft", "airforce", "army", "authorities", "bases", "bombers",
        "cabinet", "commandos", "cricketers", "fighters", "force", "forces", "government", "guerrillas",
        "gunmen", "gunships", "helicopters", "investigators", "jets", "leadership", "marines", "men",
        "militants", "military", "militia", "militiamen", "missiles", "navy", "officials", "paratroopers",
        "planes", "players", "police", "positions", "prosecutors", "rebels", "regime", "side", "snipers",
        "soldiers", "squad", "tanks", "targets", "team", "troopers", "troops", "warplanes", "women",
    }
)  # fmt: skip
"""They act for the one that they are called after: "Israeli troops"."""
CARRIES: Final = frozenset(
    {
        "announce", "announced", "attend", "attended", "began", "begin", "begins", "begun", "carried",
        "carries", "carry", "carrying", "celebrate", "celebrated", "celebrating", "claim", "claimed",
        "complete", "completed", "conduct", "conducted", "conducting", "conducts", "cut", "declare", "declared",
        "declares", "express", "expressed", "expresses", "file", "filed", "files", "gave", "give", "given",
        "gives", "had", "has", "have", "having", "held", "hold", "holding", "holds", "launch", "launched",
        "launches", "launching", "lodge", "lodged", "made", "make", "makes", "making", "mount", "mounted",
        "mounts", "open", "opened", "opens", "paid", "pay", "paying", "pays", "play", "played", "plays", "post",
        "posted", "record", "recorded", "score", "scored", "scores", "secure", "secured", "stage", "staged",
        "start", "started", "starts", "voice", "voiced", "wage", "waged", "wages", "win", "winning", "wins",
        "won",
    }
)  # fmt: skip
"""Verbs that only carry a noun, which says what is done."""
OCCASIONS: Final = frozenset(
    {
        "battle", "clash", "discussions", "fighting", "final", "game", "match", "meeting", "meetings",
        "negotiations", "semi-final", "summit", "talks", "test", "war",
    }
)  # fmt: skip
"""What is between two, so that each does it with the other."""
SHOWN: Final = frozenset(
    {
        "after", "amid", "before", "by", "despite", "during", "following", "in", "on", "over", "since", "until",
        "when", "while", "with",
    }
)  # fmt: skip
"""Prepositions that lead what happened."""
DOUBTS: Final = re.compile(
    r"^(?:alleg|accus|believ|hop(?:e|es|ed|ing)$|fear|warn|threat|suggest|speculat|suspect|den(?:y|ied|ies)|claim|want|"
    r"plan|propos|expect|call(?:s|ed)?$|demand|urg|ask|question|consider|possib|potential|prevent|stop|avoid|rule|reject|"
    r"refus|oppos|prospect|idea|rumou?r|imagin|pretend|wish|if$|doubt|chance|need|bid$|attempt|try|tries|tried|fail|"
    r"charge[sd]?$|prepar|schedul|request|invit|offer|postpon|cancel)",
    re.IGNORECASE,
)
NOWHERE: Final = frozenset(
    {
        "based", "believe", "believed", "believes", "include", "included", "includes", "including",
        "interested", "invest", "invested", "investing", "invests", "involve", "involved", "involves", "result",
        "resulted", "results",
        # Of shares and markets.
        "advanced", "climbed", "cut", "dropped", "ended", "gained", "listed", "prices", "rose", "shares", "slipped",
        # What began, was born or ended there, which other relations tell.
        "born", "died", "educated", "established", "formed", "founded", "incorporated",
        "qualified", "registered", "set", "studied", "trained",
        # What lies or is sold there.
        "elevators", "factories", "factory", "made", "makes", "owners", "plant", "sell", "sells", "stands",
        "venture",
        # Whose it is, or who is buried there.
        "buried", "keep", "keeps", "kept", "lay", "lie", "lies", "own", "owned", "owns",
    }
)  # fmt: skip
"""Verbs and nouns behind which "in" is no place where someone acts."""
FATES: Final = frozenset({"executed", "hanged", "killed", "murdered"})
"""What was done to somebody there, which other relations tell."""
PRESENT: Final = frozenset(
    {
        "airstrikes", "ambassador", "attack", "attacks", "base", "bases", "bombardment", "bombing", "campaign",
        "consulate", "diplomats", "embassies", "embassy", "envoy", "mission", "offensive", "office", "offices",
        "officials", "operation", "operations", "presence", "raid", "raids", "strikes", "talks", "team",
    }
)  # fmt: skip
"""What of a country is somewhere, so that the country does something there."""
PERHAPS: Final = frozenset({"possibly", "perhaps", "probably", "maybe", "reportedly", "allegedly"})
SUBJECTS: Final[dict[str, tuple[str, ...]]] = dict.fromkeys(("he", "she"), ("nsubj", "nsubjpass"))
OWNERS: Final[dict[str, tuple[str, ...]]] = dict.fromkeys(("his", "her"), ("poss",))
HIS_TITLES: Final = frozenset({"Mr", "Sir", "Lord"})
HER_TITLES: Final = frozenset({"Ms", "Mrs", "Miss", "Dame", "Lady"})
UNREAL: Final = frozenset(
    {
        "alleged", "attempted", "failed", "feared", "foiled", "future", "imminent", "next", "no", "planned",
        "possible", "potential", "proposed", "suspected", "threatened", "upcoming",
    }
)  # fmt: skip
"""Before a noun: what it names is not, or not yet."""
VOICES: Final = frozenset({"spokesman", "spokeswoman", "spokesperson", "spokesmen"})
"""What they say, the one says that they speak for."""
QUOTES: Final = frozenset({'"', "“", "”", "``", "''"})
