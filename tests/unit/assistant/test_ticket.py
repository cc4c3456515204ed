import pytest

from assistant.ticket import Entry, TicketDraft
from nlu.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
MODEL = Entry("张建国", 0.8, "model")
AGENT = Entry("章建国", 1.0, "agent")
SYSTEM = Entry("TS1", 1.0, "system")


def test_a_later_finding_replaces_an_earlier_one() -> None:
    ticket = TicketDraft(TAXONOMY).fill("caller_name", MODEL).fill("caller_name", Entry("张国", 0.5, "model"))

    assert ticket.value("caller_name") == "张国"
    assert [entry.value for _, entry in ticket.history] == ["张建国", "张国"]


def test_a_field_the_agent_edited_is_never_overwritten() -> None:
    ticket = TicketDraft(TAXONOMY).fill("caller_name", AGENT)

    assert ticket.fill("caller_name", MODEL) is ticket
    assert ticket.fill("caller_name", SYSTEM) is ticket


def test_a_field_the_agent_emptied_stays_empty_and_missing() -> None:
    ticket = TicketDraft(TAXONOMY).fill("caller_name", MODEL).fill("caller_name", Entry("", 1.0, "agent"))

    after = ticket.fill("caller_name", MODEL)

    assert after.value("caller_name") == ""
    assert "caller_name" in after.missing(None)
    assert "caller_name" not in after.found


def test_the_agent_may_edit_again() -> None:
    ticket = TicketDraft(TAXONOMY).fill("caller_name", AGENT).fill("caller_name", Entry("张", 1.0, "agent"))

    assert ticket.value("caller_name") == "张"


def test_a_number_the_system_gave_is_not_replaced_by_one_that_was_heard() -> None:
    ticket = TicketDraft(TAXONOMY).fill("complaint_no", SYSTEM)

    assert ticket.fill("complaint_no", Entry("TS9", 0.9, "model")).value("complaint_no") == "TS1"


def test_the_same_value_is_no_news_unless_it_is_surer() -> None:
    ticket = TicketDraft(TAXONOMY).fill("caller_name", MODEL)

    assert ticket.fill("caller_name", Entry("张建国", 0.85, "model")) is ticket
    assert ticket.fill("caller_name", Entry("张建国", 0.95, "model")) is not ticket


def test_an_empty_finding_makes_no_field() -> None:
    ticket = TicketDraft(TAXONOMY)

    assert ticket.fill("caller_name", Entry("", 0.9, "model")) is ticket


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(KeyError):
        TicketDraft(TAXONOMY).fill("shoe_size", MODEL)


@pytest.mark.parametrize(
    ("wish", "extra"),
    [
        (None, set()),
        ("heating.leak", {"address", "occurred_at"}),
        ("common.complaint", {"complaint_no"}),
        ("heating.billing", set()),
    ],
)
def test_what_must_be_filled_depends_on_the_class(wish: str | None, extra: set[str]) -> None:
    always = {"caller_name", "phone", "verbatim", "description", "class", "intent", "priority"}

    assert set(TicketDraft(TAXONOMY).missing(wish)) == always | extra


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("caller_title", "女士", True),
        ("caller_title", "阁下", False),
        ("intent", "gas.leak", True),
        ("intent", "gas.leaks", False),
        ("priority", "1", True),
        ("priority", "5", False),
        ("class", "投诉", True),
        ("class", "抱怨", False),
        ("address", "任何地方", True),
        ("caller_title", "", True),
    ],
)
def test_fields_with_a_closed_list_take_nothing_else(name: str, value: str, allowed: bool) -> None:
    assert TicketDraft(TAXONOMY).allows(name, value) is allowed


def test_the_tickets_intent_is_known_to_the_taxonomy_or_none() -> None:
    assert TicketDraft(TAXONOMY).intent is None
    assert TicketDraft(TAXONOMY).fill("intent", Entry("gas.leak", 0.9, "model")).intent == "gas.leak"
