"""
The whole way, from words on a command line to a report.
"""

from schemadiff.pipeline.run import PROMISES, Settings, compare_pairs, compare_sides, report_of, terms_of
from schemadiff.pipeline.sides import Entry, Pair, Side, Surroundings, pairs, side

__all__ = [
    "PROMISES",
    "Entry",
    "Pair",
    "Settings",
    "Side",
    "Surroundings",
    "compare_pairs",
    "compare_sides",
    "pairs",
    "report_of",
    "side",
    "terms_of",
]
