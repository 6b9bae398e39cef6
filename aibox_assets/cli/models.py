"""``aibox models``: which models this home uses, and changing them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from aibox_assets.cli import models_training
from aibox_assets.cli.console import Json, clean, counted, out, print_json, reported_errors
from aibox_assets.domain.embed import DEFAULT_MODEL, INT8, EmbeddingModel, describe_model
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.hub import parse_model
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.local import models, obtaining
from aibox_assets.local.home import Home
from aibox_assets.resources.platform import Platform
from aibox_assets.resources.recipes import embedding_recipe
from aibox_assets.settings import GivenSettings, Settings, load_settings
from aibox_assets.stores.chosen_models import ChosenModels
from aibox_assets.stores.files import EMBEDDINGS
from aibox_assets.stores.space_records import gives_same_vectors, require_model

commands = typer.Typer(help="Which models this home uses, and changing them.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    commands.command("train-extractor")(models_training.train_extractor)
    app.add_typer(commands, name="models")


@commands.callback()
def show(context: typer.Context, json: Json = False) -> None:
    """Which models this home uses, and changing them."""
    if context.invoked_subcommand is not None:
        return
    with reported_errors(json):
        settings = load_settings()
        model = describe_model(settings.embedding_model or DEFAULT_MODEL)
        measured = model.exported.measurement() if model.exported else None
        extractor = settings.extractor or obtaining.OFFLINE_EXTRACTOR
        commit = parse_model((settings.embedding_model or "").removesuffix(INT8)).commit
        switch = _switch(settings)
        chosen = settings.embedding_model is not None and settings.extractor is not None
    if json:
        print_json(
            {
                "embedding_model": model.name,
                "revision": model.revision,
                "commit": commit,
                "dimension": model.dimension,
                "max_tokens": model.max_tokens,
                "precision": "int8" if model.exported else "fp32",
                "int8": asdict(measured) if measured else None,
                "extractor": extractor,
                "reranker": settings.reranker,
                "chosen": chosen,
                "switch": {"searches": switch[0], "missing_chunks": switch[1]} if switch else None,
            }
        )
        return
    if not chosen:
        out.print("Not chosen yet: 'aibox up' asks the model hub, and falls back on these.")
    out.print(
        f"[bold]Embedding model[/]  {clean(model.name)} ({model.dimension} dimensions, revision {model.revision})"
    )
    out.print(f"                 {clean(models.explain_embedding(model.name))}")
    if commit:
        out.print(
            f"                 Commit {commit} of the hub; 'aibox models use {clean(model.name)}' takes a newer one."
        )
    out.print(f"                 {_form(model)}")
    if switch:
        left = counted(switch[1], "more chunk", ("is", "are"))
        out.print(
            f"                 Searches use {clean(switch[0])} until {left} embedded; "
            "'aibox models rollback' stays with it."
        )
    out.print(f"[bold]Extractor[/]        {clean(extractor)}")
    out.print(f"                 {clean(models.explain_extractor(extractor))}")
    if settings.reranker:
        out.print(f"[bold]Re-ranker[/]        {clean(settings.reranker)}")


@commands.command()
def fetch(json: Json = False) -> None:
    """Have the models on this machine's disk, chosen if they are not yet; 'aibox up' does it by itself."""
    with reported_errors(json):
        home = load_settings().home
        said = list(models.choose_models(home))
        load_settings.cache_clear()  # what was chosen is written down by now
        settings = load_settings()
        names = (
            obtaining.obtain_embedding(settings.embedding_model or DEFAULT_MODEL),
            obtaining.obtain_extractor(settings.extractor or obtaining.OFFLINE_EXTRACTOR),
        )
        reranker = obtaining.obtain_reranker(settings.reranker) if settings.reranker else None
    if json:
        print_json({"embedding_model": names[0], "extractor": names[1], "reranker": reranker})
        return
    for line in said:
        out.print(line, markup=False)
    here = [*names, reranker] if reranker else names
    out.print(f"[green]Here:[/] {', '.join(map(clean, here))}.")


@commands.command()
def use(
    name: Annotated[
        str,
        typer.Argument(
            help="A model of the hub, its folder, 'builtin:multilingual-e5-small' or 'builtin:all-MiniLM-L6-v2'; "
            "'#int8' behind it: faster."
        ),
    ],
    reembed: Annotated[
        bool,
        typer.Option(
            "--reembed", help="Drop the vectors there are at once; until new ones are made, words find alone."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Use another embedding model: searches go on with the one before until every file is embedded by it."""
    with reported_errors(json):
        settings = load_settings()
        _require_unset(settings, "embedding_model", "AIBOX_EMBEDDING_MODEL")
        name = obtaining.obtain_embedding(name)
        changed = _is_change(settings, name)
        Home(settings.home).remember(AIBOX_EMBEDDING_MODEL=name)
        _choose(settings, ChosenModels(embedding=name))
        queued = _embed_again(settings, name, drop=reembed) if changed else 0
        restarted = models.restart_workers(settings.home)
    if json:
        print_json({"embedding_model": name, "queued": queued, "workers_restarted": restarted})
    else:
        out.print(
            f"[green]Embedding model:[/] {clean(name)}. {counted(queued, 'file', ('is', 'are'))} embedded again."
        )


@commands.command()
def rollback(json: Json = False) -> None:
    """Go back to the embedding model before: at once where its vectors are still there."""
    with reported_errors(json):
        settings = load_settings()
        _require_unset(settings, "embedding_model", "AIBOX_EMBEDDING_MODEL")
        platform = Platform(settings)
        unfinished = platform.spaces.building() is not None
        before = platform.spaces.active() if unfinished else platform.spaces.last_retired()
        if before is None:
            raise ConfigurationError("No other embedding model was active before.", "There is nothing to do.")
        name = obtaining.obtain_embedding(before.spec.name)
        spec = _spec(settings, name)
        require_model(before, spec)
        if unfinished:
            platform.chosen_models.choose(ChosenModels(embedding=name))
            platform.spaces.abandon(spec)
        else:
            platform.spaces.rollback(name)
        Home(settings.home).remember(AIBOX_EMBEDDING_MODEL=name)
        queued = platform.lifecycle.want({EMBEDDINGS: embedding_recipe(spec)})[EMBEDDINGS]
        restarted = models.restart_workers(settings.home)
    if json:
        print_json({"embedding_model": name, "queued": queued, "workers_restarted": restarted})
    else:
        out.print(
            f"[green]Embedding model:[/] {clean(name)}. {counted(queued, 'file', ('is', 'are'))} looked at again."
        )


@commands.command()
def extractor(
    name: Annotated[
        str,
        typer.Argument(
            help="'offline', 'offline:FOLDER', a GLiNER model (hub name or folder), or 'llm:NAME'."
        ),
    ],
    json: Json = False,
) -> None:
    """Use another extractor: what another one read is read again in the background."""
    with reported_errors(json):
        settings = load_settings()
        _require_unset(settings, "extractor", "AIBOX_EXTRACTOR")
        name = obtaining.obtain_extractor(name)
        Home(settings.home).remember(AIBOX_EXTRACTOR=name)
        _choose(settings, ChosenModels(extractor=name))
        restarted = models.restart_workers(settings.home)
    if json:
        print_json({"extractor": name, "workers_restarted": restarted})
    else:
        out.print(
            f"[green]Extractor:[/] {clean(name)}. Files that another one read are read again in the background."
        )


def _choose(settings: Settings, models: ChosenModels) -> None:
    if settings.database_url is not None:  # else it is written there when the home is first started
        Platform(settings).chosen_models.choose(models)


def _form(model: EmbeddingModel) -> str:
    """One line: in which precision it computes, and what that costs."""
    if model.exported is None:
        return f"Full precision. '{clean(model.name)}{INT8}' is faster and a little less exact."
    if (measured := model.exported.measurement()) is None:
        return "int8; it is made when a worker starts."
    return (
        f"int8: {measured.speedup:.1f} times as fast as full precision when it was made here, cosine to it "
        f"{measured.cosine:.3f} (at worst {measured.worst_cosine:.3f})."
    )


def _require_unset(settings: Settings, field: str, variable: str) -> None:
    given = GivenSettings.of_home(settings.home)
    if getattr(given, field) is not None:
        raise ConfigurationError(
            f"{variable} is set in the environment or .env and wins over what is written down.",
            "Unset it first.",
        )


def _is_change(settings: Settings, name: str) -> bool:
    """Whether the vectors that searches read are of another model than *name*, or others are being made."""
    if settings.database_url is None:
        return False  # never started: there are no vectors yet
    spaces = Platform(settings).spaces
    stored = spaces.active()
    return stored is not None and (
        spaces.building() is not None or not gives_same_vectors(stored.spec, _spec(settings, name))
    )


def _embed_again(settings: Settings, name: str, *, drop: bool) -> int:
    """Let every file be embedded by *name*; how many that are.

    With *drop* the files first: an end in between leaves vectors of the model before, and the same command heals; the
    other way round, files would count as finished without vectors.
    """
    platform, spec = Platform(settings), _spec(settings, name)
    if drop:
        queued = platform.lifecycle.redo_all([EMBEDDINGS])
        platform.spaces.abandon(spec)
        platform.spaces.drop_active()
    else:
        platform.spaces.abandon(spec)
        queued = platform.lifecycle.want({EMBEDDINGS: embedding_recipe(spec)})[EMBEDDINGS]
    platform.spaces.use_model(spec)
    return queued


def _switch(settings: Settings) -> tuple[str, int] | None:
    """While searches still read another model's vectors: that model, and how many chunks lack a vector of ours."""
    if settings.database_url is None:
        return None
    spaces = Platform(settings).spaces
    active, building = spaces.active(), spaces.building()
    return (active.spec.name, spaces.count_missing(building)) if active and building else None


def _spec(settings: Settings, name: str) -> EmbeddingModelSpec:
    return describe_model(
        name, query_prefix=settings.query_prefix, passage_prefix=settings.passage_prefix
    ).spec
