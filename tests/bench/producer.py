"""
How many messages a second the producer checks, on one processor.

Run it from the root: ``python tests/bench/producer.py``.
"""

# ruff: noqa: T201 - what is measured is printed

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from schemadiff.catalog import load_catalog
from schemadiff.producer import Messages
from schemadiff.sources import Folder

COUNT = 200_000


def main() -> None:
    tree = Folder(Path(__file__).parents[2])
    messages = Messages(tree, load_catalog(tree, "contracts"), "job_request")
    task = {"id": "t1", "action": "sync", "source": "inbox/a"}
    payloads = [
        {"schema_version": "v1", "job_id": f"bench-{number:08}", "timeout_seconds": 30, "tasks": [task]}
        for number in range(COUNT)
    ]
    for name, values in (
        ("valid", payloads),
        ("invalid", [{**each, "timeout_seconds": 0} for each in payloads[:2000]]),
    ):
        started = time.process_time()
        wrong = sum(1 for each in values if messages.problems(each, "v1"))
        seconds = time.process_time() - started
        print(f"{len(values) / seconds:,.0f} {name} messages a second, {wrong} with problems in words")


if __name__ == "__main__":
    main()
