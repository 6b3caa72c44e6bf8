"""
The two independent validators, ``jsonschema`` and ``jsonschema-rs``, configured to decide the same question.
"""
