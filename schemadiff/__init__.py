"""
Which producers and consumers does a schema edit break, and what payload proves it?
"""
