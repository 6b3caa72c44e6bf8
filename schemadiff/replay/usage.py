"""
How many recorded messages a change touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from schemadiff.instance import Value
from schemadiff.replay.classify import Document, read
from schemadiff.replay.run import Recorded
from schemadiff.schema import Node
from schemadiff.validators.harness import Validators

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Usage:
    """
    What the recordings tell of one change.

    Attributes:
        asked: how many recorded payloads are valid under the old schema.
        broken: how many of these are invalid under the new one.
        admitted: how many are valid only under the new one.
        examples: names of the first that are broken.
    """

    asked: int
    broken: int
    admitted: int
    examples: tuple[str, ...]


def usage(
    fixtures: Iterable[Recorded],
    pairs: Sequence[tuple[Node, Node]],
    *,
    retag: Callable[[Value], Value] | None = None,
) -> tuple[Usage, ...]:
    """
    Hold recorded payloads against pairs of schemas, such as the old one, and the old one with one change applied.

    Arguments:
        fixtures: read once, whatever the number of pairs.
        pairs: old and new; the answer has their order.
        retag: from a payload to the form in which the new schemas know it, where the version tag differs.
    """
    asked = [(Validators(old), Validators(new)) for old, new in pairs]
    counts = [[0, 0, 0] for _ in pairs]
    examples: list[list[str]] = [[] for _ in pairs]
    for fixture in fixtures:
        message = read(fixture.payload)
        if not message.readable:
            continue
        tagged = message if retag is None else Document(True, retag(message.value), message.whole)
        for (old, new), count, names in zip(asked, counts, examples, strict=True):
            before = old.rust(message.value, prepared=message.whole)
            after = new.rust(tagged.value, prepared=tagged.whole)
            count[0] += before is True
            count[1] += before is True and after is False
            count[2] += before is False and after is True
            if before is True and after is False and len(names) < _EXAMPLES:
                names.append(fixture.name)
    return tuple(
        Usage(valid, broken, admitted, tuple(names))
        for (valid, broken, admitted), names in zip(counts, examples, strict=True)
    )
