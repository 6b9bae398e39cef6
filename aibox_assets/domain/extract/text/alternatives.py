"""Regular expressions for long lists of words, as Chinese has them: titles, posts."""

from __future__ import annotations

import re
from collections.abc import Iterable


def one_of(words: Iterable[str], *, begun: str = "") -> str:
    """A regular expression for one of *words*, the first that fits. Where none begins it fails by one character:
    ``re`` itself would try word by word.

    :param begun: matches what may stand before the word; literal but for its operators.
    """
    known = list(words)
    firsts = {each[0] for each in known} | set(re.findall(r"\w", begun))
    return f"(?=[{''.join(sorted(firsts))}]){begun}(?:{'|'.join(map(re.escape, known))})"
