"""Which chunks are near to all things that a question names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.walk import walk

NAMES = st.sampled_from("abcdef")
CHUNKS = st.sampled_from([f"c{n}" for n in range(8)])
NAMED = st.dictionaries(NAMES, st.dictionaries(CHUNKS, st.integers(0, 5), max_size=6), max_size=6)


def test_texts_that_meet_in_a_third_thing_are_nearer_than_those_that_name_one() -> None:
    named = {
        "Cuba": {"c1": 1, "c2": 1, "c3": 1},
        "Panama": {"c4": 1, "c5": 1, "c6": 1},
        "Latin America": {"c2": 1, "c5": 1},
    }
    near = walk(named, [["Cuba"], ["Panama"]])
    assert sorted(near, key=lambda chunk: -near[chunk].nearness)[:2] == ["c2", "c5"]
    assert near["c2"].nearness == 1
    assert near["c2"].through == ("Cuba", "Latin America")


def test_a_text_that_names_both_is_nearest() -> None:
    near = walk({"a": {"c1": 1, "c2": 1}, "b": {"c2": 1, "c3": 1}}, [["a"], ["b"]])
    assert near["c2"].nearness == 1 > near["c1"].nearness == near["c3"].nearness


def test_nobody_walks_from_what_is_not_named() -> None:
    assert walk({}, [["a"], ["b"]]) == {}
    assert walk({"a": {}, "c": {"c1": 1}}, [["a"], ["b"]]) == {}


@given(NAMED, st.lists(st.sets(NAMES, max_size=3), max_size=3))
def test_nearness_is_a_share_and_its_things_are_named_there(
    named: dict[str, dict[str, int]], starts: list[set[str]]
) -> None:
    near = walk(named, [sorted(start) for start in starts])
    assert near.keys() <= {chunk for counts in named.values() for chunk in counts}
    assert not near or max(each.nearness for each in near.values()) == 1
    for chunk, each in near.items():
        assert 0 <= each.nearness <= 1
        assert all(chunk in named[thing] for thing in each.through)


@given(NAMED, st.sets(NAMES, min_size=1, max_size=3))
def test_it_does_not_hang_on_the_order_of_what_is_read(
    named: dict[str, dict[str, int]], start: set[str]
) -> None:
    mixed = {thing: dict(reversed(counts.items())) for thing, counts in reversed(named.items())}
    one, other = walk(named, [sorted(start)]), walk(mixed, [sorted(start)])
    assert one.keys() == other.keys()
    assert all(abs(one[chunk].nearness - other[chunk].nearness) < 1e-6 for chunk in one)
