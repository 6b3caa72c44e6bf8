"""
The number of recorded messages that a change affects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from schemadiff.catalog.fixtures import Fixture
from schemadiff.instance import Value
from schemadiff.replay.classify import ReadMessage, read_message
from schemadiff.schema import Node
from schemadiff.validators.harness import Validators

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Usage:
    """
    The recorded messages that one change affects.

    Attributes:
        valid: the number of recorded payloads that are valid under the old schema.
        broken: the number of these that are invalid under the new one.
        admitted: the number of payloads that are valid only under the new one.
        examples: the names of the first broken ones.
    """

    valid: int
    broken: int
    admitted: int
    examples: tuple[str, ...]


def usage(
    fixtures: Iterable[Fixture],
    pairs: Sequence[tuple[Node, Node]],
    *,
    retag: Callable[[Value], Value] | None = None,
) -> tuple[Usage, ...]:
    """
    Validate recorded payloads against pairs of schemas, such as the old one, and the old one with one change applied.
    The payloads are read once, whatever the number of pairs.

    Arguments:
        retag: from a payload to the same payload with the new version tag, if the tags differ.
    """
    validators = [(Validators(old), Validators(new)) for old, new in pairs]
    counts = [Counter[tuple[bool | None, bool | None]]() for _ in pairs]
    examples: list[list[str]] = [[] for _ in pairs]
    for fixture in fixtures:
        message = read_message(fixture.payload)
        if not message.readable:
            continue
        tagged = message if retag is None else ReadMessage(True, retag(message.value), message.prepared)
        for (old, new), count, names in zip(validators, counts, examples, strict=True):
            valid = old.rust(message.value, prepared=message.prepared), new.rust(tagged.value, prepared=tagged.prepared)
            count[valid] += 1
            if valid == (True, False) and len(names) < _EXAMPLES:
                names.append(fixture.name)
    return tuple(
        Usage(sum(n for (old, _), n in count.items() if old), count[True, False], count[False, True], tuple(names))
        for count, names in zip(counts, examples, strict=True)
    )
