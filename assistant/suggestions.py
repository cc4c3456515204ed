"""Which scripts to offer and when to take them back. A state machine fed with words and what the call has shown.

Three cards at most; safety first; each once a call (a question may come back once); at most one new card an utterance
unless lives or property depend on it; and whatever was said, answered or overtaken leaves. Knows no sockets and no clock.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from asr.audio import Channel
from asr.sound import Heard
from asr.transcript import Transcript
from assistant.caller import CallerWords
from assistant.events import SuggestionShown
from assistant.pack import Kind, Pack, Script, Stage
from assistant.said import heard_as, is_said
from assistant.situation import EMERGENCY, Situation
from assistant.wording import fill, slot_values
from nlu.findings import CheckState, Evidence, Mood

MOST_CARDS = 3
"""What an agent can take in while talking."""
MOST_URGENT_AT_ONCE = 2
SHOWN_AT_LEAST_MS = 6_000
"""A card that leaves sooner was flicker; urgent ones may push in."""
SHOWN_AT_LEAST_UTTERANCES = 2
"""The same where utterances have no times."""
FADED_MS = 45_000
"""A card nobody took for so long gives its place to anything new."""
FADED_UTTERANCES = 8
REACT_WITHIN_MS = 20_000
"""An apology or a better wording later than this after the words that called for it sounds odd."""
ASK_AGAIN_MS = 60_000
"""A question that got no answer may come back after this."""
MOST_SHOWINGS_OF_A_QUESTION = 2


ONE_AT_A_TIME = frozenset({Kind.ASK, Kind.KNOWLEDGE})
"""Kinds of which a second card waits: nobody asks two things, or answers two, in one breath."""


class Reason(StrEnum):
    """Why a card left the screen."""

    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    SAID = "said"
    STALE = "stale"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Card:
    """A script on the agent's screen."""

    suggestion_id: str
    script: Script
    text: str
    because: Evidence | None
    shown_ms: int
    shown_utterance: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A card that left, and why."""

    suggestion_id: str
    reason: Reason
    text: str | None = None
    """The words as the agent changed them; None when they were left as offered."""


Change = Card | Withdrawal


@dataclass(slots=True)
class _Past:
    """How often a script was shown, and when it last left."""

    showings: int = 0
    left_ms: int = 0


class Suggester:
    """The cards of one call."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._cards: dict[str, Card] = {}
        self._past: dict[str, _Past] = {}
        self._agent: list[tuple[int, Heard]] = []
        self._caller = CallerWords()
        self._utterances = 0
        self._new_words = False
        self._count = 0
        self._before: dict[str, SuggestionShown] = {}

    @property
    def cards(self) -> tuple[Card, ...]:
        """On the screen now, in the order they came."""
        return tuple(self._cards.values())

    def hear(self, said: Transcript, at_ms: int) -> list[Withdrawal]:
        """Takes a final utterance; cards whose words the agent has now said leave."""
        if not said.text:
            return []
        self._utterances += 1
        self._new_words = True
        if said.channel is Channel.CUSTOMER:
            self._caller.hear(said)
            return []
        self._agent.append((self._utterances, heard_as(said.text)))
        done = [card for card in self._cards.values() if self._is_said(card.script, card.shown_utterance)]
        return [self._leave(card, Reason.SAID, at_ms) for card in done]

    def resume(self, said: Sequence[Transcript], shown: Sequence[SuggestionShown]) -> None:
        """Takes over what was said and shown before, all of it off the screen; see `put_back`."""
        for one in said:
            self.hear(one, 0)
        self._new_words = False
        self._count = len(shown)
        for event in shown:
            self._past.setdefault(event.script_id, _Past()).showings += 1
            self._past[event.script_id].left_ms = event.at_ms
        self._before = {event.suggestion_id: event for event in shown}

    def put_back(self, suggestion_ids: Collection[str]) -> list[Withdrawal]:
        """Puts cards of before on the screen again; those that no script of the pack says are withdrawn."""
        gone: list[Withdrawal] = []
        scripts = {script.id: script for script in self._pack.scripts}
        for event in (self._before[one] for one in suggestion_ids):
            script = scripts.get(event.script_id)
            if script is None:
                gone.append(Withdrawal(event.suggestion_id, Reason.STALE))
                continue
            because = None if event.because is None else event.because.found
            self._cards[event.suggestion_id] = Card(
                event.suggestion_id, script, event.text, because, event.at_ms, self._utterances
            )
        return gone

    def advise(self, situation: Situation, at_ms: int) -> list[Change]:
        """Takes back what no longer fits; after new words also offers what now does."""
        changes: list[Change] = list(self._withdraw_overtaken(situation, at_ms))
        if not self._new_words:
            return changes
        self._new_words = False
        urgent = 0
        calm = 0
        for script, text in self._candidates(situation, at_ms):
            if (urgent >= MOST_URGENT_AT_ONCE) if script.urgent else (calm >= 1):
                continue
            if self._is_said(script, 0) and not self._asks_again(script, at_ms):
                self._past[script.id] = _Past(showings=1, left_ms=at_ms)
                continue
            if not self._make_room(script, at_ms, changes):
                continue
            changes.append(self._show(script, text, situation, at_ms))
            urgent += script.urgent
            calm += not script.urgent
        return changes

    def accept(self, suggestion_id: str, text: str | None, at_ms: int) -> Withdrawal | None:
        """The agent takes a card, with its words changed or as they are; None when it is not on the screen."""
        card = self._cards.get(suggestion_id)
        if card is None:
            return None
        said = (text or "").strip()
        return replace(
            self._leave(card, Reason.ACCEPTED, at_ms), text=said if said and said != card.text else None
        )

    def dismiss(self, suggestion_id: str, at_ms: int) -> Withdrawal | None:
        """The agent does not want a card; None when it is not on the screen."""
        card = self._cards.get(suggestion_id)
        return None if card is None else self._leave(card, Reason.DISMISSED, at_ms)

    def clear(self, at_ms: int) -> list[Withdrawal]:
        """The call is over: nothing is left to say."""
        return [self._leave(card, Reason.STALE, at_ms) for card in self.cards]

    # -- taking back

    def _withdraw_overtaken(self, situation: Situation, at_ms: int) -> Iterator[Withdrawal]:
        for card in self.cards:
            reason = overtaken(card.script, situation, self._pack)
            if reason is not None:
                yield self._leave(card, reason, at_ms)

    def _leave(self, card: Card, reason: Reason, at_ms: int) -> Withdrawal:
        del self._cards[card.suggestion_id]
        self._past[card.script.id].left_ms = at_ms
        return Withdrawal(card.suggestion_id, reason)

    # -- offering

    def _candidates(self, situation: Situation, at_ms: int) -> list[tuple[Script, str]]:
        """Scripts that fit and may be shown, the most important first, with their slots filled."""
        stage = self._stage(situation)
        topic = situation.intent or situation.guess
        values = slot_values(self._pack, topic, situation.priority, situation.ticket)
        on_screen = {card.script.id for card in self._cards.values()}
        fitting: list[tuple[Script, str]] = []
        answers = (self._pack.answer_script(situation.asked.answer),) if situation.asked else ()
        for script in (*self._pack.scripts, *answers):
            if not script.offered or script.id in on_screen or not self._may_show(script, at_ms):
                continue
            if script.when.stages and stage not in script.when.stages:
                continue
            if overtaken(script, situation, self._pack) is not None:
                continue
            if script.when.heard and self._caller.find(script.when.heard) is None:
                continue
            if is_late(script, situation, at_ms):
                continue
            text = fill(script.text, values)
            if text is not None and not (script.kind is Kind.KNOWLEDGE and self._on_screen(text)):
                fitting.append((script, text))
        if stage is not Stage.CLOSE and self._has_business(situation, fitting):
            fitting = [one for one in fitting if one[0].kind is not Kind.CLOSE]
        return sorted(fitting, key=lambda one: one[0].rank)

    def _on_screen(self, text: str) -> bool:
        """Whether a card says the same already."""
        return is_said(text, (), [heard_as(card.text) for card in self.cards])

    def _has_business(self, situation: Situation, fitting: Sequence[tuple[Script, str]]) -> bool:
        """Whether asking for further wishes would be tactless: somebody is in danger, angry, hurt, or has not answered."""
        pressing = {Kind.SAFETY, Kind.PROGRESS, Kind.ASK}
        return (
            bool(situation.broken)
            or (situation.mood is not None and situation.mood[0] is Mood.ANGRY)
            or any(card.script.kind in pressing for card in self.cards)
            or any(script.kind in pressing for script, _ in fitting)
        )

    def _stage(self, situation: Situation) -> Stage:
        """How far the call has come."""
        if situation.checks.get("further_help") is CheckState.PASSED:
            return Stage.CLOSE
        if situation.intent is not None:
            return Stage.DIAGNOSE if self._has_questions(situation) else Stage.COMMIT
        return Stage.OPENING if self._caller.last is None else Stage.IDENTIFY

    def _may_show(self, script: Script, at_ms: int) -> bool:
        past = self._past.get(script.id)
        return past is None or past.showings == 0 or self._asks_again(script, at_ms)

    def _asks_again(self, script: Script, at_ms: int) -> bool:
        past = self._past.get(script.id)
        return (
            past is not None
            and script.when.missing is not None
            and 0 < past.showings < MOST_SHOWINGS_OF_A_QUESTION
            and at_ms - past.left_ms >= ASK_AGAIN_MS
        )

    def _make_room(self, script: Script, at_ms: int, changes: list[Change]) -> bool:
        """Whether the card has a place; may take the place of a lesser or faded one."""
        rival = next((card for card in self.cards if card.script.kind is script.kind), None)
        if script.kind in ONE_AT_A_TIME and rival is not None:
            if not self._may_yield(rival, script, at_ms):
                return False
            changes.append(self._leave(rival, Reason.SUPERSEDED, at_ms))
            return True
        if len(self._cards) < MOST_CARDS:
            return True
        for card in sorted(self.cards, key=lambda one: -one.script.rank):
            if self._may_yield(card, script, at_ms):
                changes.append(self._leave(card, Reason.SUPERSEDED, at_ms))
                return True
        return False

    def _may_yield(self, card: Card, to: Script, at_ms: int) -> bool:
        age_ms = at_ms - card.shown_ms
        age = self._utterances - card.shown_utterance
        if age_ms >= FADED_MS or age >= FADED_UTTERANCES:
            return True
        if to.urgent:
            return to.rank < card.script.rank and (not card.script.urgent or age > 0)
        if age_ms < SHOWN_AT_LEAST_MS and age < SHOWN_AT_LEAST_UTTERANCES:
            return False
        if card.script.urgent:
            return to.kind is Kind.PROGRESS and card.script.rank > 0
        if card.script.kind is Kind.PROGRESS:
            return False
        if card.script.kind is to.kind is Kind.KNOWLEDGE:
            return True  # the caller has gone on to another question
        # What happens next, and what to say instead, must not wait for cards that were read already.
        return to.rank < card.script.rank or to.kind in (Kind.PROGRESS, Kind.CORRECT)

    def _show(self, script: Script, text: str, situation: Situation, at_ms: int) -> Card:
        self._count += 1
        self._past.setdefault(script.id, _Past()).showings += 1
        card = Card(
            f"s{self._count}", script, text, self._because(script, situation), at_ms, self._utterances
        )
        self._cards[card.suggestion_id] = card
        return card

    def _because(self, script: Script, situation: Situation) -> Evidence | None:
        """The words that called for the script: the most particular condition's."""
        when = script.when
        if script.kind is Kind.KNOWLEDGE and situation.asked is not None:
            return situation.asked.because
        for rule in when.rules:
            if rule in situation.broken:
                return situation.broken[rule]
        if when.heard:
            return self._caller.find(when.heard)
        if when.moods and situation.mood is not None:
            return situation.mood[1]
        if when.care and situation.care:
            return next(iter(situation.care.values()))
        for check, _ in when.checks:
            if check in situation.check_grounds:
                return situation.check_grounds[check]
        if script.kind is Kind.CLOSE:
            return self._caller.last or situation.because
        return situation.because or self._caller.last

    def _is_said(self, script: Script, since_utterance: int) -> bool:
        """Whether the agent said it after that many utterances of the call."""
        heard = [words for utterance, words in self._agent if utterance > since_utterance]
        return bool(heard) and is_said(script.text, script.said, heard)

    def _has_questions(self, situation: Situation) -> bool:
        """Whether a required field's question is still to be put, or is on the screen."""
        on_screen = {card.script.id for card in self._cards.values()}
        return any(
            script.when.missing in situation.missing
            and (script.id in on_screen or script.id not in self._past)
            and overtaken(script, situation, self._pack) is None
            for script in self._pack.scripts
            if script.kind is Kind.ASK
        )


def is_late(script: Script, situation: Situation, at_ms: int) -> bool:
    """Whether the words that a reaction answers lie too far back."""
    grounds = [situation.broken[rule] for rule in script.when.rules if rule in situation.broken]
    if script.when.moods and situation.mood is not None:
        grounds.append(situation.mood[1])
    if script.kind is Kind.KNOWLEDGE and situation.asked is not None:
        grounds.append(situation.asked.because)
    if script.kind is Kind.CORRECT:
        checks = [check for check, _ in script.when.checks]
        grounds += [situation.check_grounds[one] for one in checks if one in situation.check_grounds]
    return bool(grounds) and at_ms - max(one.end_ms for one in grounds) > REACT_WITHIN_MS


def overtaken(script: Script, situation: Situation, pack: Pack) -> Reason | None:
    """Why a script no longer fits; None while it does."""
    when = script.when
    intent = situation.intent
    if script.kind is Kind.KNOWLEDGE and situation.priority == EMERGENCY:
        return Reason.SUPERSEDED
    class_ = None if intent is None else pack.taxonomy.intent(intent).class_
    if when.intents and intent not in when.intents:
        return Reason.SUPERSEDED
    if when.classes and class_ not in when.classes:
        return Reason.SUPERSEDED
    if when.priorities and situation.priority not in when.priorities:
        return Reason.SUPERSEDED
    if when.unsure and (intent is not None or situation.guess is None):
        return Reason.SUPERSEDED
    if when.missing and situation.ticket.get(when.missing):
        return Reason.STALE
    if when.moods and (situation.mood is None or situation.mood[0] not in when.moods):
        return Reason.STALE
    if when.care and not ("any" in when.care and situation.care) and not set(when.care) & set(situation.care):
        return Reason.STALE
    if when.rules and not any(rule in situation.broken for rule in when.rules):
        return Reason.STALE
    return _checks_moved(script, situation)


def _checks_moved(script: Script, situation: Situation) -> Reason | None:
    for check, state in script.when.checks:
        now = situation.checks.get(check, CheckState.PENDING)
        if now is not state:
            return Reason.SAID if now is CheckState.PASSED else Reason.STALE
    return None
