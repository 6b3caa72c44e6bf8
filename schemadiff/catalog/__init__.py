"""
Contracts read into values: versions, roles, windows, releases, waivers, fixtures, downgrades.
"""

from schemadiff.catalog.discover import MANIFESTS, find_catalog, load_catalog, plain_files, versioned_files
from schemadiff.catalog.downgrade import DowngradeRefused, checker, downgrade
from schemadiff.catalog.fixtures import Fixture, count_fixtures, fixtures, payload_of, read_fixtures
from schemadiff.catalog.model import (
    NO_TAG,
    UNVERSIONED,
    Catalog,
    Contract,
    Release,
    Service,
    Step,
    Version,
    Waiver,
    natural,
    reference,
    suggestion,
)

__all__ = [
    "MANIFESTS",
    "NO_TAG",
    "UNVERSIONED",
    "Catalog",
    "Contract",
    "DowngradeRefused",
    "Fixture",
    "Release",
    "Service",
    "Step",
    "Version",
    "Waiver",
    "checker",
    "count_fixtures",
    "downgrade",
    "find_catalog",
    "fixtures",
    "load_catalog",
    "natural",
    "payload_of",
    "plain_files",
    "read_fixtures",
    "reference",
    "suggestion",
    "versioned_files",
]
