"""
What the base guards is guarded in the change, whatever the change does to names, folders, manifests and settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gated import MANIFEST, NARROW, NOTE, Repository, findings, rules, schema, told

from schemadiff.report import Report

PLAIN = {"type": "object", "properties": {"n": {"type": "integer", "maximum": 10}}, "required": ["n"]}
NARROWER = {"type": "object", "properties": {"n": {"type": "integer", "maximum": 5}}, "required": ["n"]}


@pytest.mark.parametrize(
    "path",
    [
        "schemas/b.v1.schema.json",
        "schemas/order-v1.json",
        "schemas/order@x.v1.json",
        "schemas/my order.v1.json",
        "schemas/c.json",
        "schemas/c.yaml",
        "schemas/deep/er/d.json",
        "schemas/com.acme/order/jsonschema/1-0-0",
        "schemas/order/1.0.0.json",
        "schemas/v1/order.json",
        "schemas/order.v1.0.0.json",
        "schemas/kestra-0.18.3.json",
        "schemas/c.JSON",
        "schemas/größe \u202ex.json",
        "elsewhere/plain.json",
        "top.json",
    ],
)
def test_no_layout_hides_another_one(tmp_path: Path, path: str) -> None:
    """
    Beside a file called NAME.v1.json, every other schema is guarded as well.
    """
    repository = Repository(tmp_path)
    repository.write("schemas/a.v1.json", PLAIN)
    repository.write(path, PLAIN)
    repository.commit()
    repository.write(path, NARROWER)
    report = repository.check()

    assert (report.exit_code, findings(report)) == (1, [("maximum-lowered", "breaking")])

    (tmp_path / path).unlink()
    report = repository.check()
    assert (report.exit_code, rules(report)) == (1, ["version-removed-before-sunset"])


def test_versions_of_the_name(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    for name in ("order.v1.0.0", "kestra-0.18.3", "utf-8", "iso-8601.v2"):
        repository.write(f"schemas/{name}.json", PLAIN)
    repository.commit()
    for name in ("order.v1.0.0", "kestra-0.18.3", "utf-8", "iso-8601.v2"):
        repository.write(f"schemas/{name}.json", NARROWER)

    pairs = {(each.contract, each.new) for each in repository.check().comparisons}
    assert pairs == {("order", "v1.0.0"), ("kestra", "0.18.3"), ("utf-8", "unversioned"), ("iso-8601", "v2")}


BREAK = schema(**NARROW)


def _manifest_elsewhere(repository: Repository) -> None:
    repository.write("docs/contracts.yaml", "schemadiff: 1\ncontracts: {dummy: {versions: {v1: }}}\n")
    repository.write("docs/dummy.v1.json", PLAIN)


def _version_elsewhere(repository: Repository) -> None:
    repository.write("x/z.v1.json", PLAIN)


def _copy_beside(repository: Repository) -> None:
    repository.write("contracts/job.v1.0.json", schema())


def _copy_with_the_same_identity(repository: Repository) -> None:
    repository.write("contracts/job-v1.json", schema())


def _copy_below(repository: Repository) -> None:
    repository.write("contracts/sub/job.v1.json", schema())


def _manifest_names_a_copy(repository: Repository) -> None:
    repository.write("contracts/copy.json", schema())
    repository.write("contracts/contracts.yaml", MANIFEST.replace("{published", "{file: copy.json, published"))


def _manifest_names_another_contract(repository: Repository) -> None:
    repository.write(
        "contracts/contracts.yaml", MANIFEST.replace("job:", "task:").replace("{p", "{file: job.v1.json, p")
    )


def _no_manifest(repository: Repository) -> None:
    (repository.root / "contracts/contracts.yaml").unlink(missing_ok=True)


def _settings(repository: Repository) -> None:
    repository.write("schemadiff.toml", 'contracts = "docs"\npass_by = ["contracts/*"]\nfail_on = "never"\n')


def _nothing(_: Repository) -> None:
    pass


@pytest.mark.parametrize(
    "hide",
    [
        _nothing,
        _manifest_elsewhere,
        _version_elsewhere,
        _copy_beside,
        _copy_with_the_same_identity,
        _copy_below,
        _manifest_names_a_copy,
        _manifest_names_another_contract,
        _no_manifest,
        _settings,
    ],
)
@pytest.mark.parametrize("manifest", [True, False], ids=["manifest", "names"])
def test_no_addition_takes_a_version_out_of_the_gate(
    tmp_path: Path, hide: Callable[[Repository], None], manifest: bool
) -> None:
    """
    Neither in the change that makes it, nor in the next one.
    """
    repository = Repository(tmp_path)
    repository.write("contracts/job.v1.json", schema())
    if manifest:
        repository.write("contracts/contracts.yaml", MANIFEST)
    repository.commit()
    hide(repository)
    repository.write("contracts/job.v1.json", BREAK)
    report = repository.check()
    assert report.exit_code == 1
    assert ("maximum-lowered", "breaking") in findings(report)

    repository.write("contracts/job.v1.json", schema())
    repository.write("README.md", "merged")
    repository.commit()
    repository.write("contracts/job.v1.json", BREAK)
    if hide is not _settings:
        assert ("maximum-lowered", "breaking") in findings(repository.check("HEAD"))


@pytest.mark.parametrize("copy", ["order.v1.json", "order-v2.json", "v1/order.json", "order.yaml"])
def test_a_copy_does_not_stand_for_an_unversioned_schema(tmp_path: Path, copy: str) -> None:
    repository = Repository(tmp_path)
    repository.write("schemas/order.json", PLAIN)
    repository.commit()
    repository.write(f"schemas/{copy}", PLAIN)
    repository.write("schemas/order.json", NARROWER)

    assert ("maximum-lowered", "breaking") in findings(repository.check())


@pytest.mark.parametrize("target", ["interfaces/job.v1.json", "contracts/v1/job.json", "job.v1.json"])
def test_a_moved_version_is_compared(tmp_path: Path, target: str) -> None:
    repository = Repository(tmp_path)
    repository.write("contracts/job.v1.json", schema())
    repository.write("contracts/other.v1.json", schema())
    repository.commit()
    (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
    repository.git("mv", "contracts/job.v1.json", target)
    assert repository.check().exit_code == 0

    repository.write(target, BREAK)
    assert findings(repository.check()) == [("maximum-lowered", "breaking")]


@pytest.mark.parametrize("target", ["tests/job.v1.json", ".contracts/job.v1.json", "contracts/fixtures/job.v1.json"])
def test_a_version_that_moves_out_of_sight_is_gone(tmp_path: Path, target: str) -> None:
    repository = Repository(tmp_path)
    repository.write("contracts/job.v1.json", schema())
    repository.commit()
    (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
    repository.git("mv", "contracts/job.v1.json", target)
    report = repository.check()

    assert report.exit_code == 1
    assert "version-removed-before-sunset" in rules(report)


def test_a_changed_tag_of_a_version_is_a_break(repository: Repository) -> None:
    """
    Messages of v1 say v1; a tag is mapped between two versions only.
    """
    repository.write("contracts/job.v1.json", schema("v9"))
    report = repository.check()
    assert report.exit_code == 1
    assert [classification for _, classification in findings(report)] == ["breaking"]

    (repository.root / "contracts/contracts.yaml").unlink()
    assert "breaking" in [classification for _, classification in findings(repository.check())]


def test_a_changed_tag_of_an_unversioned_schema_is_a_break(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("contracts/job.json", schema("v1"))
    repository.commit()
    repository.write("contracts/job.json", schema("v2"))

    assert repository.check().exit_code == 1


def test_the_gate_does_not_guess_a_tag(tmp_path: Path) -> None:
    """
    Without a manifest, a tag is one if it pins the very names that the versions have.
    """
    repository = Repository(tmp_path)
    repository.write("contracts/job.v1.json", schema("v1"))
    repository.commit()
    repository.write("contracts/job.v2.json", schema("v2"))
    (pair,) = repository.check().comparisons
    assert (pair.tag is not None, pair.findings) == (True, ())

    repository.write("contracts/job.v2.json", schema("2026-11"))
    (pair,) = repository.check().comparisons
    assert (pair.tag, [each.classification.value for each in pair.findings]) == (None, ["breaking"])


def advice(report: Report, words: str) -> str:
    (line,) = [note for remark in report.remarks for note in remark.notes if words in note]
    return line


def obey(repository: Repository, line: str) -> None:
    """
    Do what an advice on a rename says.
    """
    written = re.search(r"write a file (\S+): (\{.*\})$", line)
    if written:
        repository.write(written[1], json.loads(written[2]))
        return
    inserted = re.search(r"write under (\S+) in (\S+): (.*)$", line)
    assert inserted
    text = (repository.root / inserted[2]).read_text()
    repository.write(inserted[2], text.replace(f"  {inserted[1]}:\n", f"  {inserted[1]}:\n    {inserted[3]}\n"))


@pytest.mark.parametrize("manifest", [True, False])
@pytest.mark.parametrize("staged", [True, False])
def test_a_rename_is_declared(tmp_path: Path, manifest: bool, staged: bool) -> None:
    """
    Undeclared, it is a removal and an addition; the advice declares it, and then the versions are compared.
    """
    repository = Repository(tmp_path)
    repository.write("contracts/invoice.v1.json", schema())
    repository.write("contracts/other.v1.json", schema())
    if manifest:
        repository.write("contracts/contracts.yaml", MANIFEST.replace("job:", "invoice:"))
    repository.commit()
    repository.git("mv", "contracts/invoice.v1.json", "contracts/shipment.v1.json")
    if manifest:
        repository.write("contracts/contracts.yaml", MANIFEST.replace("job:", "shipment:"))
    if staged:
        repository.git("add", "-A")
    report = repository.check(staged=staged)
    assert report.exit_code == 1
    assert "version-removed-before-sunset" in rules(report)

    obey(repository, advice(report, "is called shipment now"))
    if staged:
        repository.git("add", "-A")
    report = repository.check(staged=staged)
    assert report.exit_code == 0
    assert ("contract-renamed", "note") in [(each.rule, each.level) for each in report.remarks]
    assert not {"version-removed-before-sunset", "version-added"} & {*rules(report)}

    repository.write("contracts/shipment.v1.json", BREAK)
    if staged:
        repository.git("add", "-A")
    report = repository.check(staged=staged)
    assert (report.exit_code, findings(report)) == (1, [("maximum-lowered", "breaking")])


def test_one_contract_cannot_stand_for_two(repository: Repository) -> None:
    two = MANIFEST + "  mail:\n    versions: {v1: }\n"
    repository.write("contracts/mail.v1.json", schema())
    repository.write("contracts/contracts.yaml", two)
    repository.commit()
    repository.git("rm", "-q", "contracts/mail.v1.json")
    repository.git("mv", "contracts/job.v1.json", "contracts/both.v1.json")
    both = "schemadiff: 1\ncontracts: {both: {formerly: [job, mail], versions: {v1: {published: 2026-03-02}}}}\n"
    repository.write("contracts/contracts.yaml", both)
    report = repository.check("HEAD")

    assert report.exit_code == 1
    assert rules(report).count("version-removed-before-sunset") == 1


def test_the_advice_to_make_a_version_of_an_unversioned_schema_holds(tmp_path: Path) -> None:
    """
    And what lies beside it stays guarded.
    """
    repository = Repository(tmp_path)
    repository.write("contracts/order.json", PLAIN)
    repository.write("contracts/pay.json", PLAIN)
    repository.commit()
    repository.write("contracts/order.json", NARROWER)
    text = told(repository.check())
    assert "Rename contracts/order.json to contracts/order.v1.json as it was" in text

    repository.git("checkout", "-q", ".")
    repository.git("mv", "contracts/order.json", "contracts/order.v1.json")
    repository.write("contracts/order.v2.json", NARROWER)
    report = repository.check()
    assert report.exit_code == 0
    assert "version-removed-before-sunset" not in rules(report)

    repository.commit()
    repository.write("contracts/pay.json", NARROWER)
    assert findings(repository.check("HEAD")) == [("maximum-lowered", "breaking")]


def test_the_advice_to_make_a_version_holds_where_the_manifest_names_files(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    manifest = MANIFEST.replace("{published", "{file: messages/job.json, published")
    repository.write("contracts/contracts.yaml", manifest)
    repository.write("contracts/messages/job.json", schema())
    repository.commit()
    repository.write("contracts/messages/job.json", BREAK)
    text = told(repository.check())
    copied = re.search(r"Copy the edited file to (\S+),", text)
    back = re.search(r"git (checkout main -- \S+)", text)
    listed = re.search(r"under the versions of job: (.*?\})", text)
    assert copied
    assert back
    assert listed

    repository.write(copied[1], schema("v2", **NARROW))
    repository.git(*back[1].split())
    repository.write("contracts/contracts.yaml", manifest + f"      {listed[1]}\n")
    report = repository.check()
    assert report.exit_code == 0
    assert set(rules(report)) == {"version-added"}


def test_the_advice_names_the_file_that_was_edited(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    order: dict[str, Any] = {"type": "object", "properties": {"a": {"$ref": "common/addr.json"}}}
    repository.write("contracts/order.v1.json", order)
    repository.write("contracts/common/addr.json", PLAIN)
    repository.commit()
    repository.write("contracts/common/addr.json", NARROWER)
    text = told(repository.check())

    assert "git checkout main -- contracts/common/addr.json" in text
    assert "git checkout main -- contracts/order.v1.json" not in text


def test_a_schema_among_the_contracts_that_is_not_taken_is_undecided(repository: Repository) -> None:
    """
    Until it gets a place of a contract, or the settings pass it by.
    """
    repository.write("contracts/examples/odd.json", {"$schema": "https://json-schema.org/draft/2020-12/schema"})
    report = repository.check()
    assert (report.exit_code, rules(report)) == (3, ["schema-not-guarded"])

    setting = advice(report, "pass_by").partition(": ")[2]
    repository.write("schemadiff.toml", setting)
    report = repository.check()
    assert (report.exit_code, rules(report)) == (0, ["policy-changed"])

    repository.commit()
    assert repository.check("HEAD").exit_code == 0


def test_recorded_messages_are_no_schemas(repository: Repository) -> None:
    """
    Whatever they say.
    """
    repository.write("contracts/contracts.yaml", MANIFEST + "fixtures: fixtures\n")
    repository.commit()
    line = {"name": "x", "contract": "job", "payload": json.dumps({"properties": {"$ref": "x"}})}
    repository.write("contracts/fixtures/job.ndjson", 2 * f"{json.dumps(line)}\n")
    report = repository.check("HEAD")

    assert (report.exit_code, rules(report)) == (0, [])


def test_files_that_the_base_guards_cannot_be_passed_by(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("contracts/job.v1.json", schema())
    repository.commit()
    repository.write("schemadiff.toml", 'pass_by = ["contracts/*.json"]\n')
    report = repository.check()

    assert report.exit_code == 1
    assert "policy-weakened" in rules(report)


@pytest.mark.parametrize("manifest", [True, False])
@pytest.mark.parametrize("become", ["link out", "loop", "nul", "empty", "list", "folder", "ignored"])
def test_a_version_cannot_be_made_unreadable(tmp_path: Path, manifest: bool, become: str) -> None:
    repository = Repository(tmp_path)
    path = tmp_path / "contracts/job.v1.json"
    repository.write("contracts/job.v1.json", schema())
    if manifest:
        repository.write("contracts/contracts.yaml", MANIFEST)
    repository.commit()
    path.unlink()
    match become:
        case "link out":
            path.symlink_to("/etc/hostname")
        case "loop":
            path.symlink_to("job.v1.json")
        case "nul":
            path.write_bytes(b"\0")
        case "empty" | "list":
            path.write_text("" if become == "empty" else "[]")
        case "folder":
            path.mkdir()
        case "ignored":
            repository.git("rm", "-q", "--cached", "contracts/job.v1.json")
            repository.write("contracts/job.v1.json", schema())
            repository.write(".gitignore", "contracts/job.v1.json")

    assert repository.check().exit_code in (1, 4)


def test_data_and_settings_of_others_are_no_contracts(repository: Repository) -> None:
    """
    A change of theirs is not held up.
    """
    repository.write("package.json", {"name": "x", "type": "module", "version": "1.0.0"})
    repository.write("tsconfig.json", {"compilerOptions": {"strict": True}, "files": []})
    repository.write("data/types.json", {"types": ["a"], "enum": "b"})
    repository.write("data/list.json", {"type": "x", "items": [1, 2, 3]})
    repository.write("data/broken.json", '{"properties": ')
    repository.write("deploy/app.yaml", "kind: Deployment\nspec: {}\n---\nkind: Service\n")
    repository.write("contracts/readme.md", "type: object")
    report = repository.check()

    assert (report.exit_code, rules(report)) == (0, [])


def test_an_additive_edit_of_a_shared_schema_counts_once(repository: Repository) -> None:
    repository.write("contracts/common/size.json", {"type": "object", "properties": {"n": {"type": "integer"}}})
    repository.write("contracts/job.v1.json", schema(size={"$ref": "common/size.json", "default": {}}))
    repository.commit()
    wider = {"type": "object", "properties": {"n": {"type": "integer"}, **NOTE}}
    repository.write("contracts/common/size.json", wider)
    report = repository.check("HEAD")

    assert [each.contract for each in report.comparisons] == ["job"]
    assert report.exit_code == 0


@pytest.mark.parametrize("stated", [None, "contracts"])
def test_a_link_to_another_folder_is_a_change_of_its_files(tmp_path: Path, stated: str | None) -> None:
    repository = Repository(tmp_path)
    repository.write("one/order.v1.json", PLAIN)
    repository.write("two/order.v1.json", NARROWER)
    (tmp_path / "contracts").symlink_to("one")
    repository.commit()
    assert repository.check(contracts=stated).comparisons == ()

    (tmp_path / "contracts").unlink()
    (tmp_path / "contracts").symlink_to("two")
    assert findings(repository.check(contracts=stated)) == [("maximum-lowered", "breaking")]

    (tmp_path / "contracts").unlink()
    assert rules(repository.check()) == ["version-removed-before-sunset"]


def test_a_named_folder_may_be_a_link(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("real/order.v1.json", PLAIN)
    (tmp_path / "contracts").symlink_to("real")
    repository.commit()
    repository.write("real/order.v1.json", NARROWER)

    for words in ("contracts", ".", ("contracts", "real")):
        assert findings(repository.check(contracts=words)) == [("maximum-lowered", "breaking")]


def test_a_submodule_of_contracts_is_not_decided(tmp_path: Path) -> None:
    """
    The advice checks the submodule by itself.
    """
    (tmp_path / "there").mkdir()
    there = Repository(tmp_path / "there")
    there.write("order.v1.json", PLAIN)
    there.commit()
    (tmp_path / "here").mkdir()
    here = Repository(tmp_path / "here")
    here.write("schemas/a.v1.json", PLAIN)
    for folder in ("contracts", "vendor/contracts", "theme"):
        here.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(there.root), folder)
    here.commit()
    assert here.check().exit_code == 0

    for folder in ("contracts", "vendor/contracts", "theme"):
        (here.root / folder / "order.v1.json").write_text(json.dumps(NARROWER))
        here.git("-C", folder, "commit", "-qam", "a change")
    report = here.check()
    assert (report.exit_code, [each.place.name for each in report.remarks]) == (3, ["contracts"])
    commit = re.search(r"cd contracts && schemadiff check --against (\w+)", report.remarks[0].notes[0])
    assert commit is not None
    assert here.check(commit[1], folder=here.root / "contracts").exit_code == 1


def test_a_sparse_checkout_removes_nothing(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("contracts/order.v1.json", PLAIN)
    repository.write("contracts/link.v1.json", PLAIN)
    (tmp_path / "contracts/link.v1.json").unlink()
    (tmp_path / "contracts/link.v1.json").symlink_to("order.v1.json")
    repository.write("other/item.v1.json", {"properties": {"o": {"$ref": "../contracts/link.v1.json"}, "n": PLAIN}})
    repository.commit()
    repository.git("sparse-checkout", "set", "--no-cone", "/other/")
    assert not (tmp_path / "contracts").exists()
    assert repository.check().exit_code == 0

    repository.write("other/item.v1.json", {"properties": {"o": {"$ref": "../contracts/link.v1.json"}, "n": NARROWER}})
    assert findings(repository.check()) == [("maximum-lowered", "breaking")]


def test_a_file_that_is_only_intended_to_be_added_is_not_in_the_index(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("contracts/order.v1.json", PLAIN)
    repository.commit()
    repository.write("contracts/item.v1.json", PLAIN)
    repository.git("add", "-N", ".")

    assert repository.check(staged=True).remarks == ()
    assert rules(repository.check())[-1:] != []


OPENAPI = {"openapi": "3.1.0", "info": {"title": "t"}, "components": {"schemas": {"order": PLAIN}}}


@pytest.mark.parametrize(
    "content",
    [
        OPENAPI,
        {"asyncapi": "3.0.0", "info": {"title": "t"}},
        {"tools": [{"name": "t", "inputSchema": PLAIN}]},
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": {}},
        "{nope",
    ],
)
def test_a_document_of_messages_among_the_contracts_is_not_decided(tmp_path: Path, content: Any) -> None:
    """
    An added document is undecided until it is passed by; elsewhere it is a line of the account.
    """
    repository = Repository(tmp_path)
    repository.write("contracts/order.v1.json", PLAIN)
    repository.commit()
    repository.write("docs/api.json", content)
    repository.write("contracts/package.json", {"name": "a", "scripts": {}})
    assert repository.check().exit_code == 0

    repository.write("contracts/api.json", content)
    report = repository.check()
    assert (report.exit_code, rules(report)) == (3, ["schema-not-guarded"])
    line = report.remarks[0].notes[-1].partition("schemadiff.toml: ")[2]
    repository.write("schemadiff.toml", line)
    assert repository.check().exit_code == 0


def test_a_contract_that_refers_to_a_document_guards_it(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("contracts/order.v1.json", PLAIN)
    repository.commit()
    repository.write("contracts/api.json", OPENAPI)
    (note, _) = repository.check().remarks[0].notes
    reference = re.search(r'"(api\.json#[^"]*)"', note)
    assert reference is not None
    repository.write("contracts/message.v1.json", {"$ref": reference[1].replace("NAME", "order")})
    assert repository.check().exit_code == 0

    repository.commit()
    changed = {**OPENAPI, "components": {"schemas": {"order": NARROWER}}}
    repository.write("contracts/api.json", changed)
    assert findings(repository.check()) == [("maximum-lowered", "breaking")]


DECLARED = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}


@pytest.mark.parametrize("path", ["schemas/order", "schemas/order-v1", "api/order.schema", "schemas/order/v1"])
def test_a_schema_without_an_extension_is_guarded(repository: Repository, path: str) -> None:
    """
    It says by ``$schema`` that it is one.
    """
    repository.write(path, DECLARED)
    repository.write("LICENSE", "Free\n")
    repository.commit()
    repository.write(path, {**DECLARED, "type": "integer"})
    report = repository.check()

    assert report.exit_code == 1
    assert [each.contract.rpartition("/")[2] for each in report.comparisons] == ["order"]


@pytest.mark.parametrize("path", ["order.txt", "lib/order.jsonc", "contracts/order.avsc"])
def test_a_changed_schema_under_a_foreign_extension_is_undecided(repository: Repository, path: str) -> None:
    repository.write("contracts/a.v1.json", DECLARED)
    repository.write(path, DECLARED)
    repository.commit()
    repository.write(path, {**DECLARED, "type": "integer"})
    report = repository.check()

    assert (report.exit_code, rules(report)) == (3, ["schema-not-guarded"])
