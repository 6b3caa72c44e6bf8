"""
Publishing of rendered reports: pull-request comments and job summaries.
"""

from schemadiff.publish.comment import LIMIT, CommentOutcome, CommentTarget, marker, publish_comment, target_of
from schemadiff.publish.rest import Api, Forbidden
from schemadiff.publish.summary import append_summary

__all__ = [
    "LIMIT",
    "Api",
    "CommentOutcome",
    "CommentTarget",
    "Forbidden",
    "append_summary",
    "marker",
    "publish_comment",
    "target_of",
]
