"""
Load and resolve: from files, revisions and values to schemas whose references can be followed.
"""

from schemadiff.schema.load import DEFAULT_DIALECT, load_file, load_text, load_value, parse_text
from schemadiff.schema.model import Document, Node, Resource, Unresolved, World, walk
from schemadiff.schema.trees import Folder, Revision, Tree, git, open_revision

__all__ = [
    "DEFAULT_DIALECT",
    "Document",
    "Folder",
    "Node",
    "Resource",
    "Revision",
    "Tree",
    "Unresolved",
    "World",
    "git",
    "load_file",
    "load_text",
    "load_value",
    "open_revision",
    "parse_text",
    "walk",
]
