"""Reviews in a database, of either kind: screening at the end, queue, verdicts, scores, samples, appeals, exemplars."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fakes.calls import ToldCall

from assistant.commands import DismissFlag, SubmitTicket
from assistant.errors import CallNotFoundError
from assistant.pack import vocabulary
from assistant.people.access import Whose
from assistant.review.appeal import AppealAction, AppealError, AppealRole, AppealState
from assistant.review.errors import (
    AppealExistsError,
    CallNotJudgedError,
    FlagNotFoundError,
    QuoteNotFoundError,
    ReviewNotFoundError,
    RuleUnknownError,
)
from assistant.review.form import default_form
from assistant.review.labels import CorrectionKind
from assistant.review.records import QueueFilter, QueueItem, QueueOrder, ReviewState, RootCause
from assistant.review.sampling import SampleKind
from assistant.review.score import Override, UnknownCriterionError
from assistant.review.verdict import Verdict
from assistant.store.appeals import AppealStore
from assistant.store.base import PageRequest
from assistant.store.exemplars import ExemplarStore
from assistant.store.figures import FigureStore
from assistant.store.review_tables import call_facts, screenings
from assistant.store.reviews import ReviewStore
from assistant.store.samples import SampleStore
from assistant.store.sql import SqlStore, open_store
from nlu.findings import Severity


class Clock:
    """A minute later at every look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    opened = open_store(database_url, Clock())
    yield opened
    opened.close()


@pytest.fixture
def reviews(store: SqlStore) -> ReviewStore:
    return ReviewStore(store.database, Clock(), default_form(), vocabulary())


def told(
    call_id: str,
    *,
    agent: str = "a1",
    rude: bool = False,
    slip: bool = False,
    queue: str = "q",
    minute: int = 0,
) -> ToldCall:
    call = ToldCall(
        call_id=call_id,
        agent_id=agent,
        queue=queue,
        caller_number="13800135246",
        started_at=f"2026-11-22T08:{minute:02d}:00.000Z",
    )
    call.agent("您好，示范供热公司，请问有什么可以帮您？")
    call.customer("我家暖气片漏水了", "heating.leak")
    call.check(greeting="passed", empathy="failed")
    if rude:
        call.slip("rude", Severity.SERIOUS, "爱投诉投诉")
    if slip:
        call.slip("no_way", Severity.WARNING, "没办法")
    return call


def ended(store: SqlStore, call: ToldCall) -> ToldCall:
    call.end()
    store.append(call.events)
    return call


def flag_of(call: ToldCall) -> str:
    return next(iter(call.session.record.has.flags))


def ids(reviews: ReviewStore, whose: Whose | None = None, **only: object) -> list[str]:
    return [one.call_id for one in items(reviews, whose, **only)]


def items(reviews: ReviewStore, whose: Whose | None = None, **only: object) -> tuple[QueueItem, ...]:
    wanted = QueueFilter(**only)  # type: ignore[arg-type]
    return reviews.queue(PageRequest(), wanted, QueueOrder.CONCERN, whose).items


def test_every_call_is_judged_in_the_moment_it_ends(store: SqlStore, reviews: ReviewStore) -> None:
    call = told("c1", slip=True)
    store.append(call.events)
    with pytest.raises(CallNotJudgedError):
        reviews.screening("c1")

    store.append(call.end())

    found = reviews.screening("c1")
    assert found.score is not None
    assert {one.criterion: one.share for one in found.answers}["wording"] == 0.5


def test_a_call_cut_off_by_a_crash_is_judged_too(store: SqlStore, reviews: ReviewStore) -> None:
    store.append(told("c1").events)

    store.close_interrupted()

    assert ids(reviews) == ["c1"]


def test_a_ticket_handed_over_afterwards_changes_the_score_and_keeps_what_people_said(
    store: SqlStore, reviews: ReviewStore
) -> None:
    call = ended(store, told("c1", slip=True))
    before = reviews.screening("c1")
    reviews.add_review("r1", "c1", (), "", RootCause(), "qa1")

    result, events = call.session.command(
        SubmitTicket(type="submit_ticket", command_id="k1"), call.at_ms, "GR202611280001"
    )
    store.append(events)

    assert result.ok
    assert (reviews.screening("c1").score or 0) > (before.score or 0)
    assert items(reviews)[0].state is ReviewState.REVIEWED


def test_a_flag_dismissed_after_the_call_leaves_the_queue_of_flags(
    store: SqlStore, reviews: ReviewStore
) -> None:
    call = ended(store, told("c1", slip=True))
    assert ids(reviews, rule_id="no_way", severity=Severity.WARNING) == ["c1"]

    command = DismissFlag(type="dismiss_flag", command_id="k1", flag_id=flag_of(call), reason="复述客户的话")
    store.append(call.session.command(command, call.at_ms, None)[1])

    assert ids(reviews, rule_id="no_way") == []
    assert ids(reviews, severity=Severity.WARNING) == []


def test_the_queue_begins_with_the_worst_and_pages_without_loss(
    store: SqlStore, reviews: ReviewStore
) -> None:
    for number in range(6):
        ended(store, told(f"c{number}", rude=number == 3, slip=number == 4, minute=number))

    found: list[str] = []
    cursor: str | None = None
    while True:
        page = reviews.queue(PageRequest(2, cursor), QueueFilter(), QueueOrder.CONCERN, None)
        found += [one.call_id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert found == ["c3", "c4", "c5", "c2", "c1", "c0"]


def test_the_queue_is_narrowed_by_what_is_asked(store: SqlStore, reviews: ReviewStore) -> None:
    ended(store, told("c1", agent="a1", minute=1))
    ended(store, told("c2", agent="a2", rude=True, minute=2))
    ended(store, told("p1", agent="a3", queue="practice"))

    assert ids(reviews, agent_id="a2") == ["c2"]
    assert ids(reviews, severity=Severity.SERIOUS) == ["c2"]
    assert ids(reviews, since="2026-11-22T08:02:00.000Z") == ["c2"]
    assert ids(reviews, until="2026-11-22T08:02:00.000Z") == ["c1"]
    assert ids(reviews, intent="heating.leak", domain="heating") == ["c2", "c1"]
    assert ids(reviews, domain="gas") == []
    assert ids(reviews, below=30.0) == ["c2"]
    assert ids(reviews, Whose(frozenset({"a1"}), nobodys=False)) == ["c1"]


def test_a_verdict_moves_the_score_and_the_statistics_of_the_rule(
    store: SqlStore, reviews: ReviewStore
) -> None:
    call = ended(store, told("c1", rude=True))
    figures = FigureStore(store.database)
    assert figures.rules(None, None) == ()

    reviews.give_verdict("v1", "c1", flag_of(call), Verdict.RIGHT, "", "qa1")
    right = figures.rules(None, None)[0]
    second = reviews.give_verdict("v2", "c1", flag_of(call), Verdict.WRONG, "客户自己说的", "qa2")

    (wrong,) = figures.rules(None, None)
    assert (right.precision, wrong.precision) == (1.0, 0.0)
    assert second.current
    assert [one.current for one in reviews.judged("c1")[1]] == [True, False]
    item = items(reviews)[0]
    assert (item.reviewed_score or 0) > (item.score or 0)


def test_the_same_verdict_sent_twice_is_one(store: SqlStore, reviews: ReviewStore) -> None:
    call = ended(store, told("c1", rude=True))

    first = reviews.give_verdict("v1", "c1", flag_of(call), Verdict.RIGHT, "对", "qa1")

    assert reviews.give_verdict("v1", "c1", flag_of(call), Verdict.WRONG, "错", "qa1") == first


def test_what_is_not_there_is_refused(store: SqlStore, reviews: ReviewStore) -> None:
    ended(store, told("c1"))

    with pytest.raises(FlagNotFoundError):
        reviews.give_verdict("v1", "c1", "f9", Verdict.RIGHT, "", "qa1")
    with pytest.raises(QuoteNotFoundError):
        reviews.mark_missed("m1", "c1", ("u1", "rude", "随便你"), "", "qa1")
    with pytest.raises(RuleUnknownError):
        reviews.mark_missed("m1", "c1", ("u1", "yawning", "您好"), "", "qa1")
    with pytest.raises(RuleUnknownError):
        reviews.correct("k1", "c1", "u2", CorrectionKind.INTENT, "heating.fire", "qa1")
    with pytest.raises(QuoteNotFoundError):
        reviews.correct("k1", "c1", "u9", CorrectionKind.WORDS, "好", "qa1")
    with pytest.raises(UnknownCriterionError):
        reviews.add_review("r1", "c1", (Override(criterion="x", share=1),), "", RootCause(), "qa1")
    with pytest.raises(CallNotFoundError):
        reviews.add_review("r1", "c9", (), "", RootCause(), "qa1")
    with pytest.raises(ReviewNotFoundError):
        reviews.unmark_missed("c1", "m9", "qa1")


def test_a_missed_phrase_counts_against_recall_until_it_is_taken_back(
    store: SqlStore, reviews: ReviewStore
) -> None:
    ended(store, told("c1"))
    before = items(reviews)[0].score or 0

    mark = reviews.mark_missed("m1", "c1", ("u1", "cannot", "有什么可以帮您"), "语气是反问", "qa1")
    after = items(reviews)[0].reviewed_score or 0

    assert FigureStore(store.database).rules(None, None)[0].recall == 0.0
    assert after < before
    assert mark.link == f"/calls/c1?t={mark.start_ms}"
    assert 0 < mark.start_ms < 3000
    reviews.unmark_missed("c1", "m1", "qa1")
    assert FigureStore(store.database).rules(None, None) == ()


def test_a_review_keeps_the_machines_answers_beside_the_persons(
    store: SqlStore, reviews: ReviewStore
) -> None:
    ended(store, told("c1"))

    made = reviews.add_review(
        "r1",
        "c1",
        (
            Override(criterion="empathy", share=1.0, comment="31 秒处道过歉"),
            Override(criterion="accuracy", share=1.0),
        ),
        "整体不错",
        RootCause("流程", ("没有先安抚", "话术卡出得晚")),
        "qa1",
    )

    assert {one.criterion: one.share for one in made.answers}["empathy"] == 0.0
    assert (made.total or 0) > (reviews.screening("c1").score or 0)
    assert reviews.judged("c1")[0] == (made,)
    assert items(reviews)[0].state is ReviewState.REVIEWED
    agreed = FigureStore(store.database).agreement(None, None)
    assert (agreed["empathy"].same, agreed["greeting"].same) == (0.0, 1.0)
    assert "accuracy" not in agreed


def test_a_sample_keeps_how_it_was_drawn_and_can_be_drawn_again(
    store: SqlStore, reviews: ReviewStore
) -> None:
    for number in range(12):
        ended(store, told(f"c{number}", agent=f"a{number % 3}", minute=number))
    samples = SampleStore(reviews)

    made = samples.draw("s1", (SampleKind.RANDOM, 6, 42, True), QueueFilter(domain="heating"), None, "qa1")
    again = samples.draw("s2", (SampleKind.RANDOM, 6, 42, True), QueueFilter(domain="heating"), None, "qa2")

    assert made.calls == again.calls
    assert len(set(made.calls)) == 6
    assert (made.population, made.by, dict(made.criteria)) == (12, "qa1", {"domain": "heating"})
    assert {int(one[1:]) % 3 for one in made.calls} == {0, 1, 2}
    assert set(ids(reviews, sample_id="s1")) == set(made.calls)
    assert [one.sample_id for one in samples.page(PageRequest()).items] == ["s2", "s1"]


def test_an_appeal_leads_to_a_second_score_by_somebody_else(store: SqlStore, reviews: ReviewStore) -> None:
    ended(store, told("c1", rude=True))
    review = reviews.add_review("r1", "c1", (), "", RootCause(), "qa1")
    appeals = AppealStore(reviews)

    appeals.open("p1", "r1", "a1", "agent", "我是在复述客户的话")
    assert items(reviews)[0].state is ReviewState.APPEALED
    with pytest.raises(AppealExistsError):
        appeals.open("p2", "r1", "a1", "agent", "再来一次")
    appeals.act("p1", AppealAction.ENDORSE, AppealRole.LEADER, "leader", "同意复核")
    appeals.act("p1", AppealAction.GRANT, AppealRole.QA_LEAD, "boss", "请复核")
    with pytest.raises(AppealError):
        appeals.act("p1", AppealAction.AMEND, AppealRole.RECHECKER, "qa1", "")
    done = appeals.act(
        "p1",
        AppealAction.AMEND,
        AppealRole.RECHECKER,
        "qa2",
        "客户原话",
        (Override(criterion="wording", share=1.0), Override(criterion="accuracy", share=1.0)),
    )

    assert done.state is AppealState.AMENDED
    assert appeals.show("p1") == done
    latest, first = reviews.judged("c1")[0]
    assert first == review
    assert (latest.by, latest.comment) == ("qa2", "客户原话")
    assert items(reviews)[0].state is ReviewState.SETTLED
    assert appeals.find(PageRequest(), AppealState.AMENDED, None).items == (done,)
    assert appeals.find(PageRequest(), None, Whose(frozenset({"a9"}), nobodys=True)).items == ()


def test_a_refused_step_changes_nothing(store: SqlStore, reviews: ReviewStore) -> None:
    ended(store, told("c1"))
    reviews.add_review("r1", "c1", (), "", RootCause(), "qa1")
    appeals = AppealStore(reviews)
    opened = appeals.open("p1", "r1", "a1", "agent", "不服")

    with pytest.raises(AppealError):
        appeals.act("p1", AppealAction.UPHOLD, AppealRole.RECHECKER, "qa2", "")

    assert appeals.show("p1") == opened


def test_a_call_is_put_up_as_an_example_once(store: SqlStore, reviews: ReviewStore) -> None:
    ended(store, told("c1"))
    exemplars = ExemplarStore(reviews)

    exemplars.add("e1", "c1", ("漏水安抚", "先安抚再登记", ("安抚",)), "qa1")
    second = exemplars.add("e2", "c1", ("漏水处理", "关阀提示及时", ("漏水", "安全")), "qa1")

    assert exemplars.page(PageRequest()).items == (second,)
    exemplars.remove("e2", "qa1")
    assert exemplars.page(PageRequest()).items == ()


def test_calls_that_ended_under_an_earlier_release_are_judged_when_the_service_starts(
    store: SqlStore, reviews: ReviewStore
) -> None:
    for number in range(3):
        ended(store, told(f"c{number}"))
    with store.database.writing() as connection:
        connection.execute(sa.delete(call_facts))
        connection.execute(sa.delete(screenings))

    assert (reviews.catch_up(), reviews.catch_up()) == (3, 0)
    assert sorted(ids(reviews)) == ["c0", "c1", "c2"]
