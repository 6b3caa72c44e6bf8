"""
A contract with two versions and its response, as small as can be.
"""

from schemadiff.schema import load_value

SCHEMAS = {
    ("m", "v1"): load_value({"type": "object", "required": ["a"]}),
    ("m", "v2"): load_value({"type": "object", "required": ["a", "b"]}),
    ("r", "v1"): load_value({"type": "object", "required": ["status"]}),
}
