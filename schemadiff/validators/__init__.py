"""
The two independent validators, ``jsonschema`` and ``jsonschema-rs``, configured to answer one question alike.
"""
