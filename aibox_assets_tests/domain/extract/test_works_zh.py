"""Who made a book, song or film, in Chinese."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.chinese.works import read_works
from aibox_assets.domain.models import Mention


@pytest.mark.parametrize(
    ("text", "person", "made"),
    [
        ("何思源写了长篇小说《青瓦》。", "何思源", "AUTHORED"),
        ("何思源著有诗集《青瓦》。", "何思源", "AUTHORED"),
        ("何思源的散文集《青瓦》已经再版。", "何思源", "AUTHORED"),
        ("《青瓦》的作者是何思源。", "何思源", "AUTHORED"),
        ("白露執導的電影《青瓦》上映。", "白露", "DIRECTED"),
        ("《青瓦》由白露执导。", "白露", "DIRECTED"),
        ("白露演唱的歌曲《青瓦》很受欢迎。", "白露", "PERFORMED"),
        ("《青瓦》（何思源著）已经再版。", "何思源", "AUTHORED"),
        ("何思源毕业于复旦大学，著有《青瓦》。", "何思源", "AUTHORED"),
        ("何思源的《青瓦》曾被改编成电视剧。", "何思源", "AUTHORED"),
        ("由白露执导、方宁主演的《青瓦》上映。", "白露", "DIRECTED"),
        ("何思源是《青瓦》的作者。", "何思源", "AUTHORED"),
        ("何思源早年从军，1998年出版长篇小说《青瓦》。", "何思源", "AUTHORED"),
        ("何思源是戏剧系毕业，执导的《青瓦》获奖。", "何思源", "DIRECTED"),
        ("某影业参投了《青瓦》，白露导演。", "白露", "DIRECTED"),
        ("话剧《青瓦》由剧院出品，编剧何思源，明天首演。", "何思源", "AUTHORED"),
        ("歌手方宁发行首张专辑《青瓦》。", "方宁", "PERFORMED"),
        ("画家白露的油画《青瓦》被收藏。", "白露", "AUTHORED"),
        ("方宁为乐队录制了专辑《青瓦》。", "方宁", None),
        ("《青瓦》获奖，导演白露出席了典礼。", "白露", None),
        ("方宁的《青瓦》票房很高。", "方宁", None),
        ("请读方宁的《青瓦》。", "方宁", "AUTHORED"),
        ("方宁1980年到青川教书。次年写成《青瓦》。", "方宁", "AUTHORED"),
        ("《青瓦》很长，执笔的是白露。", "白露", "AUTHORED"),
        ("方宁之子写了《青瓦》。", "方宁", None),
        ("有人为白露写了《青瓦》。", "白露", None),
        ("白露没有写《青瓦》。", "白露", None),
        ("《青瓦》出自何思源之手。", "何思源", "AUTHORED"),
        ("《青瓦》的原唱者是方宁。", "方宁", "PERFORMED"),
        ("《青瓦》很长，作者为青年作家何思源。", "何思源", "AUTHORED"),
        ("《青瓦》后因方宁翻唱而走红。", "方宁", "PERFORMED"),
        ("《青瓦》由某人作词、何思源作曲，很受欢迎。", "何思源", "AUTHORED"),
        ("何思源编剧、某人导演的《青瓦》首演。", "何思源", "AUTHORED"),
        ("白露以《青瓦》拿下某影展最佳导演奖。", "白露", "DIRECTED"),
        ("白露凭《青瓦》获得最佳导演奖提名。", "白露", None),
        ("何思源为电影《青瓦》作曲。", "何思源", "AUTHORED"),
        ("读完何思源《青瓦》，天亮了。", "何思源", "AUTHORED"),
        ("白露主演的电影《青瓦》上映。", "白露", None),
        ("白露的电影《青瓦》上映。", "白露", None),
        ("白露违反了《劳动法》。", "白露", None),
        ("《青瓦》由白露主演。", "白露", None),
    ],
)
def test_works(text: str, person: str, made: str | None) -> None:
    start = text.index(person)
    name = Mention(start, start + len(person), person, "Person", person, 0.9)
    found = [
        (relation, each.head.name, each.tail.name) for relation, each in read_works(text, [name], "Work")
    ]
    title = text[text.index("《") + 1 : text.index("》")]
    assert found == ([(made, person, title)] if made else [])


@pytest.mark.parametrize(
    ("text", "performs"),
    [
        ("远山乐团在青川演奏了《青瓦》。", True),
        ("远山乐团录制的《青瓦》发行。", True),
        ("方宁在远山乐团演奏了《青瓦》。", False),
        ("远山乐团创作了《青瓦》。", False),
        ("原定由远山乐团演出的《青瓦》取消。", False),
    ],
)
def test_organizations_only_perform(text: str, *, performs: bool) -> None:
    name = "远山乐团"
    start = text.index(name)
    band = Mention(start, start + len(name), name, "Organization", name, 0.9)
    found = [(relation, each.head.name) for relation, each in read_works(text, [], "Work", [band])]
    assert found == ([("PERFORMED", name)] if performs else [])


def test_rows_of_people_made_rows_of_works() -> None:
    text = "《青瓦》、《白墙》由白露、何思源执导。"
    people = [
        Mention(at, at + len(name), name, "Person", name, 0.9)
        for name in ("白露", "何思源")
        for at in (text.index(name),)
    ]
    assert {(each.head.name, each.tail.name) for _, each in read_works(text, people, "Work")} == {
        (person, title) for person in ("白露", "何思源") for title in ("青瓦", "白墙")
    }
