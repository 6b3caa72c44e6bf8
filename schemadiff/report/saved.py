"""
Saved results read back, so that a job that runs no code of a pull request can still render them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from schemadiff.errors import InputError
from schemadiff.instance import loads
from schemadiff.instance.parse import MAX_DEPTH
from schemadiff.report.formats import KINDS
from schemadiff.report.json_ import FORMAT
from schemadiff.report.json_schema import result_class, schema_of
from schemadiff.report.values import from_plain, member_names

if TYPE_CHECKING:
    from schemadiff.report.results import Result

_LEVELS_ABOVE = 16
"""A counter-example stands at most so deep in a report, and may itself be as deep as any instance."""


def read_result(text: str | bytes, *, name: str = "<report>") -> Result:
    """
    The result that was written as JSON. The texts of compared schemas are not in it.

    Arguments:
        text: what the reporter ``json`` wrote.
        name: what messages call it.

    Raises:
        InputError: it is not JSON, or not valid under the published schema of its kind.
    """
    value: Any = loads(text, name=name, max_depth=MAX_DEPTH + _LEVELS_ABOVE)
    envelope = value if isinstance(value, dict) else {}
    _check_format(envelope.get("format"), name)
    kind = envelope.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise _refused("it names no kind of result", name)
    _validate(value, kind, name)
    record = result_class(kind)
    try:
        result: Result = from_plain(record, {each: value[each] for each in member_names(record) if each in value})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _refused(str(error), name) from None
    return result


def _check_format(number: Any, name: str) -> None:
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number != FORMAT:
        age = "an older" if number < FORMAT else "a newer"
        raise InputError(
            f"a result in format {number}, written by {age} version of schemadiff; this one reads format {FORMAT}",
            name=name,
            remedy="Make it anew with `schemadiff … -f json`.",
        )


def _validate(value: Any, kind: str, name: str) -> None:
    import jsonschema_rs

    validator = jsonschema_rs.validator_for(schema_of(kind), validate_formats=True)
    try:
        error = next(iter(validator.iter_errors(value)), None)
    except (TypeError, ValueError):  # lone surrogates and exact numbers, on which the format does not depend
        plain = json.dumps(value, ensure_ascii=False, default=float).encode("utf-8", "replace")
        error = next(iter(validator.iter_errors(json.loads(plain))), None)
    if error is not None:
        raise _refused(f"at {''.join(f'/{step}' for step in error.instance_path) or 'the top'}", name)


def _refused(why: str, name: str) -> InputError:
    return InputError(
        f"not a result of schemadiff, format {FORMAT}: {why}",
        name=name,
        remedy="Write one with `schemadiff … -f json`; `schemadiff schema` prints the JSON Schema.",
    )
