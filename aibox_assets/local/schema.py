"""The step before all that needs the database: its tables, this home's models, and the first admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibox_assets.local.home import Home
from aibox_assets.local.own_servers import require_own_servers
from aibox_assets.settings import FIRST_LOGIN, GivenSettings, Settings

if TYPE_CHECKING:
    from aibox_assets.stores.accounts import AccountStore


def prepare_database(settings: Settings) -> None:
    """See that all servers let us in, bring the database to the newest schema, and write this home's models there."""
    from aibox_assets.stores.accounts import AccountStore
    from aibox_assets.stores.chosen_models import ChosenModels, ChosenModelStore
    from aibox_assets.stores.dagster_tables import require_place_for_dagster
    from aibox_assets.stores.database import connect, known_revisions, migrate

    given = GivenSettings.of_home(settings.home)
    require_own_servers(given, settings)
    migrate(settings.require_database_url())
    Home(settings.home).note_tables(known_revisions()[0])
    require_place_for_dagster(settings.require_dagster_database_url())
    engine = connect(settings.require_database_url())
    try:
        store = ChosenModelStore(engine)
        store.choose(ChosenModels(given.embedding_model, given.extractor))
        store.choose(ChosenModels(settings.embedding_model, settings.extractor), replace=False)
        write_first_password(settings, AccountStore(engine))
    finally:
        engine.dispose()


def write_first_password(settings: Settings, store: AccountStore) -> None:
    """Make the first admin where nobody can sign in yet; the password goes into a file that only its owner reads."""
    from aibox_assets.services.accounts import ADMIN, new_admin

    made = new_admin(store)
    if made is not None:
        path = settings.home / FIRST_LOGIN
        path.touch(mode=0o600)
        path.write_text(f"{ADMIN} {made}\n", encoding="utf-8")
