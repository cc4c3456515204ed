"""Random calls against a few plain promises: numbering, quotes, people's edits, the screen, idempotence, one document."""

from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from assistant.commands import AcceptSuggestion, DismissFlag, DismissSuggestion, EditField, SubmitTicket
from assistant.document import describe, document
from assistant.events import EVENT, AssistEvent, SuggestionShown, SuggestionWithdrawn, TicketFieldFilled
from assistant.pack import PACKS, Pack, load_pack
from assistant.session import CallSession, CallStart
from assistant.suggestions import MOST_CARDS, MOST_SHOWINGS_OF_A_QUESTION
from nlu.findings import (
    CareFinding,
    CheckFinding,
    CheckState,
    Evidence,
    FieldFinding,
    Finding,
    IntentFinding,
    IntentScore,
    Mood,
    MoodFinding,
    PhraseCorrection,
    PhraseFinding,
    Severity,
    cite,
)
from nlu.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
DOMAINS = ("heating", "gas", "power")
LINES = (
    "您好，示范公司，请问有什么可以帮您？",
    "我家暖气片漏水了，水都喷到插座上了",
    "我闻到煤气味，味道很大，头晕",
    "电线断了掉在路边，有人触电",
    "都两天了还没来，我要投诉",
    "请先关闭室内供热阀门，把贵重物品挪开",
    "请问您贵姓，联系电话是多少，住在哪个小区",
    "这不归我管，我帮您转接",
    "请问还有其他需要帮助的吗",
    "嗯",
    "感谢您的来电，祝您生活愉快，再见",
)
FIELDS = ["caller_name", "phone", "address", "class", "intent", "special_care"]
"""Few, so that people and the model meet on the same ones."""
VALUES = st.sampled_from(
    ["张建国", "13800135246", "先生", "幸福家园12号楼", "1", "报修", "gas.leak", "heating.billing"]
)
COMMAND_IDS = st.sampled_from([f"k{number}" for number in range(40)])


@cache
def pack(domain: str) -> Pack:
    return load_pack(PACKS, domain)


class Calls(RuleBasedStateMachine):
    """One call; the model beside it knows the agent's edits, the answers given, and what is on the screen."""

    @initialize(domain=st.sampled_from(DOMAINS), number=st.sampled_from([None, "13900000000", "anonymous"]))
    def begin(self, domain: str, number: str | None) -> None:
        self.domain = domain
        self.session = CallSession("c1", pack(domain))
        self.edits: dict[str, str] = {}
        self.answers: dict[str, object] = {}
        self.texts: dict[str, str] = {}
        self.said: Transcript | None = None
        self.clock = 0
        self.events: list[AssistEvent] = []
        self.take(
            self.session.start(
                CallStart(domain, "2026-11-22T08:00:00Z", caller_number=number, complaint_no="TS1")
            )
        )

    def take(self, events: list[AssistEvent]) -> None:
        self.events += events
        for event in events:
            if event.type == "transcript_updated":
                self.texts[event.utterance_id] = event.committed
            assert EVENT.validate_json(event.model_dump_json()) == event

    @property
    def over(self) -> bool:
        return self.session.is_over

    @precondition(lambda self: not self.over)
    @rule(
        channel=st.sampled_from(list(Channel)),
        line=st.one_of(st.sampled_from(LINES), st.text("水电气漏热不我您好，。 1a", max_size=12)),
        wait=st.integers(0, 40_000),
    )
    def say(self, channel: Channel, line: str, wait: int) -> None:
        self.clock += wait
        said = text_only(f"u{len(self.texts) + 1}", channel, line, self.clock, self.clock + 1_000)
        self.clock += 1_000
        self.take(self.session.heard(said, self.clock))
        self.said = said if said.text else None

    @precondition(lambda self: not self.over)
    @rule(data=st.data(), turns=st.integers(1, 6))
    def talk(self, data: st.DataObject, turns: int) -> None:
        """A stretch of the call, so that cards come and go."""
        for _ in range(turns):
            self.say(data.draw(st.sampled_from(list(Channel))), data.draw(st.sampled_from(LINES)), 0)
            self.find(data, 0)

    @precondition(lambda self: not self.over)
    @rule(data=st.data(), back=st.integers(0, 2_000))
    def find(self, data: st.DataObject, back: int) -> None:
        found: list[Finding] = []
        if self.said is not None:
            start = data.draw(st.integers(0, len(self.said.text) - 1))
            end = data.draw(st.integers(start + 1, len(self.said.text)))
            because = cite(self.said, start, end)
            found = data.draw(st.lists(finding(self.domain, because), max_size=3))
        self.take(self.session.found(found, self.clock - back))

    @rule(field=st.sampled_from(FIELDS), value=st.one_of(VALUES, st.just("")), command_id=COMMAND_IDS)
    def edit(self, field: str, value: str, command_id: str) -> None:
        command = EditField(type="edit_field", command_id=command_id, field=field, value=value)
        if self.obey(command) and self.fresh:
            self.edits[field] = value

    @rule(number=st.integers(1, 30), command_id=COMMAND_IDS, accept=st.booleans())
    def answer_card(self, number: int, command_id: str, accept: bool) -> None:
        if accept:
            self.obey(
                AcceptSuggestion(type="accept_suggestion", command_id=command_id, suggestion_id=f"s{number}")
            )
        else:
            self.obey(
                DismissSuggestion(
                    type="dismiss_suggestion", command_id=command_id, suggestion_id=f"s{number}"
                )
            )

    @rule(number=st.integers(1, 5), command_id=COMMAND_IDS)
    def dismiss_flag(self, number: int, command_id: str) -> None:
        self.obey(
            DismissFlag(type="dismiss_flag", command_id=command_id, flag_id=f"f{number}", reason="转述")
        )

    @precondition(lambda self: len(self.events) > 60)
    @rule(command_id=COMMAND_IDS)
    def submit(self, command_id: str) -> None:
        self.obey(SubmitTicket(type="submit_ticket", command_id=command_id))

    def obey(self, command: object) -> bool:
        """Whether it was done; the same id must get the same answer and make nothing."""
        command_id = command.command_id  # type: ignore[attr-defined]
        result, events = self.session.command(command, self.clock, "GR1")  # type: ignore[arg-type]
        self.fresh = command_id not in self.answers
        if self.fresh:
            self.answers[command_id] = result
        else:
            assert events == []
            assert result == self.answers[command_id]
        assert result.ok is (result.code is None)
        if not result.ok:
            assert events == []
        self.take(events)
        return result.ok

    @precondition(lambda self: not self.over and len(self.events) > 80)
    @rule()
    def hang_up(self) -> None:
        self.take(self.session.end("completed", self.clock))

    @invariant()
    def events_count_by_one_and_time_never_runs_back(self) -> None:
        assert [event.seq for event in self.events] == list(range(1, len(self.events) + 1))
        times = [event.at_ms for event in self.events]
        assert times == sorted(times)

    @invariant()
    def every_quote_stands_in_its_utterance(self) -> None:
        for event in self.events[-20:]:
            because = getattr(event, "because", None)
            if because is not None:
                assert because.quote
                assert because.quote in self.texts[because.utterance_id]

    @invariant()
    def what_the_agent_set_stays(self) -> None:
        for field, value in self.edits.items():
            assert self.session.record.ticket.value(field) == value
        ours: set[str] = set()
        for event in self.events:
            if isinstance(event, TicketFieldFilled):
                assert event.source == "agent" or event.field not in ours
                if event.source == "agent":
                    ours.add(event.field)

    @invariant()
    def the_screen_is_never_crowded_and_no_script_repeats(self) -> None:
        screen: set[str] = set()
        shown: dict[str, int] = {}
        for event in self.events:
            if isinstance(event, SuggestionShown):
                screen.add(event.suggestion_id)
                shown[event.script_id] = shown.get(event.script_id, 0) + 1
                assert "{" not in event.text
            elif isinstance(event, SuggestionWithdrawn):
                screen.remove(event.suggestion_id)
            assert len(screen) <= MOST_CARDS
        for script_id, times in shown.items():
            is_question = pack(self.domain).script(script_id).when.missing is not None
            assert times <= (MOST_SHOWINGS_OF_A_QUESTION if is_question else 1)
        if self.over:
            assert not screen

    @invariant()
    def nothing_but_the_tickets_business_follows_the_end(self) -> None:
        types = [event.type for event in self.events]
        if "call_ended" in types:
            after = types[types.index("call_ended") + 1 :]
            assert set(after) <= {"ticket_field_filled", "ticket_submitted", "flag_dismissed"}

    def teardown(self) -> None:
        """The events alone give the same document, and a stored call can be taken up where it was left."""
        if not hasattr(self, "events"):
            return
        assert document(self.events) == describe(self.session.record)
        restored = CallSession.restore("c1", pack(self.domain), self.events)
        assert restored.record.ticket == self.session.record.ticket
        assert restored.record.seq == self.events[-1].seq


def finding(domain: str, because: Evidence) -> st.SearchStrategy[Finding]:
    wishes = st.sampled_from([one.id for one in TAXONOMY.intents_for(domain)])
    scores = st.lists(st.builds(IntentScore, wishes, st.floats(0, 1)), max_size=2).map(tuple)
    rules = st.sampled_from([one.id for one in TAXONOMY.banned_rules])
    sure = st.floats(0, 1)
    ground = st.just(because)
    return st.one_of(
        st.builds(
            IntentFinding, wishes, sure, scores, scores, st.integers(1, 4), st.one_of(ground, st.none())
        ),
        st.builds(PhraseFinding, rules, st.sampled_from(Severity), st.just("我帮您转接"), sure, ground),
        st.builds(PhraseCorrection, rules, ground),
        st.builds(FieldFinding, st.sampled_from(FIELDS), VALUES, sure, ground),
        st.builds(
            CheckFinding,
            st.sampled_from([one.id for one in TAXONOMY.checks]),
            st.sampled_from(CheckState),
            st.one_of(ground, st.none()),
        ),
        st.builds(CareFinding, st.sampled_from(["独居", "高龄", "病患"]), ground),
        st.builds(MoodFinding, st.sampled_from(Mood), ground),
    )


TestCalls = Calls.TestCase
TestCalls.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
