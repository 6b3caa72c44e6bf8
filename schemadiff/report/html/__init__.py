"""
The report as one page: self-contained, and silent, since it asks no network and runs no text of a schema.
"""

from schemadiff.report.html.page import render

__all__ = ["render"]
