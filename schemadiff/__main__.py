"""
``python -m schemadiff``.
"""

from schemadiff.cli.main import main

main()
