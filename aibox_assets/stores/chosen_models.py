"""Which models the installation uses, written where the workers of every machine read it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import insert

from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import chosen_models


@dataclass(frozen=True, slots=True)
class ChosenModels:
    """Names as a person sets them: a model of the hub, or a folder. None where nothing was chosen yet."""

    embedding: str | None = None
    extractor: str | None = None


class ChosenModelStore:
    """The choice, and its changes. Every verb may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> ChosenModels:
        """The models of this installation now."""
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(chosen_models.c.kind, chosen_models.c.name))
            return ChosenModels(**{row.kind: row.name for row in rows})

    def choose(self, models: ChosenModels, *, replace: bool = True) -> None:
        """As :func:`choose_models`, in a transaction of its own."""
        with transaction(self._engine) as connection:
            choose_models(connection, models, replace=replace)


def choose_models(connection: Connection, models: ChosenModels, *, replace: bool = True) -> None:
    """Use these from now on; None leaves a choice as it is. Each worker follows before its next step.

    :param connection: of the transaction in which the stored results change to the new model, too.
    :param replace: otherwise only what was not chosen yet.
    """
    names = {"embedding": models.embedding, "extractor": models.extractor}
    rows = [{"kind": kind, "name": name} for kind, name in names.items() if name is not None]
    if not rows:
        return
    add = insert(chosen_models)
    if replace:
        changed = {"name": add.excluded.name, "updated_at": sa.func.now()}
        connection.execute(add.on_conflict_do_update(index_elements=["kind"], set_=changed), rows)
    else:
        connection.execute(add.on_conflict_do_nothing(), rows)
