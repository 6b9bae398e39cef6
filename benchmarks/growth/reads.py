"""What each GET route and an upload cost beside 100,000 files of one person: CPU time of each part, and wall time.

``python -m benchmarks.growth.reads FOLDER [PART OF A ROUTE, OR upload …]``; what is written into FOLDER the first
time is kept for the next.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import uuid4

import httpx
import numpy as np
import psutil
import sqlalchemy as sa

from aibox_assets.api.app import create_app
from aibox_assets.domain.models import EntityMention, Triple
from aibox_assets.local.embedded import running_graph, running_postgres, running_redis
from aibox_assets.local.probes import ping_api
from aibox_assets.local.process import Command, free_port, start, stop, wait_until
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.services.hashing import hash_password
from aibox_assets.settings import Settings, with_driver
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.database import migrate
from aibox_assets.stores.graph_records import FileGraph
from aibox_assets.stores.vector_indexes import ensure_indexes
from benchmarks.servers import forget_settings, model_settings

FILES: Final = 100_000
OTHERS: Final = 10_000
"""Files of ten other people; every tenth is shared with all."""
GRAPHS: Final = 30_000
"""Of the files, so many are in the graph: its server takes longest to fill."""
TIMES: Final = 10
OWNER: Final = "olga"
ADMIN: Final = "ada"

_SEED: Final = (
    """INSERT INTO aibox.files (id, folder, path, owner_id, size, mtime_ns, sha256, status, media_type, updated_at)
    SELECT 'f' || n, 'inbox', o || '/' || md5(n::text) || '/quarter ' || n || '.txt', o, (n * 7919) % 1000000, n,
        md5(n::text) || md5(n::text),
        CASE WHEN n % 100 < 90 THEN 'finished' WHEN n % 100 < 95 THEN 'queued' ELSE 'failed' END, 'text/plain',
        now() - n * interval '1 second'
    FROM generate_series(1, :all) n
    CROSS JOIN LATERAL (SELECT CASE WHEN n <= :files THEN :owner ELSE 'u' || n % 10 END) AS owned (o)""",
    """INSERT INTO aibox.work (file_id, asset, owner_id, seq, state, made, wanted, items, seconds, ended_at, error)
    SELECT f.id, a, f.owner_id, f.seq, f.status, 'v', 'v', 3, 0.5, now() - f.seq * interval '1 second',
        CASE f.status WHEN 'failed' THEN 'It is empty.' END
    FROM aibox.files f CROSS JOIN unnest(ARRAY['chunks', 'embeddings', 'kg_triples']) a""",
    """INSERT INTO aibox.file_events (file_id, owner_id, asset, kind, data, at)
    SELECT w.file_id, w.owner_id, w.asset, k, '{"seconds": 0.5}', now() - w.seq * interval '1 second'
    FROM aibox.work w CROSS JOIN unnest(ARRAY['started', 'made']) k""",
    """INSERT INTO aibox.jobs (kind, file_id, owner_id, asked_by, state, ended_at)
    SELECT 'upload', id, owner_id, owner_id, CASE WHEN status IN ('finished', 'failed') THEN status END,
        CASE WHEN status IN ('finished', 'failed') THEN now() END FROM aibox.files""",
    """INSERT INTO aibox.grants SELECT id, :owner, owner_id FROM aibox.files
    WHERE owner_id <> :owner AND seq % 10 = 0""",
    """INSERT INTO aibox.chunks (chunk_id, file_id, ordinal, text, text_hash, token_count, char_start, char_end,
        heading_path, language, words)
    SELECT f.id || '-0', f.id, 0, t, md5(f.id), 20, 0, length(t), '[]', 'en', to_tsvector('english', t)
    FROM aibox.files f CROSS JOIN LATERAL (SELECT format(
        'The report on quarter %s of company %s says that the battery of type word%s was delivered to plant%s.',
        f.seq, f.seq % 500, f.seq % 20000, f.seq % 100)) AS said (t)""",
)
_ROUTES: Final[dict[str, Sequence[str]]] = {
    "/files": [
        "", "?limit=200", "?name=quarter 99", "?name=nothingatall", "?name=e", "?name=ab", "?text=word77",
        "?text=quarter", "?state=queued", "?state=failed&sort=name", "?type=text/plain", "?owner=olga", "?sort=name",
        "?sort=-updated", "?sort=size", "?owner=olga&name=99&state=finished&sort=-size",
    ],
    "/files/{file_id}": ["f3", "f99990"],
    "/files/{file_id}/status": ["f3", "f99993"],
    "/files/{file_id}/content": ["f3"],
    "/files/{file_id}/chunks": ["f3"],
    "/files/{file_id}/triples": ["f3"],
    "/files/{file_id}/grants": ["f3"],
    "/jobs": ["", "?state=queued", "?state=failed", "?file_id=f3"],
    "/jobs/{job_id}": ["77"],
    "/queues/stats": [""],
    "/queues/{queue}/jobs": [
        "vectorization", "vectorization?status=queued", "vectorization?status=started",
        "vectorization?status=finished", "vectorization?status=failed",
    ],
    "/queues/{queue}/jobs/{job_id}": ["vectorization embeddings.f99995"],
    "/workers": [""],
    "/queues/history": [""],
    "/search": [
        "?q=word77 plant3", "?q=battery", "?q=which company was delivered to plant7?", "?q=battery report&owner=olga",
        "?q=battery quarter&file_id=f3",
    ],
    "/chunks/{chunk_id}": ["f3-0?before=1&after=1"],
    "/chunks/{chunk_id}/similar": ["f3-0"],
    "/graph/entities": ["", "?name=Company 77", "?name=77", "?type=Organization"],
    "/graph/entities/{key}": ["Organization:company 77"],
    "/graph/edges": ["?key=Organization:company 77&key=Organization:company 78"],
    "/graph/path": ["?start=Company 77&end=Company 80"],
    "/memory/{key}": ["plan"],
    "/webhooks": [""],
    "/users": [""],
    "/keys": [""],
    "/audit": [""],
    "/auth/me": [""],
    "/health/live": [""],
    "/health/ready": [""],
}  # fmt: skip
_NOT_MEASURED: Final = ("/events", "/files/{file_id}/events", "/export/chunks", "/export/triples", "/metrics",
                        "/login", "/webhooks/{webhook_id}", "/webhooks/{webhook_id}/deliveries")  # fmt: skip
"""Streams, exports, what is asked of no person, and what is a handful of rows by their key."""


def main(folder: Path, *wanted: str) -> None:
    """Print a line for each route, to the admin and to the owner of all these files."""
    forget_settings()
    logging.disable(logging.INFO)
    folder.mkdir(exist_ok=True)
    with _installation(folder) as (platform, address, processes):
        for who in (OWNER, ADMIN):
            secret = make_key(platform, who, "reads", expires_at=datetime.now(UTC) + timedelta(hours=3))[0]
            with httpx.Client(
                headers={"Authorization": f"Bearer {secret}"}, trust_env=False, timeout=300, base_url=address
            ) as client:
                client.put("/api/v1/memory/plan", json={"value": "x"})
                for path in _paths(platform):
                    if not wanted or any(part in path for part in wanted):
                        measured = _measure(partial(client.get, path), processes)
                        print(f"{who:5} {measured} {path}", flush=True)
                if not wanted or "upload" in wanted:
                    measured = _measure(partial(_upload, client), processes)
                    print(f"{who:5} {measured} POST /api/v1/files", flush=True)


def _paths(platform: Platform) -> Iterator[str]:
    """Each route with its examples; a route that has none is an error, so that no new one is forgotten."""
    schema = create_app(platform).openapi()
    for route, verbs in schema["paths"].items():
        template = route.removeprefix("/api/v1")
        if "get" not in verbs or template in _NOT_MEASURED or template.startswith("/rq/"):
            continue
        for example in _ROUTES[template]:
            values, _, query = example.partition("?")
            path = route
            for value in values.rsplit(" ", route.count("{") - 1) if values else ():
                head, _, rest = path.partition("{")
                path = head + value + rest.partition("}")[2]
            yield path + (f"?{query}" if query else "")


def _upload(client: httpx.Client) -> httpx.Response:
    name = f"{uuid4()}.txt"
    return client.post("/api/v1/files", files={"files": (name, f"What nobody sent before: {name}".encode())})


def _measure(ask: Callable[[], httpx.Response], processes: dict[str, psutil.Process]) -> str:
    for _ in range(3):
        answer = ask()
    before = {name: _cpu(process) for name, process in processes.items()}
    walls = []
    for _ in range(TIMES):
        started = time.perf_counter()
        answer = ask()
        walls.append(1000 * (time.perf_counter() - started))
    used = {name: 1000 * (_cpu(process) - before[name]) / TIMES for name, process in processes.items()}
    walls.sort()
    spent = " ".join(f"{name} {each:6.1f}" for name, each in used.items())
    return f"{answer.status_code} CPU {spent} p50 {median(walls):6.1f} p95 {walls[-2]:6.1f}"


def _cpu(process: psutil.Process) -> float:
    """Seconds of a process and all that it started; those of ended children count in their parent."""
    spent = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system
        if each.pid == process.pid:
            spent += times.children_user + times.children_system
    return spent


@contextmanager
def _installation(folder: Path) -> Iterator[tuple[Platform, str, dict[str, psutil.Process]]]:
    port = free_port()
    for part in ("postgres", "redis", "graph"):
        (folder / part).mkdir(exist_ok=True)
    me = psutil.Process()
    with (
        running_postgres(folder / "postgres") as database,
        running_redis(folder / "redis") as redis,
        running_graph(folder / "graph") as graph,
    ):
        servers = {each.pid: " ".join(each.cmdline()) for each in me.children()}
        env: dict[str, Any] = {
            **model_settings(),
            "AIBOX_HOME": str(folder / "home"),
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "NEO4J_URI": graph.uri,
            "NEO4J_USER": graph.user,
            "NEO4J_PASSWORD": graph.password,
            "NEO4J_DATABASE": graph.database or "",
            "AIBOX_SECRET_KEY": "of a benchmark, and of nobody else",
            "AIBOX_RATE_LIMIT": "1000000",
            "AIBOX_API_PORT": str(port),
            "OMP_NUM_THREADS": "1",
        }
        platform = Platform(Settings(**env))
        platform.settings.inbox_path.mkdir(parents=True, exist_ok=True)
        migrate(with_driver(database, "psycopg"))
        if platform.accounts.get(OWNER) is None:
            _seed(platform)
        log = folder / "api.log"
        command = Command((sys.executable, "-m", "aibox_assets.web"), env=env)
        with log.open("wb") as output:
            process = start(command, output)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: ping_api(address), process, "api", log, 120)
            processes = {"api": psutil.Process(process.pid)}
            for pid, line in servers.items():
                name = (
                    "pg" if "postgres" in line and "java" not in line else "graph" if "java" in line else ""
                )
                if name:
                    processes[name] = psutil.Process(pid)
            yield platform, address, processes
        finally:
            stop(process, command, 20)
            platform.graph.close()
            platform.engine.dispose()


def _seed(platform: Platform) -> None:
    password = hash_password("of nobody: they have keys")
    for name, role in (
        (ADMIN, Role.ADMIN),
        (OWNER, Role.EDITOR),
        *((f"u{n}", Role.EDITOR) for n in range(10)),
    ):
        platform.accounts.put(name, role, password)
    platform.folder_store.register(platform.folders.values())
    with platform.engine.begin() as connection:
        for statement in _SEED:
            values = {"all": FILES + OTHERS, "files": FILES, "owner": OWNER}
            bound = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), bound)
            print(statement.split("(")[0], flush=True)
    space = platform.stored_model
    with platform.engine.begin() as connection:
        raw = connection.connection.cursor()
        draw = np.random.default_rng(7)
        with raw.copy(f"COPY {space.table} (chunk_id, embedding) FROM STDIN") as copy:
            for number in range(1, FILES + OTHERS + 1):
                vector = draw.standard_normal(space.spec.dimension)
                vector /= np.linalg.norm(vector)
                copy.write_row((f"f{number}-0", json.dumps(np.round(vector, 4).tolist())))
    print("vectors", len(ensure_indexes(platform.engine)), flush=True)
    platform.graph.ensure_schema(relation.name for relation in platform.models.ontology.relation_types)
    for first in range(1, GRAPHS + 1, 1000):
        platform.graph.replace_files([_graph(number) for number in range(first, first + 1000)])
    with platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def _graph(number: int) -> FileGraph:
    owner = OWNER if number <= FILES else f"u{number % 10}"
    id_, chunk = f"f{number}", f"f{number}-0"
    names = [f"Company {number % 500}", f"Company {(number + 1) % 500}", f"Plant {number % 20_000}"]
    mentions = tuple(
        EntityMention(id_, chunk, _key(name), name, "Organization", 10 * at, 10 * at + 9, 0.8)
        for at, name in enumerate(names)
    )
    triples = tuple(
        Triple(id_, chunk, head, "Organization", _key(head), "SUPPLIES", tail, "Organization", _key(tail), 0.8, 0, 9,
               "It supplies it.")
        for head, tail in (names[:2], names[1:])
    )  # fmt: skip
    return FileGraph(id_, id_, owner, "1", ((chunk, 0),), mentions, triples)


def _key(name: str) -> str:
    return f"Organization:{name.casefold()}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
