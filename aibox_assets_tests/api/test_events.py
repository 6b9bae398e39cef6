"""Events as they are sent, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from aibox_assets.api.serving import allow_connections
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.sending import make_all, sent

pytestmark = pytest.mark.integration


@dataclass
class Told:
    """What a stream told so far."""

    events: list[dict[str, Any]] = field(default_factory=list)
    last_id: str | None = None
    ready: bool = False
    resets: int = 0
    news: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, ready: bool = True, *kinds: str) -> None:
        """Until all of *kinds* were told, in that order among others."""

        def is_there() -> bool:
            told = iter(event["kind"] for event in self.events)
            return self.ready == ready and all(kind in told for kind in kinds)

        with self.news:
            assert self.news.wait_for(is_there, 30), self.events


@contextmanager
def following(client: httpx.Client, path: str, last_id: str | None = None) -> Iterator[Told]:
    """Follow a stream in a thread."""
    told = Told(last_id=last_id)
    headers = {"Last-Event-ID": last_id} if last_id else {}
    with client.stream("GET", path, headers=headers, timeout=30) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        thread = threading.Thread(target=read, args=(answer, told), daemon=True)
        thread.start()
        yield told


def read(answer: httpx.Response, told: Told) -> None:
    event: dict[str, str] = {}
    try:
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                event[name] = value
                continue
            with told.news:
                told.last_id = event.get("id", told.last_id)
                if event.get("event") == "ready":
                    told.ready = True
                elif event.get("event") == "reset":
                    told.resets += 1
                elif "data" in event:
                    told.events.append(json.loads(event["data"]))
                told.news.notify_all()
            event = {}
    except (httpx.StreamError, httpx.TransportError):
        return  # the test is over


def test_events_come_as_they_happen_to_those_who_may_see_them(signed_in: Client, platform: Platform) -> None:
    eve, bob = signed_in("eve"), signed_in("bob")
    with following(eve, "/events") as to_eve, following(bob, "/events") as to_bob:
        to_eve.wait()
        to_bob.wait()
        id_ = sent(eve, "a.txt")
        make_all(platform, id_)
        to_eve.wait(True, "taken_in", "started", "made", "made", "made", "finished")
        bobs = sent(bob, "b.txt")
        to_bob.wait(True, "taken_in")
    assert {event["file_id"] for event in to_eve.events} == {id_}
    assert {event["file_id"] for event in to_bob.events} == {bobs}


def test_who_comes_back_is_told_what_was_missed(signed_in: Client, platform: Platform) -> None:
    eve = signed_in("eve")
    with following(eve, "/events") as first:
        first.wait()
        one = sent(eve, "a.txt")
        first.wait(True, "taken_in")
    two = sent(eve, "b.txt")
    sent(signed_in("bob"), "c.txt")
    with following(eve, "/events", first.last_id) as second:
        second.wait(True, "taken_in")
        assert [event["file_id"] for event in second.events] == [two]
        make_all(platform, one)
        second.wait(True, "finished")
    numbers = [event["seq"] for event in first.events + second.events]
    assert len(numbers) == len(set(numbers))


def test_one_file_is_told_from_its_beginning(signed_in: Client, platform: Platform) -> None:
    eve = signed_in("eve")
    id_, other = sent(eve, "a.txt"), sent(eve, "b.txt")
    with following(eve, f"/files/{id_}/events") as told:
        told.wait(True, "taken_in")
        make_all(platform, other, id_)
        told.wait(True, "finished")
    assert {event["file_id"] for event in told.events} == {id_}
    assert signed_in("bob").get(f"/files/{id_}/events").status_code == 404


def test_who_comes_back_after_a_restore_is_told_to_begin_anew(signed_in: Client, platform: Platform) -> None:
    eve = signed_in("eve")
    one = sent(eve, "a.txt")
    name, _, snapshot = platform.feed.now().rpartition(".")
    far = str(int(snapshot.partition(":")[0]) + 10**6)
    before = f"{'0' * 8}.{far}:{far}:"  # of a database that counted further
    assert name != "0" * 8
    with (
        following(eve, "/events", before) as all_files,
        following(eve, f"/files/{one}/events", before) as told,
    ):
        all_files.wait()
        told.wait(True, "taken_in")
        assert all_files.resets == told.resets == 1
        assert all_files.events == []
        two = sent(eve, "b.txt")
        all_files.wait(True, "taken_in")
        assert [event["file_id"] for event in all_files.events] == [two]
    with following(eve, "/events", snapshot) as earlier:  # an id of an earlier release
        earlier.wait(True, "taken_in")
        assert earlier.resets == 0


@pytest.mark.parametrize("last", ["x", "9:1:", "1:2:3", "xyz.1:1:", "0123abcd.9:1:"])
def test_an_id_of_somebody_else_is_said(signed_in: Client, last: str) -> None:
    assert signed_in("eve").get("/events", headers={"Last-Event-ID": last}).status_code == 422


@pytest.mark.alone
def test_many_follow_at_the_cost_of_one(api: str, signed_in: Client, platform: Platform) -> None:
    eve, (secret, _) = signed_in("eve"), make_key(platform, "eve", "many")
    reads = []
    now = platform.feed.now
    platform.feed.now = lambda: reads.append(1) or now()  # type: ignore[method-assign, func-returns-value]

    async def follow(client: httpx.AsyncClient, ready: asyncio.Barrier, sent_: asyncio.Event) -> bool:
        while True:
            async with client.stream("GET", "/events") as answer:
                if (
                    answer.status_code == 503
                ):  # so many come at once that Postgres lets some wait: they come again
                    continue
                lines = answer.aiter_lines()
                async for line in lines:
                    if line == "event: ready":
                        break
                await ready.wait()
                async for line in lines:
                    if "taken_in" in line:
                        return True
            return False

    async def all_of_them(count: int) -> list[bool]:
        limits = httpx.Limits(max_connections=count)
        async with httpx.AsyncClient(
            base_url=f"{api}/api/v1", headers={"Authorization": f"Bearer {secret}"}, limits=limits, timeout=60
        ) as client:
            ready, sent_ = asyncio.Barrier(count + 1), asyncio.Event()
            tasks = [asyncio.create_task(follow(client, ready, sent_)) for _ in range(count)]
            await ready.wait()
            await asyncio.to_thread(sent, eve, "a.txt")
            return await asyncio.gather(*tasks)

    allow_connections()
    assert asyncio.run(all_of_them(1000)) == [True] * 1000
    assert len(reads) < 1000
