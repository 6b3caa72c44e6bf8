from schemadiff.schema.yaml_text import loads_yaml


def test_members_have_values_and_places() -> None:
    value, places = loads_yaml("type: object\nrequired:\n  - name\n")

    assert value == {"type": "object", "required": ["name"]}
    assert places[("required",)] == (2, 1)
    assert places[("required", 0)] == (3, 5)
