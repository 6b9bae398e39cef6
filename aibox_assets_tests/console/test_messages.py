"""What services say is known in Chinese, each sentence by the form in which the code makes it."""

from __future__ import annotations

import ast
import errno
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from string import Formatter

import pypdfium2
import pytest

import aibox_assets
from aibox_assets.console import messages
from aibox_assets.console.messages import KNOWN, SAID, foreign_forms, forms, retell
from aibox_assets.console.texts import read_texts
from aibox_assets_tests.console.test_texts import fields

PACKAGE = Path(aibox_assets.__file__).parent
MET = (
    *("domain/parse", "domain/sniff.py", "sandbox/child.py", "sandbox/memory.py", "sandbox/parser.py"),
    *("stores/documents.py", "stores/arriving.py", "services/waits.py", "services/accounts.py"),
    *("services/api_keys.py", "services/hashing.py", "services/signing_in.py"),
    *("services/uploads.py", "services/search.py", "services/narrowing.py", "services/webhooks.py"),
    "local/doctor",
)
"""Modules whose every error, finding and wait a person may meet in the console."""
SPEAKERS = ("Error", "ok", "warning", "problem")


def form_of(node: ast.expr) -> str | None:
    """A string of the code with ``{}`` for each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{:[^}]*\}", "{}", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)  # type: ignore[misc]
    return None


def trees(*under: str) -> Iterator[ast.Module]:
    for each in under:
        place = PACKAGE / each
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if "console" not in path.relative_to(PACKAGE).parts:
                yield ast.parse(path.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    return "".join(
        literal + ("" if name is None else "{}") for literal, name, _, _ in Formatter().parse(text)
    )


def english() -> list[str]:
    return list(read_texts(messages._FILE, "zh-Hans"))


def test_each_form_is_one_that_the_code_makes() -> None:
    made = {form for tree in trees("") for node in ast.walk(tree) if (form := form_of(node)) is not None}  # type: ignore[arg-type]
    assert [text for text in english() if plain(text) not in made] == []


def test_what_people_meet_is_in_the_catalogue() -> None:
    known = {plain(text) for text in english()}
    missing = set()
    for tree in trees(*MET):
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not ast.unparse(call.func).endswith(SPEAKERS):
                continue
            if "Protocol" in ast.unparse(call.func) or ast.unparse(call.func) in ("ValueError", "OSError"):
                continue
            for form in map(form_of, call.args[:2]):
                command = form is None or form == "{}" or form.startswith(("aibox ", "chmod ")) or not form
                if not command and form not in known:
                    missing.add(form)
    assert missing == set()


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_no_value_is_lost_and_no_name_is_without_meaning(language: str) -> None:
    for form in forms(language):
        assert fields(form.meaning) == set(form.names), form
        assert len(set(form.names)) == len(form.names), form
        assert all(form.literals[1:-1]), form
    assert KNOWN <= SAID


@pytest.mark.parametrize(
    ("said", "simplified"),
    [
        ("empty.txt is empty.", "empty.txt 是空的。"),
        (
            "a, its extension is b.png: the content is binary (Portable Network Graphics file), "
            "and its extension is .png; neither makes it a document.",
            "a, its extension is b.png：内容是二进制（PNG 图片），扩展名是 .png；两者都不是文档。",
        ),
        ("Folder /in is away: no such folder", "文件夹 /in（不可用）：没有此文件夹"),
        ("Folder /in is odd: no such folder", "Folder /in is odd: no such folder"),
        ("Rename the file. Split the file.", "请重命名文件。请拆分文件。"),
        (
            "Queue vectorization is paused: Redis did not answer: x y. See that it runs and that REDIS_URL fits.",
            "队列 vectorization 已暂停：Redis 没有应答：x y。请检查它是否运行以及 REDIS_URL 是否正确。",
        ),
        ("Something is odd.", "Something is odd."),
        ("", ""),
        ("{name} is empty.", "{name} 是空的。"),
    ],
)
def test_a_sentence_is_told_with_its_values(said: str, simplified: str) -> None:
    assert retell("zh-Hans", said) == simplified
    assert retell("en", said) == said


def test_traditional_chinese_is_told_in_its_own_words() -> None:
    assert retell("zh-Hant", "Rename the file.") == "請重新命名檔案。"


def test_a_long_text_is_left_alone_and_takes_no_time() -> None:
    said = "x has " + ", over the limit of " * 400
    assert retell("zh-Hans", said) == said


def refusal(question: Callable[[], object]) -> str:
    with pytest.raises((ValueError, zipfile.BadZipFile, pypdfium2.PdfiumError)) as caught:
        question()
    return getattr(caught.value, "msg", str(caught.value))


@pytest.mark.parametrize(
    "said",
    [
        *(
            refusal(partial(json.loads, text))
            for text in ("", "{a}", '{"a" 1}', "[1 2]", "1 2", '"a', '"\\x"', "[1,]")
        ),
        refusal(partial(pypdfium2.PdfDocument, b"%PDF-1.4 torn")),
        refusal(partial(zipfile.ZipFile, BytesIO(b"PK torn"))),
        *(
            os.strerror(each)
            for each in (errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS, errno.ECONNREFUSED)
        ),
        "Error 111 connecting to 127.0.0.1:6379. Connection refused.",
    ],
)
def test_what_libraries_say_is_told_with_their_words(said: str) -> None:
    told = retell("zh-Hans", f"a.pdf is not a whole PDF: {said}.")
    words = said.removesuffix(".")
    assert told.startswith("a.pdf 不是完整的 PDF：")
    assert told.endswith(f"（{words}）。")
    assert told != f"a.pdf 不是完整的 PDF：（{words}）。"


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_what_libraries_say_loses_no_words(language: str) -> None:
    for form in foreign_forms(language):
        assert fields(form.meaning) <= {*form.names, "words"}, form
        assert all(form.literals[1:-1]), form


def test_a_picture_is_called_one() -> None:
    said = "pic.png: the content is binary (Portable Network Graphics file), and its extension is .png; "
    said += "neither makes it a document."
    assert retell("zh-Hant", said) == "pic.png：內容是二進位制（PNG 圖片），副檔名是 .png；兩者都不是文件。"


def test_a_value_of_two_words_is_told_from_what_follows_it() -> None:
    said = retell("zh-Hans", "Dagster's Postgres answers at 127.0.0.1:5432, as 18.4.")
    assert said == "Dagster 的 Postgres 在 127.0.0.1:5432 应答，版本为 18.4。"


def test_why_a_language_model_did_not_answer_is_told() -> None:
    said = "The language model small at llm.example gave no answer in 30 s."
    assert retell("zh-Hans", said) == "llm.example 上的语言模型 small：30 秒内没有应答。"
