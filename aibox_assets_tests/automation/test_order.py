"""Where files stand among the partitions: neighbours are known as such, and what is far is not read."""

from __future__ import annotations

from dagster import DagsterInstance

from aibox_assets.automation.order import NEAR, read_order
from aibox_assets.execution.partitions import FILES


def names(*numbers: int) -> list[str]:
    return [f"file-{number}" for number in numbers]


def test_what_stands_between_is_in_the_order_and_what_is_far_is_not(instance: DagsterInstance) -> None:
    instance.add_dynamic_partitions(FILES, names(*range(10 * NEAR)))
    far = 5 * NEAR
    order = read_order(instance, names(far, 3, 6, far + 1))
    assert list(order) == names(3, 4, 5, 6, far, far + 1)
    first = order["file-3"]
    assert [order[key] - first for key in order] == [0, 1, 2, 3, far - 3, far - 2]


def test_partitions_around_deleted_ones_are_neighbours(instance: DagsterInstance) -> None:
    instance.add_dynamic_partitions(FILES, names(*range(12)))
    instance.add_dynamic_partitions("others", names(*range(12)))
    for key in names(4, 5, 6):
        instance.delete_dynamic_partition(FILES, key)
    order = read_order(instance, names(3, 7, 8))
    assert list(order) == names(3, 7, 8)
    assert order["file-8"] - order["file-3"] == 2


def test_a_key_that_is_no_partition_is_not_in_the_order(instance: DagsterInstance) -> None:
    instance.add_dynamic_partitions(FILES, names(1))
    assert list(read_order(instance, names(0, 1))) == names(1)
    assert read_order(instance, []) == read_order(instance, names(7)) == {}
