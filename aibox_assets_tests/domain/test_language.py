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
        ("これは日本語の文章です。東京に行きました。", "und"),
        ("Это русский текст.", "und"),
        ("Der Hund ist nicht im Haus und die Katze auch nicht.", "und"),
        ("El perro y la casa del hombre que vive en Madrid", "und"),
        ("12345 67.8 %", "und"),
        ("", "und"),
    ],
)
def test_detect_language(text: str, expected: str) -> None:
    assert detect_language(text) == expected
