"""What a process opens once and keeps: connections to the stores, and its models (``models.py``)."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from aibox_assets.resources.models import Models
from aibox_assets.settings import Settings, load_settings
from aibox_assets.stores.accounts import AccountStore
from aibox_assets.stores.asked import AskedStore
from aibox_assets.stores.chosen_models import ChosenModelStore
from aibox_assets.stores.database import connect
from aibox_assets.stores.event_feed import EventFeed
from aibox_assets.stores.events import EventStore
from aibox_assets.stores.extractions import ExtractionCache
from aibox_assets.stores.failures import DeadLetters
from aibox_assets.stores.fencing import Fencing
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.folders import INBOX, FolderStore, WatchedFolder
from aibox_assets.stores.grants import GrantStore
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.jobs import JobStore
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.stores.listing import FileList
from aibox_assets.stores.locks import graph_write_lock
from aibox_assets.stores.missing import MissingStore
from aibox_assets.stores.names import NameStore
from aibox_assets.stores.pauses import PauseStore
from aibox_assets.stores.places import PlaceStore
from aibox_assets.stores.queue_samples import QueueSamples
from aibox_assets.stores.search import PassageStore, SearchStore
from aibox_assets.stores.space_records import Space, gives_same_vectors
from aibox_assets.stores.spaces import SpaceStore
from aibox_assets.stores.status import LiveStatus
from aibox_assets.stores.vectors import VectorStore
from aibox_assets.stores.views import FolderViews
from aibox_assets.stores.wakes import Wake, wake_now

if TYPE_CHECKING:
    from aibox_assets.stores.graph import GraphStore


class Platform:
    """The parts of this installation, each made at its first use and kept.

    :param connections: to our database, at most.
    """

    def __init__(self, settings: Settings, *, connections: int = 8) -> None:
        self.settings = settings
        self._connections = connections
        self._wanted = False

    # Stores

    @cached_property
    def engine(self) -> Engine:
        """Connections to our database."""
        return connect(self.settings.require_database_url(), self._connections)

    @cached_property
    def files(self) -> FileStore:
        """Which files there are."""
        return FileStore(self.engine)

    @cached_property
    def listing(self) -> FileList:
        """What a person sees of them, in pages."""
        return FileList(self.engine)

    @cached_property
    def asked(self) -> AskedStore:
        """What people asked for of them."""
        return AskedStore(self.engine)

    @cached_property
    def jobs(self) -> JobStore:
        """What waits, runs and ended, by queue."""
        return JobStore(self.engine)

    @cached_property
    def lifecycle(self) -> Lifecycle:
        """Every change of their state."""
        return Lifecycle(self.engine, max_attempts=self.settings.max_attempts)

    @cached_property
    def samples(self) -> QueueSamples:
        """How the queues stood within a week."""
        return QueueSamples(self.engine)

    @cached_property
    def fencing(self) -> Fencing:
        """Who may write."""
        return Fencing(self.engine)

    @cached_property
    def events(self) -> EventStore:
        """Their history."""
        return EventStore(self.engine)

    @cached_property
    def feed(self) -> EventFeed:
        """The same as it goes on."""
        return EventFeed(self.engine)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """Those that failed for good."""
        return DeadLetters(self.engine)

    @cached_property
    def pauses(self) -> PauseStore:
        """Queues that stand still."""
        return PauseStore(self.engine)

    @cached_property
    def accounts(self) -> AccountStore:
        """Who signs in."""
        return AccountStore(self.engine)

    @cached_property
    def grants(self) -> GrantStore:
        """Who sees which files beside their owners."""
        return GrantStore(self.engine)

    @cached_property
    def names(self) -> NameStore:
        """Which names are one thing."""
        return NameStore(self.engine)

    @cached_property
    def places(self) -> PlaceStore:
        """Where chunks stand in their files."""
        return PlaceStore(self.engine)

    @cached_property
    def spaces(self) -> SpaceStore:
        """Which embedding models have vectors, and which of them is active."""
        return SpaceStore(self.engine)

    @cached_property
    def vectors(self) -> VectorStore:
        """Chunks with vectors."""
        return VectorStore(self.engine)

    @cached_property
    def search(self) -> SearchStore:
        """Search over them."""
        return SearchStore(self.engine)

    @cached_property
    def passages(self) -> PassageStore:
        """What stands around a passage."""
        return PassageStore(self.engine)

    @cached_property
    def extractions(self) -> ExtractionCache:
        """What extractors found in texts."""
        return ExtractionCache(self.engine)

    @cached_property
    def graph(self) -> GraphStore:
        """The knowledge graph."""
        from aibox_assets.stores.graph import (
            GraphStore,  # the driver's import takes longer than most commands
        )

        settings = self.settings
        address = GraphAddress(
            uri=settings.require_neo4j_uri(),
            user=settings.neo4j_user,
            password=settings.neo4j_password.get_secret_value(),
            database=settings.neo4j_database,
        )
        return GraphStore(address, graph_write_lock(self.engine), readers=self.grants.readers)

    @cached_property
    def live(self) -> LiveStatus:
        """Live status for people who watch."""
        return LiveStatus(self.settings.require_redis_url())

    @cached_property
    def folders(self) -> dict[str, WatchedFolder]:
        """The watched folders by label."""
        inbox, *extra = self.settings.watched_folders
        labelled = {INBOX: inbox, **{str(root): root for root in extra}}
        return {label: WatchedFolder(label, root) for label, root in labelled.items()}

    @cached_property
    def folder_store(self) -> FolderStore:
        """Which watched folders are known, and which place is which."""
        return FolderStore(self.engine)

    @cached_property
    def missing(self) -> MissingStore:
        """Files of large removals that wait."""
        return MissingStore(self.engine)

    @cached_property
    def views(self) -> FolderViews:
        """What this process remembers of its looks at the folders."""
        return FolderViews(self.max_bytes, lambda: wake_now(self.engine, Wake.LOOK))

    def locate_folder(self, label: str) -> Path:
        """Where a watched folder is; raises as :meth:`FolderStore.locate`."""
        return self.folder_store.locate(label, self.folders.values())

    @cached_property
    def chosen_models(self) -> ChosenModelStore:
        """Which models the installation uses."""
        return ChosenModelStore(self.engine)

    # Models

    @cached_property
    def models(self) -> Models:
        """What this process loads."""
        started = self.settings.database_url is not None
        if not started:
            return Models(self.settings, None)
        return Models(self.settings, self.chosen_models, self.engine)

    @property
    def stored_model(self) -> Space:
        """For writers: the space of our model, made where there is none; beside the active one of another model."""
        return self.spaces.use_model(self.models.embedding_model.spec)

    @property
    def active_space(self) -> Space | None:
        """For readers: the space that searches read, None before the first."""
        return self.spaces.active()

    def must_start_again(self) -> bool:
        """Whether this process holds a model that is not in use any more; two queries at most."""
        if self.models.changed():
            return True
        if not self.models.others:
            return False
        active = self.spaces.active()
        return active is not None and gives_same_vectors(active.spec, self.models.embedding_model.spec)

    def want_recipes(self) -> None:
        """Make this configuration the one that every asset is wanted by; one query, the second time.

        For the sensors' process, which has no model loaded: it follows a change of models here.
        """
        if self.models.refresh() or not self._wanted:
            self.spaces.abandon(self.models.embedding_model.spec)
            self.lifecycle.want(self.models.recipes)
            self._wanted = True

    @property
    def max_bytes(self) -> int:
        """The largest file that is taken."""
        return self.settings.max_file_mb * 2**20


@lru_cache(maxsize=1)
def current_platform() -> Platform:
    """The platform of this process."""
    return Platform(load_settings())
