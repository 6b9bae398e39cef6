"""``aibox models``: which models this home uses, and changing them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from aibox_assets.cli.console import Json, clean, out, print_json, reported_errors
from aibox_assets.domain.embed import DEFAULT_MODEL, INT8, EmbeddingModel, describe_model
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.hub import parse_model
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.local import models
from aibox_assets.local.home import Home
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import GivenSettings, Settings, load_settings
from aibox_assets.stores.chosen_models import ChosenModels
from aibox_assets.stores.files import EMBEDDINGS

commands = typer.Typer(help="Which models this home uses, and changing them.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
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
        extractor = settings.extractor or models.OFFLINE_EXTRACTOR
        commit = parse_model((settings.embedding_model or "").removesuffix(INT8)).commit
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
                "chosen": chosen,
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
    out.print(f"[bold]Extractor[/]        {clean(extractor)}")
    out.print(f"                 {clean(models.explain_extractor(extractor))}")


@commands.command()
def fetch(json: Json = False) -> None:
    """Have the models on this machine's disk, chosen if they are not yet; 'aibox up' does it by itself."""
    with reported_errors(json):
        home = load_settings().home
        said = list(models.choose_models(home))
        load_settings.cache_clear()  # what was chosen is written down by now
        settings = load_settings()
        names = (
            models.obtain_embedding(settings.embedding_model or DEFAULT_MODEL),
            models.obtain_extractor(settings.extractor or models.OFFLINE_EXTRACTOR),
        )
    if json:
        print_json({"embedding_model": names[0], "extractor": names[1]})
        return
    for line in said:
        out.print(line, markup=False)
    out.print(f"[green]Here:[/] {clean(names[0])} and {clean(names[1])}.")


@commands.command()
def use(
    name: Annotated[
        str,
        typer.Argument(
            help="A model of the hub, its folder, or 'builtin:all-MiniLM-L6-v2'; '#int8' behind it: faster."
        ),
    ],
    reembed: Annotated[
        bool, typer.Option("--reembed", help="Drop the vectors there are, and embed all files again.")
    ] = False,
    json: Json = False,
) -> None:
    """Use another embedding model from now on."""
    with reported_errors(json):
        settings = load_settings()
        _require_unset(settings, "embedding_model", "AIBOX_EMBEDDING_MODEL")
        name = models.obtain_embedding(name)
        changed = _is_change(settings, name, reembed)
        Home(settings.home).remember(AIBOX_EMBEDDING_MODEL=name)
        _choose(settings, ChosenModels(embedding=name))
        restarted = models.restart_workers(settings.home)
        queued = _start_over(settings, name) if changed else 0
    if json:
        print_json({"embedding_model": name, "queued": queued, "workers_restarted": restarted})
    else:
        out.print(f"[green]Embedding model:[/] {clean(name)}. {queued} files are embedded again.")


@commands.command()
def extractor(
    name: Annotated[str, typer.Argument(help="'offline', or a GLiNER model of the hub, or its folder.")],
    json: Json = False,
) -> None:
    """Use another extractor for files from now on; what was extracted stays until it is materialized again."""
    with reported_errors(json):
        settings = load_settings()
        _require_unset(settings, "extractor", "AIBOX_EXTRACTOR")
        name = models.obtain_extractor(name)
        Home(settings.home).remember(AIBOX_EXTRACTOR=name)
        _choose(settings, ChosenModels(extractor=name))
        restarted = models.restart_workers(settings.home)
    if json:
        print_json({"extractor": name, "workers_restarted": restarted})
    else:
        out.print(
            f"[green]Extractor:[/] {clean(name)}. Backfill kg_triples in the Dagster UI to read all files again."
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
    given = GivenSettings(**{"AIBOX_HOME": settings.home})  # type: ignore[arg-type]  # by alias
    if getattr(given, field) is not None:
        raise ConfigurationError(
            f"{variable} is set in the environment or .env and wins over what is written down.",
            "Unset it first.",
        )


def _is_change(settings: Settings, name: str, reembed: bool) -> bool:
    """Whether the stored vectors are of another model than *name*.

    :raises ConfigurationError: they are, and nobody asked to drop them.
    """
    if settings.database_url is None:
        return False  # never started: there are no vectors yet
    spaces = Platform(settings).spaces
    stored, wanted = spaces.active(), _spec(settings, name)
    # The query's prefix has no part in the stored vectors.
    if stored is None or replace(stored.spec, query_prefix=wanted.query_prefix) == wanted:
        return False
    if not reembed:
        spaces.use_model(wanted)  # refuses where there are vectors
    return True


def _start_over(settings: Settings, name: str) -> int:
    """Drop the vectors for those of *name*, and embed every file again; how many files.

    The files first: an end in between leaves vectors that the workers refuse to mix, and the same command
    heals; the other way round, files would count as finished without vectors.
    """
    platform = Platform(settings)
    queued = platform.lifecycle.redo_all([EMBEDDINGS])
    platform.spaces.drop_active()
    platform.spaces.use_model(_spec(settings, name))
    return queued


def _spec(settings: Settings, name: str) -> EmbeddingModelSpec:
    return describe_model(
        name, query_prefix=settings.query_prefix, passage_prefix=settings.passage_prefix
    ).spec
