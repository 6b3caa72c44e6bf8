"""
Positions of values in JSON texts.
"""

from __future__ import annotations

import tracemalloc

from schemadiff.sources.positions import Positions


def test_a_long_string_takes_no_memory_for_its_characters() -> None:
    """
    It is one token, however it is matched.
    """
    text = '{"a": "' + "x" * 2_000_000 + '\\"", "b": 1}'
    tracemalloc.start()
    position = Positions(text).of(("b",))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert position is not None
    assert (position.line, position.column) == (1, text.index('"b"') + 1)
    assert peak < 10_000_000
