"""Encodings: exact, or flagged; never silently wrong."""

from __future__ import annotations

import pytest

from aibox_assets.domain.decode import decode_text

SIMPLIFIED = (
    "中国人工智能产业发展迅速。",
    "会议记录",
    "张伟在北京大学学习计算机科学，毕业后加入华为公司。",
    "产品价格: 100元, 数量 5",
    "第三季度营业收入同比增长百分之十二。\nRevenue grew 12% in Q3.",
    "你好，世界",
)
TRADITIONAL = (
    "臺灣的半導體產業在全球扮演重要角色。",
    "會議紀錄",
    "王小明畢業於國立臺灣大學，現任職於台積電。",
    "產品價格: 100元, 數量 5",
    "第三季營收較去年同期成長百分之十二。\nRevenue grew 12% in Q3.",
    "你好，世界",
)
WESTERN = ("Café Zürich – naïve résumé", "El niño comió piñata en Perú.")


@pytest.mark.parametrize("text", SIMPLIFIED)
@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_simplified_chinese(text: str, encoding: str) -> None:
    decoded = decode_text(text.encode(encoding))
    assert decoded is not None
    assert decoded.text == text


@pytest.mark.parametrize("text", TRADITIONAL)
@pytest.mark.parametrize("encoding", ["big5", "utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_traditional_chinese(text: str, encoding: str) -> None:
    decoded = decode_text(text.encode(encoding))
    assert decoded is not None
    assert decoded.text == text


@pytest.mark.parametrize("text", WESTERN)
def test_western(text: str) -> None:
    decoded = decode_text(text.encode("cp1252"))
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (text, "windows-1252")
    assert decoded.warnings


def test_a_guess_and_a_loss_are_told() -> None:
    guessed = decode_text("这是中文".encode("gb18030"))
    assert guessed is not None
    assert (guessed.encoding, len(guessed.warnings)) == ("gb18030", 1)
    lossy = decode_text("这是一段很长的中文文字，".encode() * 20 + b"\xff\xfe tail")
    assert lossy is not None
    assert lossy.encoding == "utf-8"
    assert "2 places" in lossy.warnings[1]


def test_one_character_that_may_be_of_another_encoding_is_told() -> None:
    doubtful = decode_text("a partner\n展".encode("gb18030"))  # by chance a letter of Armenian in UTF-8
    assert doubtful is not None
    assert doubtful.warnings
    for sure in ("café", "naïve – résumé", "展", "words"):
        decoded = decode_text(sure.encode())
        assert decoded is not None
        assert not decoded.warnings


def test_declared_encoding_comes_after_utf8() -> None:
    assert decode_text("文".encode(), "big5").encoding == "utf-8"  # type: ignore[union-attr]
    assert decode_text("かな".encode("euc-jp"), "euc-jp").text == "かな"  # type: ignore[union-attr]
    assert decode_text("中文字".encode("big5"), "no-such-codec") is not None


@pytest.mark.parametrize(
    "data", [bytes(5_000), bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + bytes(range(0, 256, 3)) * 9]
)
def test_binary_is_no_text(data: bytes) -> None:
    assert decode_text(data) is None
