"""A week of the queues, as plots and as a table for those who do not see them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from nicegui import ui

from aibox_assets.console.shell import empty, heading
from aibox_assets.console.tables import Column, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.stores.queue_samples import KEPT_DAYS, QueueSample
from aibox_assets.stores.queues import QUEUES

SPAN_MINUTES: Final = 30
_FEW: Final = 100
"""Samples of which a line alone would show little."""
_PLOTS: Final[tuple[tuple[str, Callable[[QueueSample], float | None]], ...]] = (
    ("Files that waited", lambda sample: round(sample.queued, 1)),
    ("The longest wait, seconds", lambda sample: sample.oldest_seconds),
    ("Made in half an hour", lambda sample: sample.made),
    ("Failed in half an hour", lambda sample: sample.lost),
)


async def show_history(visit: Visit) -> None:
    """Depth, waits, and what was made and failed."""
    samples = await visit.ask(visit.platform.samples.select, KEPT_DAYS * 24, SPAN_MINUTES)
    if not samples:
        empty(visit("Nothing was measured yet."), visit("The queues are measured every minute."))
        return
    with ui.element("div").classes("console-plots"):
        for title, value in _PLOTS:
            with ui.element("section"):
                heading(visit(title), 2)
                chart = ui.echart(_options(samples, value), renderer="svg").classes("console-plot")
                chart.props('role="img"').props["aria-label"] = visit(title)
    with ui.expansion(visit("The same as a table")).classes("w-full"):
        columns = (
            Column("at", visit("When"), kind="time"),
            Column("queue", visit("Queue")),
            *(Column(f"value{at}", visit(title), "right") for at, (title, _) in enumerate(_PLOTS)),
        )
        rows = [
            {
                "id": f"{sample.at} {sample.queue}",
                "at": visit.moment(sample.at),
                "queue": sample.queue,
                **{f"value{at}": visit.number(value(sample)) for at, (_, value) in enumerate(_PLOTS)},
            }
            for sample in reversed(samples)
        ]
        show_table(visit, visit("The last week"), columns, rows[:300])


def _options(samples: Sequence[QueueSample], value: Callable[[QueueSample], float | None]) -> dict[str, Any]:
    return {
        "animation": False,
        "color": ["#3b7dd8", "#c9751f", "#2a9d62"],
        "grid": {"left": 48, "right": 12, "top": 32, "bottom": 28},
        "legend": {"top": 0, "icon": "roundRect"},
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "time",
            "min": (time.time() - KEPT_DAYS * 86_400) * 1000,
            "max": time.time() * 1000,
        },
        "yAxis": {
            "type": "value",
            "min": 0,
            "minInterval": 1,
            "splitLine": {"lineStyle": {"color": "#8886"}},
        },
        "series": [
            {
                "name": queue,
                "type": "line",
                "step": "end",
                "showSymbol": len(samples) < _FEW,
                "data": [
                    [sample.at.timestamp() * 1000, value(sample)]
                    for sample in samples
                    if sample.queue == queue
                ],
            }
            for queue in QUEUES
        ],
    }
