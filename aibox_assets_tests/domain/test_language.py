from __future__ import annotations

import pytest

from aibox_assets.domain.language import detect_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The company was founded in 1998 by two engineers.", "en"),
        ("Quarterly Revenue | Region: Asia", "en"),
        ("台積電由張忠謀創立，總部位於新竹。", "zh"),
        ("华为 Mate 60 手机在深圳发布", "zh"),
        ("The firm 台積電 was founded by Morris Chang in Hsinchu and is large", "en"),
        ("これは日本語の文章です。東京に行きました。", "ja"),
        ("サーバーの設定 for hosts", "ja"),
        ("東京都庁舎展望室の御案内", "zh"),  # nothing tells it from Chinese
        ("서울은 대한민국의 수도이다. CPU 사용률은 20%이다.", "ko"),
        ("김철수(金哲洙)는 부산에서 태어났다.", "ko"),
        ("The word 東京 (とうきょう) is the name of the capital and of the city", "en"),
        (
            "约翰·史密斯出生于ニューヨーク以外的一个不大的城市，后来在那里的大学学习法律和经济学，并成为了作家和记者，写过关于许多城市的书",
            "zh",
        ),
        ("Это русский текст.", "und"),
        ("Der Hund ist nicht im Haus und die Katze auch nicht.", "und"),
        ("El perro y la casa del hombre que vive en Madrid", "und"),
        ("12345 67.8 %", "und"),
        ("", "und"),
    ],
)
def test_detect_language(text: str, expected: str) -> None:
    assert detect_language(text) == expected
