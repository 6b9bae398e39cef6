"""Encodings: exact, or flagged; never silently wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibox_assets.domain.decode import decode_text
from aibox_assets.domain.errors import UnsupportedTypeError
from aibox_assets.domain.parse import ParseLimits, parse_document

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


KOREAN = (
    "회의는 오후 세 시에 시작합니다. 자료는 미리 읽어 주시기 바랍니다.",
    "우리 회사는 부산에 새로운 공장을 세웠다.\nRevenue grew 12% in Q3.",
    "안녕하세요, 반갑습니다.",
)
JAPANESE = (
    "会議は午後三時に始まります。資料は事前にお読みください。",
    "弊社は大阪に新しい工場を建てた。\nRevenue grew 12% in Q3.",
    "サーバーのインストール手順について",
)


@pytest.mark.parametrize("text", KOREAN)
@pytest.mark.parametrize("encoding", ["euc-kr", "cp949", "utf-8", "utf-16"])
def test_korean(text: str, encoding: str) -> None:
    decoded = decode_text(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.doubtful) == (text, False)


@pytest.mark.parametrize("text", JAPANESE)
@pytest.mark.parametrize("encoding", ["shift_jis", "euc-jp", "iso-2022-jp", "utf-8", "utf-16"])
def test_japanese(text: str, encoding: str) -> None:
    decoded = decode_text(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.doubtful) == (text, False)


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "iso8859-5", "cp866"])
def test_what_cannot_be_told_for_sure_is_in_doubt(encoding: str) -> None:
    text = "Насос третьего зала заменили в мае, потому что его подшипник дважды работал без масла. " * 3
    decoded = decode_text(text.encode(encoding))
    assert decoded is not None
    assert decoded.doubtful
    with pytest.raises(UnsupportedTypeError, match="cannot be told for sure") as caught:
        parse_document(text.encode(encoding), "a.txt", ParseLimits())
    assert "EUC-KR" in caught.value.remedy


def test_a_repetition_is_no_long_text() -> None:
    decoded = decode_text("文字".encode("gb18030") * 50)
    assert decoded is not None
    assert (decoded.text, decoded.doubtful) == ("文字" * 50, False)


@pytest.mark.parametrize("encoding", ["cp1250", "iso8859-2", "cp1252"])
def test_accents_inside_of_words_are_no_chinese(encoding: str) -> None:
    text = "Zürich, Köln und Malmö liegen weit über dem Fluß; für Gäste gibt es schöne Höfe. " * 2
    decoded = decode_text(text.encode(encoding))
    assert decoded is not None
    assert decoded.encoding == "windows-1252"


@given(st.binary(max_size=300), st.sampled_from([None, "euc-kr", "big5", "no-such", "\x00"]))
@settings(deadline=None)
def test_any_bytes_are_text_or_not(data: bytes, declared: str | None) -> None:
    decoded = decode_text(data, declared)
    assert decoded is None or isinstance(decoded.text, str)
