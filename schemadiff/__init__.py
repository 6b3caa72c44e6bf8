"""
Which producers and consumers does a schema edit break, and what payload proves it?
"""

__version__ = "0.1.0"
