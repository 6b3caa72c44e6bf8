"""
Publishing of rendered reports: pull-request comments and job summaries.
"""

from schemadiff.publish.comment import CommentTarget, append_summary, marker, publish_comment, target_of
from schemadiff.publish.rest import Api, Forbidden

__all__ = ["Api", "CommentTarget", "Forbidden", "append_summary", "marker", "publish_comment", "target_of"]
