"""A visit of a page: who looks, in which language and time zone, and how values are shown to them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Request
from nicegui import app, run, ui

from aibox_assets.api.identity import LANGUAGE_COOKIE, SESSION_COOKIE
from aibox_assets.console.messages import retell
from aibox_assets.console.texts import MissingTextError, choose_language, graph_words, translate
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.signing_in import Caller, NotSignedInError, identify_session
from aibox_assets.stores.files import Status

P = ParamSpec("P")
T = TypeVar("T")

ICONS: Final = {
    Status.QUEUED: "schedule",
    Status.STARTED: "sync",
    Status.FINISHED: "check_circle",
    Status.FAILED: "error",
}
_log = logging.getLogger(__name__)
THEME_COOKIE = "aibox_theme"
ZONE_COOKIE = "aibox_zone"


class UnexpectedError(AIBoxError):
    """A fault of the program, as a page says it."""


@dataclass(frozen=True)
class Visit:
    """Who looks at a page.

    :ivar language: one of ``texts.LANGUAGES``. :ivar zone: the reader's time zone, as the browser says.
    :ivar dark: as chosen; None for as the browser has it.
    """

    platform: Platform
    caller: Caller
    token: str
    language: str
    zone: ZoneInfo
    dark: bool | None = None

    def __call__(self, text: str, **values: object) -> str:
        """A text of the console in the reader's language."""
        try:
            return translate(self.language, text, **values)
        except MissingTextError:  # the tests look for these; a person is better served by the English one
            _log.error("There is no text in %s for %r", self.language, text)
            return translate("en", text, **values)

    @property
    def viewer(self) -> Viewer:
        """Whose eyes the answers are for."""
        return self.caller.viewer

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what waits for a store in a thread, as whoever is still signed in.

        :raises NotSignedInError: the login ended meanwhile. :raises UnexpectedError: of whatever else is no
            :class:`AIBoxError`.
        """

        def answer() -> T:
            identify_session(self.platform, self.token)
            return question(*args, **kwargs)

        try:
            return cast("T", await run.io_bound(answer))
        except NotSignedInError:
            ui.navigate.reload()  # which leads to the login, and from there back
            raise
        except AIBoxError:
            raise
        except Exception as error:  # a fault of ours: the page says so, and does not wait for ever
            _log.exception("A page's question had no answer")
            reason = translate(self.language, "This did not succeed.")
            raise UnexpectedError(
                reason, translate(self.language, "Why is in the log of the API.")
            ) from error

    def type(self, name: str) -> str:
        """A type of entities; one that an ontology of one's own names is shown as it is named."""
        return graph_words(self.language).get(name, name)

    def relation(self, name: str) -> str:
        """A relation in words; one that an ontology of one's own names by those of its name."""
        return graph_words(self.language).get(name) or name.replace("_", " ").lower()

    def said(self, text: str | None) -> str:
        """What a service said, in the reader's language where that is known."""
        return retell(self.language, text or "")

    def why(self, error: AIBoxError) -> str:
        """A failure with its remedy, in one text."""
        return self.sentences(error.reason, error.remedy)

    def sentences(self, *parts: str | None) -> str:
        """What a service said in several parts, each as a sentence of its own, in the reader's language."""
        english = self.language == "en"
        told = [self.said(part) for part in parts if part]
        ended = [each if each[-1] in ".!?。！？…" else each + ("." if english else "。") for each in told]
        return (" " if english else "").join(ended)

    @staticmethod
    def now() -> datetime:
        """This moment."""
        return datetime.now(UTC)

    def moment(self, at: datetime | None) -> str:
        """A moment in the reader's time zone; a dash where there is none."""
        return "–" if at is None else at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def number(self, value: float | None) -> str:
        """A number with its thousands grouped."""
        return "–" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"

    def duration(self, seconds: float | None) -> str:
        """A stretch of time, in at most two units; a dash where there is none."""
        if seconds is None:
            return "–"
        if seconds < 1:
            return self._units((f"{seconds * 1000:.0f}", "ms"))
        if seconds < 60:
            return self._units((f"{seconds:,.1f}", "s"))
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        if days:
            return self._units((f"{days:,}", "d"), (str(hours), "h"))
        if hours:
            return self._units((str(hours), "h"), (str(minutes), "min"))
        return self._units((str(minutes), "min"), (str(rest), "s"))

    def _units(self, *parts: tuple[str, str]) -> str:
        return "\u00a0".join(f"{figure}\u00a0{self(unit)}" for figure, unit in parts)

    def bytes(self, count: int) -> str:
        """A size."""
        size = float(count)
        for unit in ("B", "KiB", "MiB", "GiB"):
            if size < 1024 or unit == "GiB":
                break
            size /= 1024
        return f"{size:,.0f}\u00a0{unit}" if unit == "B" else f"{size:,.1f}\u00a0{unit}"


async def begin_visit(request: Request) -> Visit | None:
    """The visit of a request; None where nobody is signed in.

    :raises StoreUnavailableError: nobody can say who it is now.
    """
    platform: Platform = app.state.platform
    token = request.cookies.get(SESSION_COOKIE, "")
    try:
        caller = await run.io_bound(identify_session, platform, token)
    except NotSignedInError:
        return None
    if caller is None:  # the process is about to end
        return None
    language = language_of(request)
    zone = _zone(request.cookies.get(ZONE_COOKIE, "UTC"))
    dark = {"dark": True, "light": False}.get(request.cookies.get(THEME_COOKIE, ""))
    return Visit(platform, caller, token, language, zone, dark)


def language_of(request: Request) -> str:
    """As the person chose it, else as the browser wants it."""
    accepted = request.headers.get("accept-language", "")
    return choose_language(request.cookies.get(LANGUAGE_COOKIE), accepted)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
