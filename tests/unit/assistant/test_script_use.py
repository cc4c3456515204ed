"""What became of each script, counted from events alone; and the changed words of an accepted card are kept."""

from fakes.calls import ToldCall
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.commands import AcceptSuggestion, DismissSuggestion
from assistant.events import AssistEvent, SuggestionShown, SuggestionWithdrawn
from assistant.script_use import WORDINGS_KEPT, ScriptUse, count_use


def leak(call_id: str = "c1") -> tuple[ToldCall, SuggestionShown]:
    """A call with a card on the screen, and that card."""
    call = ToldCall("heating", call_id=call_id)
    call.agent("您好，请问有什么可以帮您？")
    call.customer("我家暖气漏水了", "heating.leak", 0.9)
    return call, next(event for event in call.events if isinstance(event, SuggestionShown))


def accept(call: ToldCall, card: SuggestionShown, text: str | None) -> list[AssistEvent]:
    command = AcceptSuggestion(
        type="accept_suggestion", command_id="k1", suggestion_id=card.suggestion_id, text=text
    )
    events = call.session.command(command, call.at_ms)[1]
    call.events += events
    return events


def dismiss(call: ToldCall, card: SuggestionShown) -> None:
    command = DismissSuggestion(type="dismiss_suggestion", command_id="k1", suggestion_id=card.suggestion_id)
    call.events += call.session.command(command, call.at_ms)[1]


def test_the_changed_words_of_an_accepted_card_are_kept_with_it() -> None:
    call, card = leak()

    (gone,) = accept(call, card, " 您先把阀门关上，好吗？ ")

    assert isinstance(gone, SuggestionWithdrawn)
    assert (gone.reason, gone.text) == ("accepted", "您先把阀门关上，好吗？")


def test_words_left_as_they_were_are_no_change() -> None:
    for text in (None, "", "  "):
        call, card = leak()
        (gone,) = accept(call, card, text)
        assert isinstance(gone, SuggestionWithdrawn)
        assert gone.text is None

    call, card = leak()
    (gone,) = accept(call, card, card.text)
    assert isinstance(gone, SuggestionWithdrawn)
    assert gone.text is None


def test_scripts_are_counted_by_what_became_of_their_cards() -> None:
    changed, first = leak("c1")
    taken, second = leak("c2")
    unwanted, third = leak("c3")
    accept(changed, first, "请关阀门")
    accept(taken, second, None)
    dismiss(unwanted, third)

    use = count_use([*changed.events, *taken.events, *unwanted.events])[first.script_id]

    assert first.script_id == second.script_id == third.script_id
    assert (use.shown, use.accepted, use.edited, use.dismissed) == (3, 2, 1, 1)
    assert use.wordings == ("请关阀门",)
    assert use.used == 2 / 3


def test_a_card_that_the_agent_said_without_a_click_is_counted_as_said() -> None:
    call, card = leak()

    call.agent(card.text)

    assert count_use(call.events)[card.script_id].said == 1


def test_a_script_that_was_never_shown_has_no_share() -> None:
    assert ScriptUse("x").used == 0.0
    assert count_use([]) == {}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(["accept", "change", "dismiss"]), max_size=8))
def test_every_showing_ends_in_at_most_one_way(ends: list[str]) -> None:
    events: list[AssistEvent] = []
    for number, end in enumerate(ends):
        call, card = leak(f"c{number}")
        if end == "dismiss":
            dismiss(call, card)
        else:
            accept(call, card, f"改{number}" if end == "change" else None)
        events += call.events

    for use in count_use(events).values():
        assert use.accepted + use.dismissed + use.said <= use.shown
        assert use.edited <= use.accepted
        assert len(use.wordings) <= WORDINGS_KEPT
