"""
Where documents come from: files, git revisions, and JSON or YAML text with positions.
"""

from schemadiff.sources.file_tree import Folder, Revision, Tree, open_revision
from schemadiff.sources.git_process import git

__all__ = ["Folder", "Revision", "Tree", "git", "open_revision"]
