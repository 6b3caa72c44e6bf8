"""
The verdicts between the versions of contracts, each found once.
"""

from __future__ import annotations

from collections.abc import Callable

from schemadiff.catalog import Catalog, Contract
from schemadiff.decide import Direction, Terms
from schemadiff.options import Options, for_contract
from schemadiff.schema import Node


def terms_of(
    contract: Contract | None, options: Options, *, one_version: bool = False, versions: tuple[str, str] | None = None
) -> Terms:
    """
    How a pair of schemas is compared.
    """
    role = contract.role if contract is not None and contract.role else "message"
    return Terms(options=for_contract(options, contract), role=role, one_version=one_version, versions=versions)


class VersionVerdicts:
    """
    The backward and forward verdicts between versions, each found when it is first needed.

    Arguments:
        catalog: the contracts.
        load: from a path to the schema; None where it cannot be read.
        options: of the run.
    """

    def __init__(self, catalog: Catalog, load: Callable[[str], Node | None], options: Options) -> None:
        self._catalog = catalog
        self._load = load
        self._options = options
        self._verdicts: dict[tuple[str, str, str], tuple[str, str]] = {}

    def __call__(self, contract: str, old: str, new: str) -> tuple[str, str]:
        """
        The backward and the forward verdict of a pair of versions.
        """
        key = (contract, old, new)
        if key not in self._verdicts:
            self._verdicts[key] = self._decide(contract, old, new)
        return self._verdicts[key]

    def _decide(self, name: str, old: str, new: str) -> tuple[str, str]:
        from schemadiff.decide.findings import pair_verdicts

        contract = self._catalog.contract(name)
        old_schema, new_schema = (self._load(contract.version(version).path) for version in (old, new))
        if old_schema is None or new_schema is None:
            return "undecided", "undecided"
        verdicts = pair_verdicts(old_schema, new_schema, terms_of(contract, self._options))
        return verdicts[Direction.BACKWARD].verdict.value, verdicts[Direction.FORWARD].verdict.value
