"""
The contracts of this repository in the state after the worker's rollout: only release 0.1.0 of it exists and runs.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from schemadiff.catalog import Catalog, load_catalog
from schemadiff.sources import Folder

ROOT = Path(__file__).parents[2]


def settled() -> Catalog:
    """
    The catalog of the repository, with the worker's history and rollout left out.
    """
    catalog = load_catalog(Folder(ROOT), "contracts")
    services = tuple(
        replace(each, releases=each.releases[-1:], running=("0.1.0",)) if each.name == "job-worker" else each
        for each in catalog.services
    )
    return replace(catalog, services=services)
