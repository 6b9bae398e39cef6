"""Logs of bounded size and number."""

from __future__ import annotations

from pathlib import Path

from aibox_assets.process.log import ProcessLog


def test_a_log_over_its_size_moves_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    log = ProcessLog(tmp_path / "logs" / "chatty.log", largest=200, kept=2)
    log.rotate()
    with log.open() as writer:
        for text in (b"x" * 100, b"y" * 200, b"z" * 201, b"1" * 300, b"new"):
            writer.write(text)
            writer.flush()
            if text != b"new":
                log.rotate()
    assert log.path.read_bytes() == b"new"
    older = {path.name: path.read_bytes()[:1] for path in (tmp_path / "logs").iterdir()}
    assert older == {"chatty.log": b"n", "chatty.log.1": b"1", "chatty.log.2": b"z"}


def test_a_line_goes_between_those_of_the_process(tmp_path: Path) -> None:
    log = ProcessLog(tmp_path / "logs" / "x.log")
    with log.open() as writer:
        writer.write(b"first\n")
        writer.flush()
        log.write("ours")
        writer.write(b"last\n")
    assert log.path.read_text() == "first\nours\nlast\n"
