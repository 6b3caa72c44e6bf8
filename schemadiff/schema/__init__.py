"""
Loading and resolution: from files, revisions and values to schemas with resolvable references.
"""

from schemadiff.schema.load import DEFAULT_DIALECT, load_file, load_text, load_value, parse_text
from schemadiff.schema.model import Document, DocumentRegistry, Node, Resource, walk

__all__ = [
    "DEFAULT_DIALECT",
    "Document",
    "DocumentRegistry",
    "Node",
    "Resource",
    "load_file",
    "load_text",
    "load_value",
    "parse_text",
    "walk",
]
