from pathlib import Path

import pytest

from nlu.errors import TaxonomyError
from nlu.findings import Severity
from nlu.taxonomy import DEFAULT_PATH, load_taxonomy


def test_the_shipped_taxonomy_loads_whole():
    taxonomy = load_taxonomy()

    assert len(taxonomy.intents) == 26
    assert len(taxonomy.checks) == 12
    assert len(taxonomy.banned_rules) == 8
    assert [one.respond_min for one in taxonomy.priorities] == [15, 30, 60, 90]
    assert taxonomy.banned_rule("not_my_job").severity is Severity.SERIOUS
    assert taxonomy.intent("heating.leak").raise_to[0].level == 1


def test_a_domain_has_its_own_intents_and_the_common_ones():
    ids = [one.id for one in load_taxonomy().intents_for("gas")]

    assert "gas.leak" in ids
    assert "common.complaint" in ids
    assert not any(one.startswith(("heating", "power")) for one in ids)


def test_required_fields_grow_with_the_class():
    taxonomy = load_taxonomy()

    assert "address" not in taxonomy.required_fields()
    assert {"phone", "address", "occurred_at"} <= set(taxonomy.required_fields("报修"))
    assert "complaint_no" in taxonomy.required_fields("投诉")


def test_unknown_names_are_refused():
    taxonomy = load_taxonomy()

    for ask in (taxonomy.intent, taxonomy.intents_for, taxonomy.field, taxonomy.banned_rule):
        with pytest.raises(KeyError):
            ask("nothing")
    with pytest.raises(KeyError):
        taxonomy.priority(9)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("class: 报修, name: 供热不热", "class: 闲聊, name: 供热不热", "heating.no_heat"),
        ("priority: 1}", "priority: 7}", "gas.leak"),
        ("我先为您记录, severity: serious", "我先为您记录, severity: deadly", "find_leader"),
        ("respond_min: 15", "respond_min: 0", "respond_min"),
        ("gas.no_gas:", "water.no_gas:", "water.no_gas"),
        ("required_for: 投诉", "required_for: 闲聊", "complaint_no"),
        ("classes: [", "classes: [[", "YAML"),
    ],
)
def test_a_wrong_file_is_named_with_the_place(tmp_path: Path, old: str, new: str, place: str):
    path = tmp_path / "t.yaml"
    path.write_text(DEFAULT_PATH.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(TaxonomyError) as caught:
        load_taxonomy(path)

    assert str(path) in str(caught.value)
    assert place in str(caught.value)


def test_a_missing_file_and_bytes_that_are_not_text_are_told(tmp_path: Path):
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(TaxonomyError, match="cannot be read"):
        load_taxonomy(tmp_path / "none.yaml")
    with pytest.raises(TaxonomyError, match="UTF-8"):
        load_taxonomy(tmp_path / "bytes.yaml")
