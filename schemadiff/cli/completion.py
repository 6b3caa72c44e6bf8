"""
Shell completion: the words that fit, quickly, and the part of bash that click leaves out.

Imported only for a shell's request, which sets ``_SCHEMADIFF_COMPLETE``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

# Bash breaks words at @ and : and =, so order@v1 would be three words, of which only the last is replaced.
# Words are therefore taken from the line as it stands, and what bash keeps is cut off the answers.
_BASH = """\
%(complete_func)s() {
    local line=${COMP_LINE:0:COMP_POINT} words current kept type value
    read -r -a words <<< "$line"
    if [[ $line == *[[:space:]] ]]; then words+=(""); fi
    current=${words[${#words[@]}-1]}
    kept=${current%%"${current##*[@:=]}"}
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            plain) COMPREPLY+=("${value#"$kept"}") ;;
            file) compopt -o default 2>/dev/null ;;
            dir) compopt -o dirnames 2>/dev/null ;;
        esac
    done < <(COMP_WORDS="$line" COMP_CWORD=$((${#words[@]} - 1)) %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


@add_completion_class
class Bash(BashComplete):
    """
    Completion in bash for words with ``@`` and ``:`` in them.
    """

    source_template = _BASH


def targets(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """
    The words for OLD or NEW: versions, contracts with a version, files.
    """
    return [*_fitting(dict(_versions(ctx)), incomplete), CompletionItem(incomplete, type="file")]


def contract_versions(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """
    The versions of contracts.
    """
    return _fitting({word: text for word, text in _versions(ctx) if "@" in word}, incomplete)


def contract_names(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """
    The names of contracts.
    """
    return _fitting({word.partition("@")[0]: None for word, _ in _versions(ctx) if "@" in word}, incomplete)


def rule_ids(_ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """
    The ids of the rules, which are their files' names.
    """
    from schemadiff.ruleset.catalogue import rules_folder

    names = sorted(each.stem for each in rules_folder().rglob("*.md") if each.name != "README.md")
    return _fitting(dict.fromkeys(names), incomplete)


def first_words(ctx: click.Context, commands: dict[str, str], incomplete: str) -> list[CompletionItem]:
    """
    The first words: commands, or OLD.
    """
    return [*_fitting(commands, incomplete), *targets(ctx, incomplete)]


def _fitting(texts: Mapping[str, str | None], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(word, help=text) for word, text in texts.items() if word.startswith(incomplete)]


def _versions(ctx: click.Context) -> Iterator[tuple[str, str]]:
    from schemadiff.catalog import UNVERSIONED, find_catalog
    from schemadiff.catalog.file_names import read_name
    from schemadiff.errors import InputError
    from schemadiff.sources import Folder

    tree = Folder(Path.cwd())
    try:
        stated = ctx.params.get("contracts")
        place = stated if stated is not None else find_catalog(tree)
        names = map(read_name, tree.files(place)) if place is not None else ()
        files = [name for name in names if name and name.version != UNVERSIONED]
    except InputError:
        return
    for version in dict.fromkeys(file.version for file in files):
        yield version, "every contract that has it"
    for file in files:
        yield f"{file.contract}@{file.version}", file.path
