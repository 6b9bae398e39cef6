from __future__ import annotations

import random

from aibox_assets.domain.resolve import Link, cluster


def groups(*names: str) -> list[frozenset[str]]:
    return sorted((frozenset(name) for name in names), key=sorted)


def test_links_make_things_in_any_order() -> None:
    links = [Link("a", "b", 0.9), Link("b", "c", 0.8), Link("d", "e", 0.7), Link("x", "a", 1.0)]
    for seed in range(10):
        mixed = random.Random(seed).sample(links, len(links))
        assert cluster("abcdef", mixed) == groups("abc", "de", "f")


def test_what_is_forbidden_breaks_the_weakest_link() -> None:
    links = [Link("a", "b", 0.9), Link("b", "c", 0.8), Link("c", "d", 0.95)]
    assert cluster("abcd", links, {frozenset("ad")}) == groups("ab", "cd")
    assert cluster("abcd", links, {frozenset("ab")}) == groups("a", "bcd")
    assert cluster("abcd", links, {frozenset("ac"), frozenset("bd")}) == groups("ab", "cd")
