"""
Detection of schemas among the files of a folder.
"""

from __future__ import annotations

import re
from enum import Enum

from schemadiff.errors import InputError
from schemadiff.instance.parse import decode
from schemadiff.keywords.detect import looks_like_schema, mentions_schema_keywords
from schemadiff.sources.file_tree import Tree
from schemadiff.sources.text import parse_text

_CALLED_SCHEMA = r"\.(?:schema|v\d[\w.-]*)\.(?:json|ya?ml)\Z"


class DocumentKind(Enum):
    """
    The kind of a file.
    """

    SCHEMA = "schema"
    OTHER = "other"
    UNREADABLE = "unreadable"


def kind_of(tree: Tree, path: str) -> DocumentKind:
    """
    The kind of a file. A file that is named like a schema, or contains its keywords, is a schema even if it cannot be
    parsed: skipping it would hide that it is broken.
    """
    if re.search(_CALLED_SCHEMA, path):
        return DocumentKind.SCHEMA
    text = ""
    try:
        text = decode(tree.read(path) or b"", name=path)
        value, _ = parse_text(text, name=path)
    except InputError:
        return DocumentKind.SCHEMA if mentions_schema_keywords(text) else DocumentKind.UNREADABLE
    return DocumentKind.SCHEMA if looks_like_schema(value) else DocumentKind.OTHER
