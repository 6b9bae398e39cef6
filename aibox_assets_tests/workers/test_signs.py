"""What a worker does, in a person's words: from a real step's arguments, as they travel."""

from __future__ import annotations

from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster._grpc.types import ExecuteStepArgs
from dagster_shared.serdes import pack_value

from aibox_assets.workers.signs import describe_task


def test_a_step_is_named_with_its_run() -> None:
    repository = RepositoryPythonOrigin("python", ModuleCodePointer("module", "defs", None))
    arguments = ExecuteStepArgs(
        job_origin=JobPythonOrigin("process_files_job", repository),
        run_id="602f6ec4",
        step_keys_to_execute=["chunks"],
        instance_ref=None,
    )
    task = {"name": "execute_plan", "kwargs": {"execute_step_args_packed": pack_value(arguments)}}
    assert describe_task(task) == "chunks of run 602f6ec4"


def test_another_task_goes_by_its_name() -> None:
    assert describe_task({"name": "some.task", "kwargs": {}}) == "some.task"
