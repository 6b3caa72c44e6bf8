"""
Spreading of a contract over files and definitions, with references in random spellings.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from random import Random
from urllib.parse import quote

from tests.hunt.contracts import Path, Schema, subschemas

DIALECTS = {
    "": "$id",
    "http://json-schema.org/draft-04/schema#": "id",
    "http://json-schema.org/draft-06/schema#": "$id",
    "http://json-schema.org/draft-07/schema#": "$id",
    "https://json-schema.org/draft/2019-09/schema": "$id",
    "https://json-schema.org/draft/2020-12/schema": "$id",
}
"""Meta-schemas, and the keyword that each has for the identifier."""

DEFINITION_NAMES = ("money", "a b", "a/b", "größe", "x%y", "t~n", "id", "$ref")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """
    Where a subschema lies.

    Attributes:
        file: the path of the file.
        identifier: the identifier of the file, empty if it has none.
        definition: the name under ``definitions`` or ``$defs``; None if the file is the subschema.
        keyword: ``definitions`` or ``$defs``.
        anchor: the anchor of the definition; empty if it has none.
        spelling: the seed of the spelling of references to it.
    """

    file: str
    identifier: str
    definition: str | None
    keyword: str
    anchor: str
    spelling: int

    def reference(self, file: str, identifier: str) -> str:
        """
        A reference from a file with an identifier.
        """
        rng = Random(self.spelling)
        fragment = self._fragment(rng)
        if file == self.file:
            return rng.choice([fragment, *([f"{identifier}{fragment}"] if identifier else [])]) or "#"
        if self.identifier and rng.random() < 0.5:
            return f"{self.identifier}{fragment}"
        path = posixpath.relpath(self.file, posixpath.dirname(file) or ".")
        return f"{_spelled(path, rng)}{fragment}"

    def _fragment(self, rng: Random) -> str:
        if self.definition is None:
            return rng.choice(("", "", "#"))
        if self.anchor and rng.random() < 0.7:
            return f"#{self.anchor}"
        token = quote(self.definition.replace("~", "~0").replace("/", "~1"), safe="~")
        pointer = f"/{self.keyword}/{token}"
        return "#" + rng.choice((pointer, pointer, pointer.replace("$", "%24"), pointer.replace("d", "%64", 1)))


def _spelled(path: str, rng: Random) -> str:
    folder, name = posixpath.split(path)
    plain = quote(path)
    return rng.choice(
        (
            plain,
            plain,
            f"./{plain}",
            f"x/../{plain}",
            f"./x/./../{plain}",
            posixpath.join(quote(folder), f"%{ord(name[0]):02x}{quote(name[1:])}"),
        )
    )


@dataclass(slots=True, kw_only=True)
class Spread:
    """
    A contract's files, of any number of its versions: each is cut at the same places, and its parts get the same homes.

    Attributes:
        file: the path of the contract's own file.
        dialect: the URI of its meta-schema, empty if it names none.
        identifier: its identifier, empty if it has none.
        homes: of the subschemas that are moved out, in the order in which references lead from one to the next.
    """

    file: str
    dialect: str
    identifier: str
    homes: dict[Path, tuple[Home, ...]] = field(default_factory=dict)

    def documents(self, schema: Schema) -> dict[str, Schema]:
        """
        The documents, by the paths of their files.
        """
        documents: dict[str, Schema] = {}
        root = self._cut(schema, (), self.file, self.identifier, documents)
        self._place(documents, self.file, self.identifier).update(root)
        return documents

    def _place(self, documents: dict[str, Schema], file: str, identifier: str) -> Schema:
        if file not in documents:
            own = file == self.file
            documents[file] = {"$schema": self.dialect} if self.dialect and own else {}
            if identifier:
                documents[file][DIALECTS[self.dialect]] = identifier
        return documents[file]

    def _cut(self, schema: Schema, path: Path, file: str, identifier: str, documents: dict[str, Schema]) -> Schema:
        homes = self.homes.get(path, ())
        last = homes[-1] if homes else None
        inside = (last.file, last.identifier) if last else (file, identifier)
        whole = dict(schema)
        if "properties" in schema:
            whole["properties"] = {
                name: self._cut(child, (*path, "properties", name), *inside, documents)
                for name, child in schema["properties"].items()
            }
        if "items" in schema:
            whole["items"] = self._cut(schema["items"], (*path, "items"), *inside, documents)
        for number in range(len(homes) - 1, -1, -1):
            home = homes[number]
            self._settle(documents, home, whole)
            before = homes[number - 1] if number else None
            from_ = (before.file, before.identifier) if before else (file, identifier)
            whole = {"$ref": home.reference(*from_)}
        return whole

    def _settle(self, documents: dict[str, Schema], home: Home, schema: Schema) -> None:
        document = self._place(documents, home.file, home.identifier)
        if home.definition is None:
            document.update(schema)
            return
        anchor = {}
        if home.anchor:
            modern = "2019" in self.dialect or "2020" in self.dialect or not self.dialect
            anchor = {"$anchor": home.anchor} if modern else {DIALECTS[self.dialect]: f"#{home.anchor}"}
        # Beside $ref nothing counts up to draft 7: an anchor there would be none.
        document.setdefault(home.keyword, {})[home.definition] = schema if "$ref" in schema else {**anchor, **schema}


def random_spread(rng: Random, schemas: list[Schema], file: str, number: int) -> Spread:
    """
    Homes for some of the subschemas that all of the schemas have.

    Arguments:
        rng: the source of chance.
        schemas: the versions of one contract.
        file: the path of the contract's own file.
        number: of the contract; different ones have different identifiers.
    """
    dialect = rng.choice(tuple(DIALECTS))
    identifier = rng.choice(("", "", f"https://c{number}.example/{posixpath.basename(file)}", f"urn:acme:c{number}"))
    spread = Spread(file=file, dialect=dialect, identifier=identifier)
    common = sorted(set.intersection(*(set(subschemas(each)) for each in schemas)))
    names = iter(rng.sample(DEFINITION_NAMES, len(DEFINITION_NAMES)))
    for count, path in enumerate(rng.sample(common, min(len(common), rng.randint(1, 3)))):
        homes = [
            _random_home(rng, spread, f"{number}_{count}_{link}", next(names)) for link in range(rng.randint(1, 2))
        ]
        spread.homes[path] = (*map(_passed_through, homes[:-1]), homes[-1])
    return spread


def _passed_through(home: Home) -> Home:
    """
    A home that holds a reference only, beside which up to draft 7 neither an anchor nor an identifier counts.
    """
    return replace(home, anchor="", identifier=home.identifier if home.definition else "")


def _random_home(rng: Random, spread: Spread, label: str, definition: str) -> Home:
    keyword = "$defs" if "/draft/" in spread.dialect or not spread.dialect else "definitions"
    anchor = rng.choice(("", f"a{label}"))
    spelling = rng.randrange(1 << 30)
    if rng.random() < 0.3:
        return Home(
            file=spread.file,
            identifier=spread.identifier,
            definition=definition,
            keyword=keyword,
            anchor=anchor,
            spelling=spelling,
        )
    folder = posixpath.dirname(spread.file)
    place = rng.choice((folder, posixpath.join(folder, "lib"), posixpath.normpath(posixpath.join(folder, "../shared"))))
    file = posixpath.join(
        "" if place.startswith("..") else place, f"part{label}.{rng.choice(('json', 'json', 'yaml'))}"
    )
    return Home(
        file=file,
        identifier=rng.choice(("", "", f"https://parts.example/{label}", f"urn:acme:part{label}")),
        definition=rng.choice((None, definition)),
        keyword=keyword,
        anchor=anchor,
        spelling=spelling,
    )
