"""What a step knows of itself, in a worker and in a run's own process."""

from __future__ import annotations

import json

from aibox_assets.execution.current_step import at, current_ticket, working_on
from aibox_assets.execution.leases import HeldLease, Lease
from aibox_assets.stores.fencing import StepTicket


def test_a_step_of_a_worker_has_its_ticket_and_says_what_it_is_at() -> None:
    ticket, lease = StepTicket("run", "chunks", "task", 2), HeldLease(Lease("w@host", "run", "chunks"))
    began = json.loads(lease.to_json())["since"]
    assert began > 0
    with working_on(ticket, lease):
        assert current_ticket("run", "chunks") is ticket
        at("a-file", "page 3")
    told = json.loads(lease.to_json())
    assert (told["file_id"], told["part"]) == ("a-file", "page 3")
    assert told["since"] >= began


def test_elsewhere_a_step_has_no_token_and_nobody_listens() -> None:
    at("a-file")
    assert current_ticket("run", "chunks") == StepTicket("run", "chunks")
