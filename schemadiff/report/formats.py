"""
The words that the command line offers before anything is rendered; tests hold them against what there is.
"""

from schemadiff.options import FAIL_LEVELS as FAIL_LEVELS

FORMATS = ("terminal", "markdown", "json", "sarif", "junit", "github", "html")
"""The names of the reporters, the default first."""
