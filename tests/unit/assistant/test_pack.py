from pathlib import Path
from shutil import copytree

import pytest
from fakes.calls import pack

from assistant.errors import PackInvalidError, PackNotFoundError
from assistant.pack import PACKS, Kind, domains, load_pack

DOMAINS = ("gas", "heating", "power")
CALLER_ANSWERS = ("caller_name", "phone", "address", "occurred_at")
"""Required fields that only asking can fill."""


def copied(tmp_path: Path) -> Path:
    return Path(copytree(PACKS, tmp_path / "packs"))


def test_there_is_a_pack_for_each_hotline() -> None:
    assert domains() == (*DOMAINS, "water")


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_pack_loads_with_a_company_words_and_scripts(domain: str) -> None:
    loaded = pack(domain)

    assert loaded.company.startswith("示范")
    assert len(loaded.terms) > 50
    assert len(loaded.hotwords) > 20
    assert len(loaded.scripts) > 50


def test_every_script_of_the_documents_is_in_some_pack() -> None:
    sources = " ".join(script.source for domain in DOMAINS for script in pack(domain).scripts)

    missing = [f"SC-{number:02}" for number in range(1, 27) if f"SC-{number:02}" not in sources]

    assert missing == []


def test_every_courtesy_phrase_of_the_documents_is_in_some_pack() -> None:
    sources = " ".join(script.source for domain in DOMAINS for script in pack(domain).scripts)

    assert [f"POL-{number}" for number in range(1, 10) if f"POL-{number}" not in sources] == []


@pytest.mark.parametrize(
    ("domain", "script_id", "words"),
    [
        ("heating", "heating.leak.severe", "请先关闭室内供热阀门，并将贵重物品转移至安全位置，避免财产损失"),
        ("heating", "heating.slow_warmup.explain", "供热初期升温需要一个过程"),
        ("heating", "heating.slow_warmup.reminder", "请您耐心等待1-2天"),
        ("heating", "heating.leak.promise", "2-4小时内上门处理"),
        ("heating", "heating.billing.restore", "24小时内为您恢复供热服务"),
        ("gas", "common.closing", "感谢您的来电，祝您生活愉快，再见"),
        ("power", "power.closing.confirm", "以上信息对您有帮助吗"),
        ("power", "common.emergency.calm", "您别着急，我们马上安排处理"),
    ],
)
def test_scripts_keep_the_wording_of_their_source(domain: str, script_id: str, words: str) -> None:
    assert words in pack(domain).script(script_id).text


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_banned_rule_has_a_script_that_mends_it_with_the_required_words(domain: str) -> None:
    loaded = pack(domain)
    texts = {rule: script.text for script in loaded.scripts for rule in script.when.rules}

    assert set(texts) == {rule.id for rule in loaded.taxonomy.banned_rules}
    for rule in loaded.taxonomy.banned_rules:
        if rule.id in ("rude", "impatient"):
            continue  # several sentences, checked by reading
        assert rule.say_instead in texts[rule.id].replace("，由我这边", "")


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("field", CALLER_ANSWERS)
def test_every_field_that_must_be_asked_for_has_its_question(domain: str, field: str) -> None:
    loaded = pack(domain)
    guides = {guide.id: guide for guide in loaded.fields}

    asking = loaded.script(guides[field].ask or "")

    assert asking.when.missing == field
    assert asking.kind is Kind.ASK


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_guide_names_a_question_for_its_own_field(domain: str) -> None:
    loaded = pack(domain)

    for guide in loaded.fields:
        if guide.ask is not None:
            assert loaded.script(guide.ask).when.missing == guide.id


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_intent_of_the_domain_can_be_said_in_plain_words(domain: str) -> None:
    loaded = pack(domain)

    for one in loaded.taxonomy.intents_for(domain):
        assert one.id in loaded.intents
        assert "/" not in loaded.spoken(one.id)


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_priority_has_its_response_limit(domain: str) -> None:
    loaded = pack(domain)

    for priority in loaded.taxonomy.priorities:
        limit = loaded.limit("respond", None, priority.level)
        assert limit is not None
        assert limit.minutes == priority.respond_min


def test_a_limit_for_the_intent_and_priority_goes_before_a_general_one() -> None:
    heating = pack("heating")

    severe = heating.limit("arrive", "heating.leak", 1)
    ordinary = heating.limit("arrive", "heating.leak", 2)

    assert severe is not None
    assert ordinary is not None
    assert (severe.minutes, ordinary.minutes) == (120, 240)


def test_the_gas_leak_script_says_all_that_saves_lives() -> None:
    text = pack("gas").script("gas.leak.safety").text

    for must in ("关闭燃气总阀门", "打开门窗", "不要用明火", "不要开关任何电器", "不要在室内打电话", "室外"):
        assert must in text


def test_no_gas_leak_script_sends_anybody_back_in_or_to_a_switch() -> None:
    texts = [script.text for script in pack("gas").scripts if script.id.startswith("gas.leak.")]

    for danger in ("拉闸", "总闸", "打开排风", "开灯", "请回屋", "进屋关"):
        assert not any(danger in text for text in texts)


def test_the_power_hazard_script_says_all_that_saves_lives() -> None:
    text = pack("power").script("power.hazard.safety").text

    for must in ("8米", "不要碰", "不要用手去拉", "别让别人靠近", "总闸", "120", "119"):
        assert must in text


def test_people_in_a_lift_are_told_not_to_force_the_door() -> None:
    text = pack("power").script("power.outage.elevator").text

    for must in ("不要扒门", "紧急呼叫按钮", "119"):
        assert must in text


@pytest.mark.parametrize("domain", DOMAINS)
def test_safety_scripts_are_marked_as_needing_approval_unless_a_document_has_them(domain: str) -> None:
    for script in pack(domain).scripts:
        if script.kind is Kind.SAFETY and script.urgent:
            assert script.source.startswith(("001", "002", "003")) or "ours" in script.source


@pytest.mark.parametrize("domain", DOMAINS)
def test_progress_in_an_emergency_has_its_four_items(domain: str) -> None:
    texts = [script.text for script in pack(domain).scripts if "SC-15" in script.source]

    assert texts
    for text in texts:
        for item in ("已采取的措施", "预计到达", "应急方案", "在这之前"):
            assert item in text
        assert "尽快" not in text


def test_an_unknown_domain_is_told_with_those_there_are() -> None:
    with pytest.raises(PackNotFoundError) as caught:
        load_pack(PACKS, "trains")

    assert caught.value.code == "unknown_domain"
    assert all(domain in str(caught.value) for domain in DOMAINS)


@pytest.mark.parametrize("name", ["common", "../gas", "", "gas/../heating"])
def test_a_name_that_is_no_domain_is_refused(name: str) -> None:
    with pytest.raises(PackNotFoundError):
        load_pack(PACKS, name)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "gas/scripts.yaml",
            "intents: [gas.no_gas], missing",
            "intents: [gas.nothing], missing",
            "gas.nothing",
        ),
        ("gas/scripts.yaml", "missing: fault_spot", "missing: fault_place", "fault_place"),
        ("common/scripts.yaml", "rules: [rude]", "rules: [ruder]", "ruder"),
        ("common/scripts.yaml", "greeting: failed", "greetings: failed", "greetings"),
        ("gas/scripts.yaml", "{预计到达}", "{预计到}", "预计到"),
        ("gas/fields.yaml", "ask: gas.leak.where", "ask: gas.leak.there", "gas.leak.there"),
        ("gas/pack.yaml", "id: gas", "id: gaz", "gaz"),
        ("gas/sla.yaml", "intents: [gas.leak]", "intents: [gas.leaks]", "gas.leaks"),
        ("common/checks.yaml", "id: greeting", "id: greetings", "greetings"),
        ("gas/faq.yaml", "intents: [gas.leak]", "intents: [gas.leaky]", "gas.leaky"),
        ("gas/faq.yaml", "{响应时限}", "{响应时}", "响应时"),
        ("gas/faq.yaml", "review_by: 2027-06-30", "review_by: 明年", "review_by"),
        ("gas/faq.yaml", "[家里有煤气味怎么办, ", "[漏气能不能开灯, ", "gas.faq.leak_do"),
        ("gas/faq.yaml", "id: gas.faq.leak_light", "id: gas.faq.leak_do", "2 次"),
    ],
)
def test_a_fault_in_a_pack_is_told_with_its_file_and_the_wrong_word(
    tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    root = copied(tmp_path)
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(PackInvalidError) as caught:
        load_pack(root, "gas")

    assert told in str(caught.value)
    assert Path(file).name in str(caught.value)


def test_a_value_of_the_wrong_form_is_told_with_its_line(tmp_path: Path) -> None:
    root = copied(tmp_path)
    path = root / "gas" / "scripts.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(index for index, line in enumerate(lines) if "kind: progress" in line)
    lines[number] = "    kind: hurry"
    path.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(PackInvalidError) as caught:
        load_pack(root, "gas")

    assert f"scripts.yaml:{number + 1}" in str(caught.value)


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "gas" / "sla.yaml").write_text("limits:\n  - {id: A, item: [\n", encoding="utf-8")

    with pytest.raises(PackInvalidError) as caught:
        load_pack(root, "gas")

    assert "sla.yaml:3" in str(caught.value)


def test_a_missing_file_and_an_unreadable_one_are_told_together(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "gas" / "scripts.yaml").unlink()
    (root / "common" / "pack.yaml").write_bytes(b"\xff\xfe\xfa")

    with pytest.raises(PackInvalidError) as caught:
        load_pack(root, "gas")

    assert len(caught.value.problems) == 2


def test_an_id_given_twice_in_one_folder_is_refused(tmp_path: Path) -> None:
    root = copied(tmp_path)
    path = root / "gas" / "sla.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("SLA-G2", "SLA-G1"), encoding="utf-8")

    with pytest.raises(PackInvalidError, match="SLA-G1 出现了 2 次"):
        load_pack(root, "gas")


def test_a_domain_replaces_a_common_script_of_the_same_id() -> None:
    assert pack("power").script("common.closing").text.startswith("谢谢您的来电")
    assert pack("gas").script("common.closing").text.startswith("感谢您的来电")


def test_an_operator_may_add_more_script_files(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "gas" / "scripts_local.yaml").write_text(
        "scripts:\n  - {id: gas.local.hello, title: 本地, text: 您好, source: 本单位, kind: explain}\n",
        encoding="utf-8",
    )

    assert load_pack(root, "gas").script("gas.local.hello").text == "您好"


@pytest.mark.parametrize("domain", DOMAINS)
def test_each_hotline_has_sixty_approved_answers_with_source_and_date_of_review(domain: str) -> None:
    answers = pack(domain).answers

    assert len(answers) >= 60
    assert all(2 <= len(one.questions) <= 4 and one.source for one in answers)
    assert all(len(one.text) <= 80 for one in answers), "an answer is said in one breath or two"
