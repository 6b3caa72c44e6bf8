"""
ECMA-262 patterns as sets of texts that can be computed with.

``Language.matching(pattern)`` is the set of the texts in which a pattern is found.
Languages are combined with ``&``, ``|``, ``-`` and ``~`` and asked for members;
everything is decided by symbolic derivatives (Brzozowski 1964, Antimirov 1996).
"""

from schemadiff.algebra.regex.errors import PatternError, Unsupported
from schemadiff.algebra.regex.language import ALL, NONE, Language
from schemadiff.algebra.regex.re2 import re2_problem
from schemadiff.algebra.regex.translate import to_python

__all__ = ["ALL", "NONE", "Language", "PatternError", "Unsupported", "re2_problem", "to_python"]
