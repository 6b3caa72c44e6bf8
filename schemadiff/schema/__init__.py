"""
Loading and resolution: from files, revisions and values to schemas with resolvable references.
"""

from schemadiff.schema.load import Loader, load_file, load_text, load_value
from schemadiff.schema.model import Document, DocumentRegistry, Node, Resource, walk
from schemadiff.schema.resolver import DEFAULT_DIALECT, LoadOptions

__all__ = [
    "DEFAULT_DIALECT",
    "Document",
    "DocumentRegistry",
    "LoadOptions",
    "Loader",
    "Node",
    "Resource",
    "load_file",
    "load_text",
    "load_value",
    "walk",
]
