"""``aibox graph``: who is connected to what, and which names are one thing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from aibox_assets.cli import ask, remote
from aibox_assets.cli.ask import seen_by
from aibox_assets.cli.console import MOST, Json, clean, fail, out, print_json, print_table, reported_errors
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services import things
from aibox_assets.services.graph import suggest_names
from aibox_assets.stores.names import Decision

_ASK: Final = "relations"
_OPERATOR: Final = "operator"
"""Who decided, where the machine's operator did."""


class _Asking(TyperGroup):
    """``aibox graph NAME`` asks for a name's relations, as ``aibox graph relations NAME`` does."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command's name before a name or an option of it."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [_ASK, *args]
        return super().parse_args(ctx, args)


commands = typer.Typer(
    cls=_Asking, help="Who is connected to what; and which names are one thing.", no_args_is_help=True
)
commands.command(_ASK)(ask.graph)

Name = Annotated[
    str, typer.Argument(help="An entity's key (Person:jane wu), or its name where only one has it.")
]
User = Annotated[
    str | None, typer.Option("--user", "-u", help="Decided by this person, for this person alone.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.add_typer(commands, name="graph")


@commands.command()
def merge(one: Name, other: Name, user: User = None, json: Json = False) -> None:
    """Say that two names are one thing. It stays so when files are made anew."""
    _decide(one, other, True, user, json)


@commands.command()
def split(one: Name, other: Name, user: User = None, json: Json = False) -> None:
    """Say that two names are two things, whatever else speaks for one."""
    _decide(one, other, False, user, json)


@commands.command()
def undo(
    id_: Annotated[int, typer.Argument(metavar="ID", max=MOST, help="As 'aibox graph explain' shows it.")],
    user: User = None,
    json: Json = False,
) -> None:
    """Undo one decision."""
    with reported_errors(json):
        platform = remote.here()
        undone = platform.names.undo(id_, seen_by(platform, user), user or _OPERATOR)
    if not undone:
        fail(f"There is no decision {id_} to undo.", "'aibox graph explain NAME' lists them.", as_json=json)
    if json:
        print_json({"id": id_, "undone": True})
    else:
        out.print(f"Decision {id_} is undone.")


@commands.command()
def explain(
    name: Name,
    user: Annotated[str | None, typer.Option("--user", "-u", help="As this person may see it.")] = None,
    json: Json = False,
) -> None:
    """All names of a thing, and why they are one."""
    with reported_errors(json):
        platform = remote.here()
        viewer = seen_by(platform, user)
        found = things.explain(platform, viewer, _key(platform, viewer, name))
        if found is None:
            raise things.UnknownEntityError(
                f"There is no entity {name!r}.", suggest_names(platform, viewer, name)
            )
    thing = found.thing
    if json:
        print_json(
            {
                "thing": asdict(thing),
                "same_form": found.same_form,
                "files_show": [asdict(join) for join in found.joins],
                "decisions": [_decision(decision) for decision in found.decisions],
            }
        )
        return
    print_table(
        f"{clean(thing.name)} ({thing.type})",
        ("name", "key", "mentions", "files"),
        [(clean(e.name), clean(e.key), e.mentions, e.files) for e in thing.entities],
        "",
    )
    why = [("one form", clean(one), clean(other), "") for one, other in found.same_form]
    why += [
        (
            f"{join.reason} {join.score:.2f}",
            clean(join.short),
            clean(join.full_key),
            clean(join.evidence or join.file_id),
        )
        for join in found.joins
    ]
    why += [
        (
            f"decision {decision.id}: {'one' if decision.same else 'two'}",
            clean(decision.one),
            clean(decision.other),
            f"{clean(decision.author)}, {decision.created_at:%Y-%m-%d}",
        )
        for decision in found.decisions
    ]
    print_table("Why", ("reason", "name", "name", "shown by"), why, "It has one name only.")


def _decide(one: str, other: str, same: bool, user: str | None, json: bool) -> None:
    with reported_errors(json):
        platform = remote.here()
        viewer = seen_by(platform, user)
        keys = [_key(platform, viewer, name) for name in (one, other)]
        if keys[0] == keys[1]:
            raise things.UnknownEntityError(
                f"{one!r} and {other!r} are one entity, {keys[0]!r}.",
                "Give two different ones, by their keys.",
            )
        decision = things.decide(platform, viewer, keys[0], keys[1], same, user or _OPERATOR)
    if json:
        print_json(_decision(decision))
        return
    what = "one thing" if same else "two things"
    out.print(
        f"{clean(keys[0])} and {clean(keys[1])} are {what} now. "
        f"[dim]Undo it with 'aibox graph undo {decision.id}'.[/]"
    )


def _key(platform: Platform, viewer: Viewer, name: str) -> str:
    exact = [part.key for part in platform.graph.named(viewer, name) if part.rank == 0]
    if not exact:
        raise things.UnknownEntityError(
            f"There is no entity {name!r}.", suggest_names(platform, viewer, name)
        )
    if len(exact) > 1:
        raise things.UnknownEntityError(
            f"{name!r} is the name of several entities.", f"Give a key: {', '.join(exact[:5])}."
        )
    return exact[0]


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "one": decision.one,
        "other": decision.other,
        "same": decision.same,
        "author": decision.author,
        "for_all": decision.for_all,
        "created_at": decision.created_at,
    }
