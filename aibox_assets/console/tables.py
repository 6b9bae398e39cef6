"""Tables: on a wide screen rows and columns, on a narrow one a card for each row. Values are text, never markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from nicegui import ui

from aibox_assets.console.visit import Visit

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    :ivar kind: ``word`` is not broken within a word, also a Chinese one; ``link`` leads to the row's ``href``,
        ``state`` has the row's ``status`` and ``icon``, and ``actions`` are the row's, each with its ``name`` and
        ``label``; ``action`` is one by itself, under the column's name.
    :ivar href: where its head leads: to the same rows, in the order of this column. :ivar order: if they are.
    """

    name: str
    label: str
    align: Literal["left", "right"] = "left"
    kind: Literal["text", "word", "link", "state", "actions", "action", "time"] = "text"
    href: str = ""
    order: Literal["", "ascending", "descending"] = ""


def show_table(
    visit: Visit,
    title: str,
    columns: Sequence[Column],
    rows: list[Row],
    *,
    key: str = "id",
    selectable: bool = False,
    on_action: Callable[[str, str], Any] | None = None,
) -> ui.table:
    """A table; its rows can be replaced by ``update_rows`` without losing focus or selection.

    :param title: for those who do not see it. :param on_action: is told the row's key and the action's name.
    """
    table = ui.table(
        columns=[
            {
                "name": each.name,
                "label": each.label,
                "field": each.name,
                "align": each.align,
                "kind": each.kind,
                "href": each.href,
                "order": each.order,
            }
            for each in columns
        ],
        rows=rows,
        row_key=key,
        selection="multiple" if selectable else None,
    )
    table.classes("w-full console-table").props(
        "flat bordered dense wrap-cells hide-selected-banner hide-pagination :rows-per-page-options=[0]"
    )
    table.props["aria-label"] = title
    if selectable:
        table.add_slot("header-selection", _HEADER.replace("LABEL", visit("Select all of this page")))
    if any(each.href for each in columns):
        table.add_slot("header-cell", _HEAD)
    tick = _TICK.replace("LABEL", visit("Select")) if selectable else ""
    table.add_slot("body", _BODY.replace("TICK", tick))
    if on_action is not None:
        table.on("act", lambda event: on_action(event.args["key"], event.args["name"]))
    return table


_HEAD: Final = """<q-th :props="props" :aria-sort="props.col.order || undefined">
  <a v-if="props.col.href" class="console-sort" :href="props.col.href">{{ props.col.label }}<q-icon
    v-if="props.col.order" :name="props.col.order === 'ascending' ? 'arrow_upward' : 'arrow_downward'"
    aria-hidden="true" /></a>
  <template v-else>{{ props.col.label }}</template>
</q-th>"""
_HEADER: Final = '<q-checkbox v-model="props.selected" dense aria-label="LABEL" />'
_TICK: Final = """<q-td auto-width>
    <q-checkbox v-model="props.selected" dense :aria-label="'LABEL ' + (props.row.path || props.key)" />
  </q-td>"""
_BODY: Final = """
<q-tr :props="props">
  TICK
  <q-td v-for="col in props.cols" :key="col.name" :props="props" :data-label="col.label"
    :class="'console-cell-' + col.kind">
    <a v-if="col.kind === 'link' && props.row.href" class="console-walk" :href="props.row.href">{{ col.value }}</a>
    <template v-else-if="col.kind === 'state'">
      <span :class="'console-state console-' + props.row.status">
        <q-icon v-if="props.row.icon" :name="props.row.icon" aria-hidden="true" /> {{ col.value }}</span>
      <div v-if="props.row.error" class="console-quiet console-place">{{ props.row.error }}</div>
    </template>
    <span v-else-if="col.kind === 'actions'" class="console-actions">
      <q-btn v-for="each in props.row.actions" :key="each.name" :label="each.label" flat dense no-caps color="primary"
        @click="$parent.$emit('act', {name: each.name, key: props.key})" />
    </span>
    <q-btn v-else-if="col.kind === 'action'" :label="col.value" flat dense no-caps color="primary"
      @click="$parent.$emit('act', {name: col.name, key: props.key})" />
    <template v-else>{{ col.value }}</template>
  </q-td>
</q-tr>
"""
