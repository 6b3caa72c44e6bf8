"""
``typing.NamedTuple`` whose classes are made in less than half of the time.

A run of the command line makes about ninety such classes, and half of what ``typing`` does for each is to compile the
annotations, which nobody asks for.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    _OWN = frozenset(("__annotations__", "__module__", "__qualname__", "__doc__"))

    class _Making(type):
        def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(mcs, name, bases, namespace)
            annotations = namespace.get("__annotations__", {})
            defaults = [namespace[each] for each in annotations if each in namespace]
            made = namedtuple(name, annotations, defaults=defaults, module=namespace["__module__"])
            made.__annotations__ = annotations
            made.__qualname__ = namespace["__qualname__"]
            made.__doc__ = namespace.get("__doc__", made.__doc__)
            for attribute, value in namespace.items():
                if attribute not in annotations and attribute not in _OWN:
                    setattr(made, attribute, value)
            return made

    class NamedTuple(metaclass=_Making):
        """
        The base to write; what comes of it is a plain ``collections.namedtuple`` with the methods of the class.
        """
