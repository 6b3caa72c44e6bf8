"""
The harness around both validators, configured to decide the same question.

Stock settings do not suffice: ``jsonschema`` reads patterns as Python regular expressions, divides floats and does not
take 30.0 for an integer; both guess the dialect. A validator that crashes gives no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from threading import local
from time import monotonic
from typing import Any, NamedTuple

from schemadiff.instance import Pointer, Value, key
from schemadiff.instance.equality import normal
from schemadiff.keywords import Dialect
from schemadiff.schema.meta_schema import rust_class
from schemadiff.schema.model import Node
from schemadiff.validators.regex_match import pattern_matches
from schemadiff.validators.rewrite_for_validators import ValidatorInput

VALIDATORS = ("jsonschema", "jsonschema-rs")
"""Their names in evidence, in the order of ``Verdicts``."""


_NEVER = float("inf")

_UNFOLDED = 100_000
"""Expansion above which jsonschema-rs is not used: it takes half a second for so many schemas, uninterruptibly."""


class _Clock(local):
    """
    The deadline of the validator in this thread.
    """

    until = _NEVER


_CLOCK = _Clock()


class Verdicts(NamedTuple):
    """
    The results of both validators for one instance: valid, invalid, or None for no answer.
    """

    jsonschema: bool | None
    jsonschema_rs: bool | None

    @property
    def agreed(self) -> bool | None:
        """
        The common result; None if they differ, or neither has an answer.
        """
        return self.jsonschema if self.jsonschema is self.jsonschema_rs else None


class Validators:
    """
    Both validators for one schema, built on first use.

    Arguments:
        about: the schema.
        formats: whether ``format`` is asserted.
        stub: as for ``ValidatorInput``.
    """

    def __init__(self, about: Node | ValidatorInput, *, formats: bool = False, stub: bool | None = None) -> None:
        self.about = about
        self.stub = stub
        self.dialect = about.dialect
        self.formats = formats
        self._rust: Any = None
        self._python: Any = None

    @property
    def unread(self) -> int:
        """
        The number of schemas that jsonschema-rs compiles on its next use.
        """
        subject = self._subject()
        return 0 if self._rust is not None or _is_too_much(subject) else subject.schemas + subject.expanded_size

    def _subject(self) -> ValidatorInput:
        if isinstance(self.about, Node):
            self.about = ValidatorInput(self.about, self.stub)
        return self.about

    def check(self, instance: Value) -> Verdicts:
        """
        Validate with both libraries.
        """
        return Verdicts(self.python(instance), self.rust(instance))

    def rust(self, instance: Value, *, prepared: bool = False) -> bool | None:
        """
        Validate with ``jsonschema-rs``.

        Arguments:
            instance: the instance.
            prepared: whether it is a result of ``plain``, or has integers as its only numbers; then it is not copied.
        """
        if self._rust is None:
            self._rust = _guarded(lambda: _rust_validator(self._subject(), self.formats))
        return _ask(self._rust, instance if prepared else validator_value(instance, self.dialect))

    def python(self, instance: Value, *, until: float = _NEVER) -> bool | None:
        """
        Validate with ``jsonschema``, which stops at a time of the monotonic clock.
        """
        if self._python is None:
            self._python = _guarded(lambda: _python_validator(self._subject(), self.formats))
        _CLOCK.until = until
        try:
            return _ask(self._python, validator_value(instance, self.dialect))
        finally:
            _CLOCK.until = _NEVER

    def errors(self, instance: Value) -> Iterator[tuple[Pointer, str]]:
        """
        The locations and messages of all errors that ``jsonschema`` reports.
        """
        self.python(instance)
        if self._python is not False:
            for error in self._python.iter_errors(validator_value(instance, self.dialect)):
                yield tuple(error.absolute_path), error.message


def _guarded(build: Callable[[], Any]) -> Any:
    """
    A validator, or False where its library rejects the schema.
    """
    try:
        return build()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        return False


def _ask(validator: Any, instance: Value) -> bool | None:
    if validator is False:
        return None
    try:
        return bool(validator.is_valid(instance))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        return None


def validator_value(value: Value, dialect: Dialect) -> Value:
    """
    A value as validators expect it: 30.0 is an integer from draft-06 on, and a non-integer number in draft-04.
    """
    if isinstance(value, Decimal):
        return value if dialect is Dialect.DRAFT4 else normal(value)
    if isinstance(value, list):
        return [validator_value(item, dialect) for item in value]
    if isinstance(value, dict):
        return {name: validator_value(member, dialect) for name, member in value.items()}
    return value


def _is_too_much(subject: ValidatorInput) -> bool:
    return subject.expanded_size > _UNFOLDED


def _rust_validator(subject: ValidatorInput, formats: bool) -> Any:
    import jsonschema_rs

    if _is_too_much(subject):
        raise OverflowError("too many schemas apply in place")
    build = rust_class(subject.dialect)
    draft = getattr(jsonschema_rs, build.__name__.removesuffix("Validator"))
    others = [(uri, value) for uri, value in subject.documents.items() if uri != subject.own]
    registry = jsonschema_rs.Registry(others, draft=draft) if others else None
    return build(subject.schema, validate_formats=formats, registry=registry, base_uri=subject.base, offline=True)


def _python_validator(subject: ValidatorInput, formats: bool) -> Any:
    import referencing
    from jsonschema.validators import validator_for
    from referencing.jsonschema import specification_with

    schema, base = subject.schema, subject.base
    stock: Any = validator_for({"$schema": subject.dialect.uri})
    specification = specification_with(subject.dialect.uri)

    def resource(value: Any) -> Any:
        return referencing.Resource.from_contents(value, default_specification=specification)

    registry: Any = referencing.Registry().with_resources(
        (uri, resource(value)) for uri, value in subject.documents.items()
    )
    resolver = registry.with_resource(base, resource(schema)).resolver(base_uri=base)
    checker = stock.FORMAT_CHECKER if formats else None
    return _exact(stock)(schema, registry=registry, format_checker=checker, _resolver=resolver)


_EXACT_CLASSES: dict[Any, Any] = {}


def _exact(stock: Any) -> Any:
    """
    A validator class of ``jsonschema`` with ECMA-262 patterns, exact division and a deadline.
    """
    if stock not in _EXACT_CLASSES:
        from jsonschema import validators

        own = {
            "anyOf": _any_of,
            "oneOf": _one_of,
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "additionalProperties": _additional_properties,
            "multipleOf": _multiple_of,
            "uniqueItems": _unique_items,
        }
        make: Any = validators.extend
        keywords = {**stock.VALIDATORS, **{name: each for name, each in own.items() if name in stock.VALIDATORS}}
        timed = {name: _timed(keyword) for name, keyword in keywords.items()}
        _EXACT_CLASSES[stock] = make(stock, validators=timed)
    return _EXACT_CLASSES[stock]


def _timed(keyword: Any) -> Any:
    def asked(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        if monotonic() > _CLOCK.until:
            raise TimeoutError
        return keyword(validator, value, instance, schema)

    return asked


def _error(message: str) -> Any:
    from jsonschema.exceptions import ValidationError

    return ValidationError(message)


# The stock ones gather all errors of all branches, in circles of references: of schemas that double with every level
# that is more memory than there is, and it stays until the garbage is collected.


def _any_of(validator: Any, branches: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if not any(validator.evolve(schema=branch).is_valid(instance) for branch in branches):
        yield _error(f"{instance!r} is not valid under any of the given schemas")


def _one_of(validator: Any, branches: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    valid = [branch for branch in branches if validator.evolve(schema=branch).is_valid(instance)]
    if not valid:
        yield _error(f"{instance!r} is not valid under any of the given schemas")
    elif len(valid) > 1:
        yield _error(f"{instance!r} is valid under each of {', '.join(map(repr, valid))}")


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "string") and not pattern_matches(pattern, instance):
        yield _error(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if not validator.is_type(instance, "object"):
        return
    for pattern, subschema in patterns.items():
        for name, member in instance.items():
            if pattern_matches(pattern, name):
                yield from validator.descend(member, subschema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, rest: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not validator.is_type(instance, "object"):
        return
    declared, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, member in instance.items():
        if name in declared or any(pattern_matches(pattern, name) for pattern in patterns):
            continue
        if rest is False:
            yield _error(f"Additional properties are not allowed ({name!r} was unexpected)")
        elif rest is not True:
            yield from validator.descend(member, rest, path=name)


def _multiple_of(validator: Any, divisor: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "number") and (Fraction(instance) / Fraction(divisor)).denominator != 1:
        yield _error(f"{instance} is not a multiple of {divisor}")


def _unique_items(validator: Any, wanted: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    # The stock one holds every item against every other.
    if wanted and validator.is_type(instance, "array") and len(set(map(key, instance))) < len(instance):
        yield _error(f"{instance!r} has non-unique elements")
