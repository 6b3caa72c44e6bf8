"""
A GitHub on loopback for each test.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_github import GitHub, serving


@pytest.fixture
def hub() -> Iterator[GitHub]:
    with serving(GitHub()) as made:
        yield made
