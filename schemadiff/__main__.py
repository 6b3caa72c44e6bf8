"""
``python -m schemadiff``.
"""

from schemadiff.cli.entry import main

main()
