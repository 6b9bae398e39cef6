"""Commands against another installation, by its API: where ``AIBOX_URL`` and ``AIBOX_TOKEN`` are set."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aibox_assets.cli.console import clean, coloured, fail, out, print_json, print_table
from aibox_assets.client import AIBox, ApiRefusedError, FileInfo, Relation
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.keys import spellings
from aibox_assets.domain.passages import FoundPassage
from aibox_assets.resources.platform import Platform, current_platform
from aibox_assets.services.ask import Answer
from aibox_assets.settings import load_settings
from aibox_assets.stores.files import CHUNKS, EMBEDDINGS, KG_TRIPLES, Status
from aibox_assets.stores.graph_records import GraphRelation

_COLUMNS = ("file", "user", "status", "chunks", "vectors", "triples", "error")


def installation() -> AIBox | None:
    """The installation that is meant; None for the one on this machine.

    :raises ConfigurationError: there is an address and no key.
    """
    settings = load_settings()
    if settings.url is None:
        return None
    if settings.token is None:
        raise ConfigurationError(
            "AIBOX_URL is set, and AIBOX_TOKEN is not.",
            "Set it to a key of that installation: 'aibox keys create'.",
        )
    return AIBox(settings.url, settings.token.get_secret_value())


def here() -> Platform:
    """The installation on this machine, for what is asked of no other.

    :raises ConfigurationError: another one is meant. To act on this one instead would surprise.
    """
    url = load_settings().url
    if url is not None:
        raise ConfigurationError(
            f"This works on the machine of an installation only, and AIBOX_URL names {url}.",
            "Run it there; or unset AIBOX_URL, if this machine's own is meant.",
        )
    return current_platform()


def search(api: AIBox, query: str, filters: Filters, limit: int) -> list[FoundPassage]:
    """As ``aibox search`` finds them."""
    return api.search(
        query,
        limit,
        owner=filters.owner,
        file_ids=list(filters.file_ids or ()),
        media_types=list(filters.media_types or ()),
        languages=list(filters.languages or ()),
        since=filters.since.astimezone().isoformat() if filters.since else None,
        before=filters.before.astimezone().isoformat() if filters.before else None,
    )


def ask(api: AIBox, question: str, owner: str | None) -> Answer:
    """As ``aibox ask`` answers."""
    reply = api.ask(question, owner)
    stated = tuple(_stated(each) for each in reply.relations)
    return Answer(question, reply.passages, reply.sentences, reply.written, stated, reply.notes)


def relations(api: AIBox, name: str, limit: int) -> list[GraphRelation]:
    """What is said of the entities of a name."""
    named = [entity for entity in api.entities(name) if entity.name.casefold() == name.casefold()]
    found = [relation for entity in named for relation in api.relations(entity.key, limit)]
    return [_stated(each) for each in found[:limit]]


def _stated(relation: Relation) -> GraphRelation:
    return GraphRelation(**{key: getattr(relation, key) for key in GraphRelation.__slots__})


def show_files(
    api: AIBox, status: Status | None, user: str | None, limit: int | None, *, as_json: bool
) -> None:
    """As ``aibox files`` shows them."""
    files = list(api.files(state=status.value if status else None, owner=user, limit=limit))
    if as_json:
        print_json([describe(file) for file in files])
    else:
        print_table("Files", _COLUMNS, [_row(file) for file in files], "No such files.")


def show_file(api: AIBox, key: str, *, as_json: bool) -> None:
    """As ``aibox file`` shows it."""
    file = find_file(api, key, as_json)
    progress = api.progress(file.file_id)
    if as_json:
        print_json({**describe(file), "waits": progress.waits, "progress": asdict(progress)})
        return
    for name, value in {**describe(file), "waits": progress.waits}.items():
        if value is not None:
            shown = coloured(value) if name == "status" else clean(str(value))
            out.print(f"[bold]{name:>12}[/]  {shown}", highlight=False)


def describe(file: FileInfo) -> dict[str, Any]:
    """The JSON of a file, with the names that it has on its own machine."""
    return {
        "file_id": file.file_id,
        "path": file.path,
        "user_id": file.owner,
        "status": file.status,
        "chunks": file.counts.get(CHUNKS),
        "embeddings": file.counts.get(EMBEDDINGS),
        "triples": file.counts.get(KG_TRIPLES),
        "error": file.error,
        "remedy": file.remedy,
        "type": file.type,
        "size": file.size,
        "sha256": file.sha256,
        "created_at": file.created_at,
        "queued_at": file.queued_at,
        "started_at": file.started_at,
        "finished_at": file.finished_at,
    }


def _row(file: FileInfo) -> tuple[object, ...]:
    counts = (file.counts.get(name) for name in (CHUNKS, EMBEDDINGS, KG_TRIPLES))
    return (clean(file.path), clean(file.owner), coloured(file.status), *counts, clean(file.error or ""))


def find_file(api: AIBox, key: str, as_json: bool) -> FileInfo:
    """The file of an id or a path, or the end of the command."""
    try:
        return api.file(key)
    except ApiRefusedError as error:
        if error.status != 404:
            raise
    called = spellings(key)
    found = [file for file in api.files(name=key) if file.path in called]
    found.sort(key=lambda file: called.index(file.path))
    if not found:
        fail(f"No file {key} is known.", "'aibox files' lists ids and paths.", as_json=as_json, status=1)
    return found[0]
