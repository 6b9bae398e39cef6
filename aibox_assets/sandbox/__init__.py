"""Parses documents in a child process that may do nothing else.

Here belongs what limits that process, and what is said to it and believed of it. How a document becomes text
belongs to :mod:`aibox_assets.domain.parse`.
"""

from aibox_assets.sandbox.parser import ParserSandbox
from aibox_assets.sandbox.report import SandboxReport

__all__ = ["ParserSandbox", "SandboxReport"]
