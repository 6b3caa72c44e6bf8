from decimal import Decimal

import pytest

from schemadiff.errors import InputError
from schemadiff.sources.yaml_text import loads_yaml


def test_members_have_values_and_places() -> None:
    value, places = loads_yaml("type: object\nrequired:\n  - name\n")

    assert value == {"type": "object", "required": ["name"]}
    assert places[("required",)] == (2, 1)
    assert places[("required", 0)] == (3, 5)


def test_plain_scalars_are_what_they_look_like() -> None:
    """
    The quick parser says of a plain scalar that its style is empty, the slow one that it has none.
    """
    assert loads_yaml("[1, 1.50, true, null, '1', 2026-01-01]")[0] == [
        1,
        Decimal("1.50"),
        True,
        None,
        "1",
        "2026-01-01",
    ]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000, "? " * 50_000])
def test_a_text_that_nests_without_end(text: str) -> None:
    """
    The quick composer would overflow its stack and take the process with it.
    """
    with pytest.raises(InputError, match="nested too deep"):
        loads_yaml(text, name="y")
