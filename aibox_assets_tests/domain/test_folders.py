"""Which folder a place is, by its marker."""

from __future__ import annotations

import pytest

from aibox_assets.domain.folders import (
    Held,
    KnownFolder,
    Marker,
    MarkerKind,
    New,
    Place,
    Same,
    Verdict,
    identify,
)

US = "installation"
HERE = Place("inbox", "/srv/inbox", "one")
NONE, EMPTY, UNREADABLE = (Marker(k) for k in (MarkerKind.NONE, MarkerKind.EMPTY, MarkerKind.UNREADABLE))


def valid(folder: str, installation: str = US) -> Marker:
    return Marker(MarkerKind.VALID, installation, folder)


def known(
    id_: str | None = "a", label: str = "inbox", root: str | None = "/srv/inbox", host: str | None = "one",
    *, has_files: bool = True, held_reason: str | None = None,
) -> KnownFolder:  # fmt: skip
    return KnownFolder(label, id_, host, root, has_files, held_reason)


def of_release_0_1(*, has_files: bool = True) -> KnownFolder:
    return known(None, root=None, host=None, has_files=has_files)


def decide(marker: Marker, *rows: KnownFolder, place: Place = HERE, taken: tuple[str, ...] = ()) -> Verdict:
    return identify(place, marker, {row.label: row for row in rows}, US, taken)


@pytest.mark.parametrize("marker", [NONE, EMPTY])
def test_a_folder_that_nobody_knows_is_new(marker: Marker) -> None:
    assert decide(marker) == New("inbox")


def test_a_folder_is_what_its_marker_says_wherever_it_lies() -> None:
    moved = Place("/mnt/new", "/mnt/new", "two")
    assert decide(valid("a"), known()) == Same("inbox")
    assert decide(valid("a"), known(), place=moved) == Same("inbox")


@pytest.mark.parametrize(
    ("marker", "says"),
    [(NONE, "no marker"), (EMPTY, "0.1"), (valid("b"), "not known"), (UNREADABLE, "cannot be read")],
)
def test_a_place_with_files_and_another_marker_or_none_is_held(marker: Marker, says: str) -> None:
    for place in (HERE, Place("inbox", "/srv/other", "one")):
        verdict = decide(marker, known(), place=place)
        assert isinstance(verdict, Held)
        assert verdict.label == "inbox"
        assert says in verdict.reason


def test_the_marker_of_another_installation_is_held_though_nothing_is_known() -> None:
    assert isinstance(decide(valid("a", "theirs")), Held)
    assert isinstance(decide(valid("a", "theirs"), known()), Held)


@pytest.mark.parametrize("marker", [NONE, EMPTY, valid("b")])
@pytest.mark.parametrize("has_files", [True, False])
def test_the_same_label_on_a_second_host_holds_that_place_and_not_the_folder(
    marker: Marker, has_files: bool
) -> None:
    verdict = decide(marker, known(has_files=has_files), place=Place("inbox", "/srv/inbox", "two"))
    assert isinstance(verdict, Held)
    assert verdict.label == "two:/srv/inbox"


def test_a_copy_with_its_marker_is_held_and_the_folder_is_not() -> None:
    verdict = decide(valid("a"), known(), place=Place("/copy", "/copy", "one"), taken=("inbox",))
    assert isinstance(verdict, Held)
    assert "copy" in verdict.reason
    assert verdict.label == "/copy"


def test_a_folder_without_files_is_marked_anew_as_there_is_nothing_to_lose() -> None:
    assert decide(NONE, known(has_files=False)) == New("inbox")
    assert decide(NONE, known(has_files=False), place=Place("inbox", "/other", "one")) == New("inbox")


def test_an_empty_marker_of_release_0_1_is_adopted_once() -> None:
    assert decide(EMPTY, of_release_0_1()) == New("inbox")
    assert isinstance(decide(NONE, of_release_0_1()), Held), "its marker is missing"
    assert decide(NONE, of_release_0_1(has_files=False)) == New("inbox")
    assert isinstance(decide(EMPTY, known("a")), Held), "it was adopted, on this host or another"


def test_a_marker_of_ours_whose_row_a_crash_prevented_is_taken_up() -> None:
    assert decide(valid("b"), of_release_0_1()) == New("inbox", "b")
    assert decide(valid("b")) == New("inbox", "b")


@pytest.mark.parametrize("marker", [NONE, EMPTY])
def test_where_no_marker_can_be_written_the_place_stands_for_it(marker: Marker) -> None:
    assert decide(marker, known(None)) == Same("inbox", marked=False)
    assert isinstance(decide(marker, known(None), place=Place("inbox", "/other", "one")), Held)


def test_a_second_host_without_a_writable_place_is_itself_once_accepted() -> None:
    place = Place("inbox", "/srv/inbox", "two")
    apart = known(None, "two:/srv/inbox", host="two")
    assert decide(NONE, known(), apart, place=place) == Same("two:/srv/inbox", marked=False)
    held = known(None, "two:/srv/inbox", host="two", held_reason="why")
    assert isinstance(decide(NONE, known(), held, place=place), Held)
