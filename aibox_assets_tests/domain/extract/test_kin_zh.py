"""Who is whose family, as Chinese says it."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.chinese.kin import read_kin
from aibox_assets_tests.domain.extract.names_zh import marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[p:张大千]的二哥[p:张善孖]也是画家。", {"张大千 FAMILY_OF 张善孖"}),
        ("[p:朱棣]是[p:朱元璋]的第四子。", {"朱棣 FAMILY_OF 朱元璋"}),
        ("[p:張國煒]是[p:張榮發]的么子。", {"張國煒 FAMILY_OF 張榮發"}),
        ("[p:拉吉夫·甘地]，[p:英迪拉·甘地]之子。", {"拉吉夫·甘地 FAMILY_OF 英迪拉·甘地"}),
        ("[p:趙元任]之妻[p:楊步偉]是一位醫生。", {"趙元任 SPOUSE_OF 楊步偉"}),
        ("[p:钟南山]是医生。他毕业于医学院，妻子[p:李少芬]曾是队员。", {"钟南山 SPOUSE_OF 李少芬"}),
        (
            "[p:蘇軾]是眉山人，父[p:蘇洵]、弟[p:蘇轍]同列名家。",
            {"蘇軾 FAMILY_OF 蘇洵", "蘇軾 FAMILY_OF 蘇轍"},
        ),
        ("[p:聂卫平]的学生[p:常昊]当选主席，其妻[p:张璇]为棋手。", {"常昊 SPOUSE_OF 张璇"}),
        ("[p:瞿秋白]、[p:杨之华]夫妇曾住在上海。", {"瞿秋白 SPOUSE_OF 杨之华"}),
        (
            "曾氏三姐妹[p:曾令姗]、[p:曾令娴]、[p:曾令姝]开了茶舍。",
            {"曾令姗 FAMILY_OF 曾令娴", "曾令姗 FAMILY_OF 曾令姝", "曾令娴 FAMILY_OF 曾令姝"},
        ),
        ("[p:梁思成]与[p:林徽因]1928年在渥太华结婚。", {"梁思成 SPOUSE_OF 林徽因"}),
        ("女星[p:谷曉嵐]嫁給新加坡商人[p:符永康]。", {"谷曉嵐 SPOUSE_OF 符永康"}),
        (
            "[p:蔣經國]與[p:蔣方良]育有長子[p:蔣孝文]。",
            {"蔣經國 SPOUSE_OF 蔣方良", "蔣經國 FAMILY_OF 蔣孝文", "蔣方良 FAMILY_OF 蔣孝文"},
        ),
        ("[p:王明]和[p:李芳]出席了会议。", set()),
        ("[p:王明]不是[p:李芳]的丈夫。", set()),
    ],
)
def test_says_who_is_whose_family(text: str, expected: set[str]) -> None:
    plain, names = marked(text)
    found = {f"{it.head.name} {name} {it.tail.name}" for name, it in read_kin(plain, names, "Person")}
    assert found == expected
