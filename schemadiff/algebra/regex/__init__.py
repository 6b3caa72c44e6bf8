"""
ECMA-262 patterns as computable regular languages.

``Language.matching(pattern)`` is the set of the strings in which a pattern matches.
Languages are combined with ``&``, ``|``, ``-`` and ``~`` and enumerated; all
questions are decided by symbolic derivatives (Brzozowski 1964, Antimirov 1996).
"""

from schemadiff.algebra.regex.errors import PatternError, Unsupported
from schemadiff.algebra.regex.language import ALL, NONE, Language
from schemadiff.algebra.regex.parser import syntax_problem
from schemadiff.algebra.regex.re2 import re2_problem
from schemadiff.algebra.regex.translate import to_python

__all__ = ["ALL", "NONE", "Language", "PatternError", "Unsupported", "re2_problem", "syntax_problem", "to_python"]
