from fakes.calls import ToldCall, pack, scripts_in

from assistant.events import SuggestionShown, SuggestionWithdrawn
from nlu.findings import KnowledgeFinding, cite

PAY, INVOICE = "heating.faq.pay_ways", "heating.faq.invoice"


def ask(call: ToldCall, answer: str, text: str = "取暖费在哪里交啊") -> list[str]:
    """The caller asks; the ids of the cards that come."""
    said = call.say("customer", text)
    return scripts_in(call.find(KnowledgeFinding(answer, 0.8, cite(said, 0, len(said.text)))))


def knowledge_cards(call: ToldCall) -> list[SuggestionShown]:
    return [one for one in call.events if isinstance(one, SuggestionShown) and ".faq." in one.script_id]


def test_a_question_brings_the_approved_answer_with_its_source_and_the_words_that_asked() -> None:
    call = ToldCall("heating")

    ask(call, PAY)

    (card,) = knowledge_cards(call)
    wanted = next(one for one in pack("heating").answers if one.id == PAY)
    assert (card.title, card.text, card.source) == ("知识", wanted.text, wanted.source)
    assert not card.urgent
    assert card.because is not None
    assert card.because.quote == "取暖费在哪里交啊"


def test_slots_of_an_answer_are_filled() -> None:
    call = ToldCall("heating")

    ask(call, "heating.faq.standard", "多少度算达标")

    assert "18度" in knowledge_cards(call)[0].text


def test_an_answer_is_never_offered_twice() -> None:
    call = ToldCall("heating", turn_ms=60_000)

    ask(call, PAY)
    again = ask(call, PAY, "我再问一遍，取暖费在哪里交")

    assert PAY not in again
    assert len(knowledge_cards(call)) == 1


def test_only_one_answer_is_on_the_screen_at_a_time() -> None:
    call = ToldCall("heating", turn_ms=1_000)

    ask(call, PAY)
    second = ask(call, INVOICE, "发票怎么开")

    assert INVOICE not in second


def test_a_later_question_takes_the_place_of_an_answer_that_was_read() -> None:
    call = ToldCall("heating", turn_ms=4_000)
    ask(call, PAY)
    call.agent("好的")

    second = ask(call, INVOICE, "发票怎么开")

    assert second == [INVOICE]
    assert [one.reason for one in call.events if isinstance(one, SuggestionWithdrawn)] == ["superseded"]


def test_an_emergency_brings_no_answer_and_takes_back_the_one_that_stands() -> None:
    call = ToldCall("heating")
    ask(call, PAY)
    shown = knowledge_cards(call)[0].suggestion_id

    call.customer("水喷得到处都是", "heating.leak", 0.9, priority=1)
    in_danger = ask(call, INVOICE, "发票怎么开")

    gone = [one.suggestion_id for one in call.events if isinstance(one, SuggestionWithdrawn)]
    assert shown in gone
    assert INVOICE not in in_danger


def test_the_answer_leaves_when_the_agent_has_said_it() -> None:
    call = ToldCall("heating")
    ask(call, PAY)
    shown = knowledge_cards(call)[0]

    events = call.agent(shown.text)

    assert [one.reason for one in events if isinstance(one, SuggestionWithdrawn)] == ["said"]


def test_an_old_question_is_not_answered_late() -> None:
    call = ToldCall("heating", turn_ms=30_000)
    ask(call, PAY)
    ask(call, INVOICE, "发票怎么开")
    call.customer("嗯")
    call.customer("好")

    assert len(knowledge_cards(call)) <= 2
    assert all(one.at_ms - one.because.end_ms <= 20_000 for one in knowledge_cards(call) if one.because)
