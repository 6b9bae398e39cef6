"""``aibox search``, ``aibox ask`` and ``aibox passage``: what the files say, with the place where they say it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import typer

from aibox_assets.cli import remote
from aibox_assets.cli.ask import RELATION_COLUMNS, relation_record, relation_rows
from aibox_assets.cli.console import Json, clean, clean_lines, out, print_json, print_table, reported_errors
from aibox_assets.cli.files import find
from aibox_assets.domain.answers import say_not_found
from aibox_assets.domain.filters import Filters, well_formed
from aibox_assets.domain.passages import FoundPassage, Passage
from aibox_assets.domain.snippets import Snippet
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.resources.platform import current_platform
from aibox_assets.services import ask as service_ask
from aibox_assets.services import search as service

Several = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(search)
    app.command()(ask)
    app.command()(passage)


def search(
    query: Annotated[str, typer.Argument(help="A question or words, English or Chinese.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many passages.")] = 5,
    user: Annotated[str | None, typer.Option("--user", "-u", help="Only files of this owner.")] = None,
    file: Annotated[
        Several, typer.Option("--file", "-f", help="Only this file, by id or path; may be repeated.")
    ] = None,
    media_type: Annotated[
        Several,
        typer.Option(
            "--type", help="Only files of this kind, as 'pdf' or by its media type; may be repeated."
        ),
    ] = None,
    language: Annotated[Several, typer.Option(help="Only passages in 'en', 'zh'; may be repeated.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only files changed then or later.")] = None,
    before: Annotated[datetime | None, typer.Option(help="Only files changed earlier.")] = None,
    json: Json = False,
) -> None:
    """Find passages by meaning and by word, each with its file, page and characters."""
    with reported_errors(json):
        filters = well_formed(Filters(user, None, media_type or None, since, before, language or None))
        if (api := remote.installation()) is not None:
            ids = [remote.find_file(api, key, json).file_id for key in file or ()]
            found = remote.search(api, query, replace(filters, file_ids=ids or None), limit)
        else:
            platform = current_platform()
            ids = [find(platform, key, json).id for key in file or ()]
            found = service.search(platform, OPERATOR, query, replace(filters, file_ids=ids or None), limit)
    if json:
        print_json([_found(each) for each in found])
        return
    rows = [
        (f"{each.score:.2f}", clean(each.passage.path), place_of(each.passage), _why(each)) for each in found
    ]
    empty = (
        "Nothing in the files fits."
        if filters == Filters() and not file
        else "Nothing fits in what was searched."
    )
    print_table(f"“{clean(query)}”", ("score", "file", "place", "text"), rows, empty)


def ask(
    question: Annotated[str, typer.Argument(help="A question, English or Chinese.")],
    user: Annotated[str | None, typer.Option("--user", "-u", help="Only files of this owner.")] = None,
    json: Json = False,
) -> None:
    """Answer a question by the sentences of the files, and by what the graph says."""
    with reported_errors(json):
        if (api := remote.installation()) is not None:
            answer = remote.ask(api, question, user)
        else:
            answer = service_ask.ask(current_platform(), OPERATOR, question, Filters(owner=user))
    if json:
        print_json(_answer(answer))
        return
    for sentence in answer.written or ():
        cited = "".join(f"[{place + 1}]" for place in sentence.passages)
        out.print(f"{clean(sentence.text)} [dim]{clean(cited)}[/]")
    if not answer.passages:
        out.print(say_not_found(question))
    rows = [
        (
            f"{each.score:.2f}",
            clean(each.text),
            clean(each.passage.passage.path),
            place_of(each.passage.passage, each.char_start, each.char_end),
        )
        for each in answer.sentences
    ]
    if rows:
        print_table("In your files", ("score", "text", "file", "place"), rows, "")
    if answer.written:
        cited_rows = [
            (str(place + 1), clean(each.passage.path), place_of(each.passage))
            for place, each in enumerate(answer.passages)
            if any(place in sentence.passages for sentence in answer.written)
        ]
        print_table("Cited", ("", "file", "place"), cited_rows, "")
    if answer.relations:
        print_table("In the graph", RELATION_COLUMNS, relation_rows(answer.relations, as_given=True), "")
    for note in answer.notes:
        out.print(f"[yellow]{clean(note)}[/]")


def passage(
    chunk_id: Annotated[str, typer.Argument(help="As 'aibox search --json' names it.")],
    before: Annotated[int, typer.Option(min=0, max=20, help="Chunks before it.")] = 1,
    after: Annotated[int, typer.Option(min=0, max=20, help="Chunks behind it.")] = 1,
    like: Annotated[bool, typer.Option("--like", help="Instead, passages that say what it says.")] = False,
    json: Json = False,
) -> None:
    """Read on around a passage, or find others that are like it."""
    with reported_errors(json):
        api = remote.installation()
        if like:
            found = (
                api.similar(chunk_id) if api else service.more_like(current_platform(), OPERATOR, chunk_id)
            )
        elif api:
            read = api.passage(chunk_id, before, after)
        else:
            read = service.passage(current_platform(), OPERATOR, chunk_id, before, after)
    if like and json:
        print_json([_found(each) for each in found])
    elif like:
        rows = [(f"{each.score:.2f}", clean(each.passage.path), place_of(each.passage),
                 clean(each.passage.text[:200])) for each in found]  # fmt: skip
        print_table("Like it", ("score", "file", "place", "text"), rows, "Nothing is like it.")
    elif json:
        print_json(_passage(read))
    else:
        out.print(f"[bold]{clean(read.path)}[/]  {place_of(read)}")
        out.print(clean_lines(read.text))


def place_of(passage: Passage, start: int | None = None, end: int | None = None) -> str:
    """Page or sheet, and characters: of the whole passage, or of a part of it."""
    place = f"p. {passage.page}" if passage.page is not None else passage.sheet or ""
    start, end = (passage.char_start, passage.char_end) if start is None else (start, end)
    return clean(f"{place} {start}–{end}".strip())


def marked(snippet: Snippet) -> str:
    """A snippet with its matching words in bold, for a table's cell."""
    parts, end = [], 0
    for start, stop in snippet.matches:
        parts += [_part(snippet.text[end:start]), f"[bold]{_part(snippet.text[start:stop])}[/]"]
        end = stop
    return "".join([*parts, _part(snippet.text[end:])])


def _why(found: FoundPassage) -> str:
    """Why it was found: its matching words, and what joins it with the things that the question names."""
    through = f" [dim](through {clean(', '.join(found.through))})[/]" if found.through else ""
    return marked(found.snippet) + through


def _part(text: str) -> str:
    """A part of a line: blanks at its ends belong to it."""
    return clean_lines(re.sub(r"\s+", " ", text))


def _found(found: FoundPassage) -> dict[str, Any]:
    return _passage(found.passage) | {
        "chunk_id": found.chunk_id,
        "score": found.score,
        "similarity": found.similarity,
        "copies": [
            {
                "file_id": copy.file_id,
                "path": copy.path,
                "char_start": copy.char_start,
                "char_end": copy.char_end,
            }
            for copy in found.copies
        ],
        "through": found.through,
        "snippet": {
            "text": found.snippet.text,
            "start": found.snippet.start,
            "matches": found.snippet.matches,
        },
    }


def _answer(answer: service_ask.Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "found": bool(answer.passages),
        "written": None
        if answer.written is None
        else [{"text": each.text, "passages": each.passages} for each in answer.written],
        "sentences": [
            {
                "text": each.text,
                "score": each.score,
                "file_id": each.passage.passage.file_id,
                "path": each.passage.passage.path,
                "page": each.passage.passage.page,
                "char_start": each.char_start,
                "char_end": each.char_end,
                "chunk_id": each.passage.chunk_id,
            }
            for each in answer.sentences
        ],
        "passages": [_found(each) for each in answer.passages],
        "relations": [relation_record(each) for each in answer.relations],
        "notes": answer.notes,
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "file_id": passage.file_id,
        "path": passage.path,
        "owner": passage.owner,
        "media_type": passage.media_type,
        "chunk_ids": passage.chunk_ids,
        "page": passage.page,
        "sheet": passage.sheet,
        "heading_path": passage.heading_path,
        "char_start": passage.char_start,
        "char_end": passage.char_end,
        "text": passage.text,
        "language": passage.language,
    }
