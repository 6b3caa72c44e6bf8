"""
The kinds of results and the formats of each: the one table from which commands, documentation and tests derive theirs.

It imports nothing. A class or a function is named as ``module:name`` and imported when it is used.
"""

from __future__ import annotations

KINDS = {
    "comparison": "schemadiff.report.model:Report",
    "replay": "schemadiff.replay.report:ReplayReport",
    "checklist": "schemadiff.report.results:Checklist",
    "graph": "schemadiff.report.results:SupportGraph",
    "deployment": "schemadiff.deployment.queries:Deployment",
    "retirement": "schemadiff.deployment.queries:Retirement",
    "rollout": "schemadiff.deployment.plan:Rollout",
    "containment": "schemadiff.report.results:Containment",
    "record": "schemadiff.replay.record:RecordReport",
    "scaffold": "schemadiff.report.results:Scaffold",
    "rules": "schemadiff.report.results:RuleList",
    "files": "schemadiff.report.results:FileAccount",
}
"""The class of the results of each kind."""

_JSON = "schemadiff.report.json_:render"

REPORTERS = {
    ("comparison", "terminal"): "schemadiff.report.terminal:render",
    ("comparison", "markdown"): "schemadiff.report.markdown:render",
    ("comparison", "json"): _JSON,
    ("comparison", "sarif"): "schemadiff.report.sarif:render",
    ("comparison", "junit"): "schemadiff.report.junit:render",
    ("comparison", "github"): "schemadiff.report.github:render",
    ("comparison", "html"): "schemadiff.report.html.page:render",
    ("replay", "terminal"): "schemadiff.report.replays:terminal",
    ("replay", "markdown"): "schemadiff.report.replays:markdown",
    ("replay", "json"): _JSON,
    ("checklist", "terminal"): "schemadiff.report.checklists:terminal",
    ("checklist", "markdown"): "schemadiff.report.checklists:markdown",
    ("checklist", "html"): "schemadiff.report.checklists:html",
    ("checklist", "json"): _JSON,
    ("graph", "terminal"): "schemadiff.report.graph_answers:graph_terminal",
    ("graph", "markdown"): "schemadiff.report.graph_answers:graph_markdown",
    ("graph", "json"): _JSON,
    ("graph", "mermaid"): "schemadiff.report.graph:render_mermaid",
    ("graph", "dot"): "schemadiff.report.graph:render_dot",
    ("graph", "svg"): "schemadiff.report.graph:render_svg",
    ("deployment", "terminal"): "schemadiff.report.graph_answers:deployment_terminal",
    ("deployment", "markdown"): "schemadiff.report.graph_answers:deployment_markdown",
    ("deployment", "json"): _JSON,
    ("retirement", "terminal"): "schemadiff.report.graph_answers:retirement_terminal",
    ("retirement", "json"): _JSON,
    ("rollout", "terminal"): "schemadiff.report.graph_answers:rollout_terminal",
    ("rollout", "json"): _JSON,
    ("containment", "terminal"): "schemadiff.report.plain_texts:containment",
    ("containment", "json"): _JSON,
    ("record", "terminal"): "schemadiff.report.plain_texts:recording",
    ("record", "json"): _JSON,
    ("scaffold", "terminal"): "schemadiff.report.plain_texts:scaffold",
    ("scaffold", "json"): _JSON,
    ("rules", "terminal"): "schemadiff.report.plain_texts:rules",
    ("rules", "markdown"): "schemadiff.report.plain_texts:rules_markdown",
    ("rules", "json"): _JSON,
    ("files", "terminal"): "schemadiff.report.plain_texts:files",
    ("files", "markdown"): "schemadiff.report.plain_texts:files_markdown",
    ("files", "json"): _JSON,
}
"""The reporter of each kind and format, called as ``reporter(result, style=style)``; a kind's default format first."""


def formats_of(*kinds: str) -> tuple[str, ...]:
    """
    The formats of a kind of result, or of several kinds together, the default first.

    Raises:
        KeyError: there is no such kind.
    """
    for kind in kinds:
        KINDS[kind]
    return tuple(dict.fromkeys(form for kind, form in REPORTERS if kind in kinds))
