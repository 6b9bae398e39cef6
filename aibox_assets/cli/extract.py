"""``aibox extract``: what each stage of extraction sees in a text or a file, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

import typer
from rich.text import Text

from aibox_assets.cli.ask import told
from aibox_assets.cli.console import Json, clean, counted, out, print_json, print_table, reported_errors
from aibox_assets.cli.terminal import visible
from aibox_assets.domain.errors import InvalidQuestionError
from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.extract.trace import Trace
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Chunk, EntityMention, Relation, Triple
from aibox_assets.resources.models import Models
from aibox_assets.services import extract as service
from aibox_assets.services.extract import ReadText
from aibox_assets.settings import load_settings
from aibox_assets.stores.chosen_models import ChosenModels

DEFINED: Final = "defined"
"""The source of a name that stands for another in its document, where that was not found as it stands."""
_STYLES: Final = ("green", "cyan", "yellow", "magenta", "blue", "red")


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command()(extract)


def extract(
    text: Annotated[
        str, typer.Argument(metavar="TEXT|FILE", help="A text, a file, or '-' for standard input.")
    ],
    extractor: Annotated[
        str | None,
        typer.Option("--extractor", "-x", help="Another one than this home's, as in AIBOX_EXTRACTOR."),
    ] = None,
    passages: Annotated[int, typer.Option("--passages", min=0, help="How many are shown marked.")] = 5,
    json: Json = False,
) -> None:
    """Show the names, relations and triples that would be found, with confidences and reasons; nothing is kept."""
    with reported_errors(json):
        models = Models(load_settings(), None)
        if extractor is not None:
            models.names = ChosenModels(models.names.embedding, extractor)
        path = None if text == "-" else service.find_file(text)
        if path is not None:
            read = service.read_file(models, path)
        else:
            given = sys.stdin.read() if text == "-" else text
            if not given.strip():
                raise InvalidQuestionError(
                    "There is no text.", "Give a text, a file, or '-' and standard input."
                )
            read = service.read_text(models, given)
    if json:
        print_json(_record(read))
        return
    types = sorted({each.type for found in read.extractions for each in found.mentions})
    styles = {name: _STYLES[i % len(_STYLES)] for i, name in enumerate(types)}
    for chunk, found in list(zip(read.chunks, read.extractions, strict=True))[:passages]:
        out.print(_marked(chunk, found.mentions, styles))
    if (left := len(read.chunks) - passages) > 0:
        out.print(f"[dim]… and {counted(left, 'more passage')}; --passages shows more, --json all.[/]")
    out.print()
    columns = ("name", "type", "confidence", "times", "by")
    print_table("Names", columns, list(_names(read, styles)), "No names were found.")
    print_table("Relations in the text's words", ("head", "words", "tail", "typed"), list(_said(read)), "")
    columns = ("head", "relation", "tail", "confidence", "why")
    print_table("Triples", columns, list(_triples(read)), "No triples were found.")
    took = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in read.seconds.items())
    out.print(f"[dim]{clean(read.extractor)}: {counted(len(read.chunks), 'passage')}, {took}.[/]")


def _marked(chunk: Chunk, mentions: Sequence[EntityMention], styles: dict[str, str]) -> Text:
    """The text with its names in brackets, each with its type."""
    marked, end = Text(), 0
    for each in mentions:
        start, stop = each.char_start - chunk.char_start, each.char_end - chunk.char_start
        marked.append(visible(chunk.text[end:start]))
        marked.append(f"[{visible(chunk.text[start:stop])} ", style=f"bold {styles[each.type]}")
        marked.append(f"{each.type}]", style=styles[each.type])
        end = stop
    marked.append(visible(chunk.text[end:]) + "\n")
    return marked


def _names(read: ReadText, styles: dict[str, str]) -> Iterator[tuple[object, ...]]:
    """Each name once, with the most confident of its places."""
    found: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for extraction, trace in zip(read.extractions, read.traces, strict=True):
        sources = _sources(trace)
        for each in extraction.mentions:
            seen = each.confidence, sources.get(each.key, DEFINED)
            found.setdefault((each.name, each.type), []).append(seen)
    for (name, kind), same in found.items():
        confidence, source = max(same, key=lambda each: each[0])
        yield clean(name), f"[{styles[kind]}]{kind}[/]", f"{confidence:.2f}", len(same), clean(source)


def _sources(trace: Trace) -> dict[str, str]:
    """What found each name, by its key."""
    return {entity_key(each.type, each.name): each.source for each in trace.mentions}


def _said(read: ReadText) -> Iterator[tuple[object, ...]]:
    for trace in read.traces:
        types = {id(each.evidence): each.relation for each in trace.typed}
        for each in trace.relations:
            known = types.get(id(each))
            yield (
                clean(each.head.name),
                clean(each.phrase),
                clean(each.tail.name),
                known or "[dim]no such type[/]",
            )


def _triples(read: ReadText) -> Iterator[tuple[object, ...]]:
    for extraction, trace in zip(read.extractions, read.traces, strict=True):
        for triple in sorted(extraction.triples, key=lambda each: -each.confidence):
            said = _reason(triple, trace)
            why = f"{said.source}: “{said.phrase}”" if said.phrase.strip("…") else said.source
            relation = told(triple.relation, triple.tense)
            yield clean(triple.head), relation, clean(triple.tail), f"{triple.confidence:.2f}", clean(why)


def _reason(triple: Triple, trace: Trace) -> Relation:
    """What says so; an end that the document defines may be called by a part of its name there."""
    ends = triple.head_key, triple.tail_key

    def alike(each: TypedRelation) -> tuple[bool, int]:
        named = [entity_key(end.type, end.name) for end in (each.head, each.tail)]
        return each.relation == triple.relation, sum(map(str.__eq__, named, ends))

    return max(trace.typed, key=alike).evidence


def _record(read: ReadText) -> dict[str, Any]:
    """All of it, for programs; offsets as in the whole text."""
    return {
        "extractor": read.extractor,
        "version": read.version,
        "seconds": read.seconds,
        "passages": [
            {
                "char_start": chunk.char_start,
                "char_end": chunk.char_end,
                "page": chunk.page,
                "text": chunk.text,
                "names": [
                    {
                        "name": each.name,
                        "type": each.type,
                        "char_start": each.char_start,
                        "char_end": each.char_end,
                        "confidence": each.confidence,
                        "source": sources.get(each.key, DEFINED),
                    }
                    for each in extraction.mentions
                ],
                "relations": [
                    {
                        "head": each.head.name,
                        "words": each.phrase,
                        "tail": each.tail.name,
                        "confidence": each.confidence,
                        "source": each.source,
                        "typed": next((t.relation for t in trace.typed if t.evidence is each), None),
                    }
                    for each in trace.relations
                ],
                "triples": [
                    {
                        "head": each.head,
                        "head_type": each.head_type,
                        "relation": each.relation,
                        "tail": each.tail,
                        "tail_type": each.tail_type,
                        "confidence": each.confidence,
                        "char_start": each.char_start,
                        "char_end": each.char_end,
                        "evidence": each.evidence,
                        "tense": each.tense,
                    }
                    for each in extraction.triples
                ],
            }
            for chunk, trace, extraction in zip(read.chunks, read.traces, read.extractions, strict=True)
            for sources in [_sources(trace)]
        ],
    }
