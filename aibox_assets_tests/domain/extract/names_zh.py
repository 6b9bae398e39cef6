"""Names of a Chinese text for rules that are asked alone."""

from __future__ import annotations

from aibox_assets.domain.models import Mention

KINDS = {"p": "Person", "o": "Organization", "l": "Location"}


def marked(text: str) -> tuple[str, list[Mention]]:
    """``[p:李安]的父亲[p:李昇]``: the text without marks, and the names that it marks."""
    plain, names, rest = "", [], text
    while rest:
        before, opened, after = rest.partition("[")
        plain += before
        if not opened:
            break
        inside, _, rest = after.partition("]")
        kind, _, name = inside.partition(":")
        start = len(plain)
        plain += name
        names.append(Mention(start, len(plain), name, KINDS[kind], name, 0.9))
    return plain, names
