"""
The validity of an instance, by two validators that know nothing of schemadiff.
"""

from __future__ import annotations

from typing import Any

import jsonschema
import jsonschema_rs


def is_valid(schema: dict[str, Any], instance: Any) -> bool:
    """
    Whether both validators call the instance valid.

    Raises:
        AssertionError: they disagree.
    """
    first = jsonschema.Draft202012Validator(schema).is_valid(instance)
    assert first == jsonschema_rs.Draft202012Validator(schema).is_valid(instance), (schema, instance)
    return first
