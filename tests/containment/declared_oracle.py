"""
What counts as declared, by walking instances with the schemas that hold at each place of them: slow and plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from schemadiff.containment.context import ProofContext
from schemadiff.formula.evaluate import Evaluator
from schemadiff.keywords import Dialect, Role
from schemadiff.keywords.scoped_schema import ScopedSchema
from schemadiff.schema import Node

IN_PLACE = ("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas")


class Oracle:
    """
    Says whether all that a valid instance holds is declared; no dynamic references.
    """

    def __init__(self, work: ProofContext) -> None:
        self.work = work
        self.evaluator = Evaluator()

    def valid(self, node: Node, value: Any) -> bool:
        return self.evaluator.holds(self.work.lowering.of(ScopedSchema(node)), value) is True

    def applying(self, node: Node, value: Any) -> Iterator[Node]:
        """
        The schema and all that hold in place with it.
        """
        yield node
        if isinstance(node.value, bool):
            return
        if "$ref" in node.normalized:
            yield from self.applying(node.resolve(node.normalized["$ref"].value), value)
        for word in ("allOf", "anyOf", "oneOf", "if"):
            for _, inside in node.children(word):
                if self.valid(inside, value):
                    yield from self.applying(inside, value)
        condition = node.child("if")
        if condition is not None:
            branch = node.child("then" if self.valid(condition, value) else "else")
            if branch is not None:
                yield from self.applying(branch, value)
        for name, inside in node.children("dependentSchemas"):
            if isinstance(value, dict) and name in value:
                yield from self.applying(inside, value)

    def declared(self, nodes: list[Node], value: Any) -> bool:
        """
        Whether a value under schemas that all hold there is declared throughout.
        """
        holding = [each for node in nodes for each in self.applying(node, value)]
        holding = [each for each in holding if not isinstance(each.value, bool)]
        if isinstance(value, dict):
            return self._members(holding, value)
        return self._items(holding, value) if isinstance(value, list) else True

    def _members(self, holding: list[Node], value: dict[str, Any]) -> bool:
        speaks = any(self._speaks(each) for each in holding)
        for name, member in value.items():
            if speaks and not any(self._names(each, name) for each in holding):
                return False
            inside = [child for each in holding for child in self._member_schemas(each, name, value)]
            if not self.declared(inside, member):
                return False
        return True

    @staticmethod
    def _tolerates(node: Node) -> bool:
        """
        Whether a schema is ``true``, but for annotations and references.
        """
        if isinstance(node.value, bool):
            return node.value
        roles = (Role.ASSERTION, Role.IN_PLACE, Role.CHILD, Role.REFERENCE)
        words = {word: each for word, each in node.normalized.items() if each.row.role in roles}
        if set(words) == {"$ref"}:
            return Oracle._tolerates(node.resolve(words["$ref"].value))
        return not words

    def _governs(self, node: Node, word: str) -> bool:
        return node.child(word) is not None and not self._tolerates(node.child(word))

    def _speaks(self, node: Node) -> bool:
        open_ended = any(
            self._governs(node, word) and node.normalized[word].value is not False
            for word in ("additionalProperties", "unevaluatedProperties")
        )
        words = ("properties", "patternProperties", "required", "dependentRequired", "dependentSchemas")
        return open_ended or any(word in node.normalized and len(node.normalized[word].value) > 0 for word in words)

    @staticmethod
    def _described(node: Node, name: str) -> bool:
        listed = any(step == name for step, _ in node.children("properties"))
        return listed or any(re.search(str(step), name) for step, _ in node.children("patternProperties"))

    def _names(self, node: Node, name: str) -> bool:
        normalized = node.normalized
        for word in ("additionalProperties", "unevaluatedProperties"):
            if self._governs(node, word) and normalized[word].value is not False:
                return True
        if self._described(node, name) or ("required" in normalized and name in normalized["required"].value):
            return True
        demands = normalized["dependentRequired"].value if "dependentRequired" in normalized else {}
        if name in demands or any(name in others for others in demands.values()):
            return True
        return any(step == name for step, _ in node.children("dependentSchemas"))

    def _evaluates(self, node: Node, name: str, reader: Node) -> bool:
        if node is not reader and "unevaluatedProperties" in node.normalized:
            return True
        return "additionalProperties" in node.normalized or self._described(node, name)

    def _member_schemas(self, node: Node, name: str, value: Any) -> Iterator[Node]:
        yield from (child for step, child in node.children("properties") if step == name)
        yield from (child for step, child in node.children("patternProperties") if re.search(str(step), name))
        if "additionalProperties" in node.normalized and not self._described(node, name):
            yield node.child("additionalProperties")
        if "unevaluatedProperties" in node.normalized:
            below = list(self.applying(node, value))
            if not any(self._evaluates(each, name, node) for each in below if not isinstance(each.value, bool)):
                yield node.child("unevaluatedProperties")

    def _items(self, holding: list[Node], value: list[Any]) -> bool:
        longest = max((len(each.children("prefixItems")) for each in holding), default=0)
        opened = any(
            self._governs(each, word) and each.normalized[word].value is not False
            for each in holding
            for word in ("items", "unevaluatedItems")
        )
        for index, item in enumerate(value):
            if longest and index >= longest and not opened and not self._contained(holding, item):
                return False
            inside = [child for each in holding for child in self._item_schemas(each, index, item, value)]
            if not self.declared(inside, item):
                return False
        return True

    def _contained(self, holding: list[Node], item: Any) -> bool:
        return any(
            each.dialect is Dialect.DRAFT2020
            and "contains" in each.normalized
            and self.valid(each.child("contains"), item)
            for each in holding
        )

    def _item_schemas(self, node: Node, index: int, item: Any, value: Any) -> Iterator[Node]:
        prefix = [child for _, child in node.children("prefixItems")]
        if index < len(prefix):
            yield prefix[index]
        elif "items" in node.normalized:
            yield node.child("items")
        if "contains" in node.normalized and self.valid(node.child("contains"), item):
            yield node.child("contains")
        if "unevaluatedItems" in node.normalized and self.valid(node.child("unevaluatedItems"), item):
            below = [each for each in self.applying(node, value) if not isinstance(each.value, bool)]
            if not any(self._passes(each, index, node) for each in below):
                yield node.child("unevaluatedItems")

    @staticmethod
    def _passes(node: Node, index: int, reader: Node) -> bool:
        if "items" in node.normalized or (node is not reader and "unevaluatedItems" in node.normalized):
            return True
        return index < len(node.children("prefixItems"))
