"""Processes of our own: started, watched, logged, started again, ended. What they are for is their callers' matter."""

from aibox_assets.process.command import Command, die_with_parent, kill_group, start, stop, tail

__all__ = ["Command", "die_with_parent", "kill_group", "start", "stop", "tail"]
