"""`serve` (the default verb) and `demo`: the whole service in one process."""

import asyncio
import logging
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from asr.audio import Channel
from asr.errors import AudioError
from asr.scheduler import Scheduler
from asr.segmenter import Endpointing
from asr.sources import Recording, read_recording
from asr.vad import SileroModel
from assistant.analysis import Analyst
from assistant.api.app import create_app
from assistant.api.legs import Switchboard
from assistant.api.parts import Keeps, Parts
from assistant.api.serving import GracefulServer, build_server
from assistant.api.written import WrittenLines
from assistant.cli.parts import faculties_of, packs_root
from assistant.cli.replay import ReplayError, Target, stream
from assistant.cli.users import add_account
from assistant.errors import CallNotFoundError
from assistant.exchange import Exchange, Faculties, Rooms
from assistant.health import Health
from assistant.hub import Hub
from assistant.kpi.facts import PRACTICE_QUEUE
from assistant.loglines import TEXT_FORMAT, JsonLines
from assistant.metrics import Metrics
from assistant.neighbours import Neighbours
from assistant.people.passwords import new_token
from assistant.people.person import Role
from assistant.pipeline import Ears
from assistant.recording import recover
from assistant.settings import Settings, unknown_variables
from assistant.shelf import Look, Shelf, Stock
from assistant.store.sql import SqlStore, open_store
from assistant.store.stays import StayStore

DEMO_SAMPLE = "heating_leak_angry"
SAMPLES = Path("audio_samples")
LOOK_EVERY_S = 3.0
"""Time between looks at the folder of packs: a person who has saved a file waits no longer than a sip of tea."""
LIBRARIES = ("uvicorn", "websockets", "asyncio", "psycopg")

log = logging.getLogger(__name__)


def serve(settings: Settings) -> int:
    """Serve until told to stop."""
    configure_logging(settings)
    with _opened_store(settings) as store:
        return asyncio.run(_run(settings, store, None))


def demo(settings: Settings, sample: str, pace: float) -> int:
    """Serve, play a sample call live and print the address to open."""
    configure_logging(settings)
    if sample not in sample_calls():
        raise AudioError(f"没有名为 {sample} 的示例通话；现有: {'、'.join(sample_calls())}")
    with _opened_store(settings) as store:
        return asyncio.run(_run(settings, store, Showing(sample, pace)))


@dataclass(frozen=True, slots=True)
class Showing:
    """What a demo plays."""

    sample: str
    pace: float


def sample_calls() -> dict[str, str]:
    """The sample recordings and the domain of each; empty where the samples are not installed."""
    if not (SAMPLES / "manifest.toml").is_file():
        return {}
    with (SAMPLES / "manifest.toml").open("rb") as source:
        entries = tomllib.load(source)["calls"]
    return {Path(entry["file"]).stem: entry["domain"] for entry in entries}


def configure_logging(settings: Settings) -> None:
    """One line an event, on stderr: for people, or JSON for a log collector."""
    lines = logging.StreamHandler()
    lines.setFormatter(JsonLines() if settings.log_format == "json" else logging.Formatter(TEXT_FORMAT))
    root = logging.getLogger()
    root.addHandler(lines)
    root.setLevel(settings.log_level.upper())
    for library in LIBRARIES:
        # Their finer levels write out what passes through them: messages, statements, addresses with tokens.
        logging.getLogger(library).setLevel(max(logging.INFO, root.level))
    for talkative in ("alembic", "sqlalchemy"):
        # Each statement is a line to them at INFO already, made though nobody reads it.
        logging.getLogger(talkative).setLevel(logging.WARNING)
    for name in unknown_variables():
        log.warning("settings.unknown variable=%s", name)


@contextmanager
def _opened_store(settings: Settings) -> Iterator[SqlStore]:
    """The store, with calls and sound that an interrupted server left behind brought in order."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.store_url)
    try:
        if not settings.is_shared:
            # Where machines share the database, the calls may be another's; `Neighbours` ends those that nobody hears.
            for call_id in store.close_interrupted():
                log.warning("call.interrupted call=%s", call_id)
        for recording in recover(settings.recordings_dir):
            try:
                store.add_recording(recording)
            except CallNotFoundError:
                log.warning("recording.orphan call=%s", recording.call_id)
        yield store
    finally:
        store.close()


async def _run(settings: Settings, store: SqlStore, showing: Showing | None) -> int:
    engine, read, intent_name = faculties_of(settings)
    shelf = Shelf(packs_root(settings), lambda: prepared(read()))
    metrics = Metrics()
    hub = Hub(store, settings.screen_backlog, (metrics.observe,), metrics.lag.labels("store").observe)
    scheduler = Scheduler(engine, observe=metrics.lag.labels("recognise").observe)
    metrics.watch("recogniser", lambda: scheduler.waiting)
    metrics.watch("store", lambda: hub.waiting)
    metrics.asr_load.set_function(lambda: scheduler.load)
    ears = Ears(scheduler, SileroModel(), Endpointing())
    rooms = Rooms(settings.recordings_dir, settings.max_calls, settings.shutdown_seconds)
    faculties = Faculties(shelf, ears, shelf, {"asr": engine.name, "intent": intent_name})
    neighbours = _neighbours(settings, store)
    exchange = Exchange(faculties, hub, store, rooms, neighbours=neighbours)
    samples = tuple(sample_calls())
    stage = Stage(settings, new_token())
    keeps = Keeps.on(store.database, settings)
    _welcome_admin(settings, keeps)
    parts = Parts(
        settings=settings,
        store=store,
        hub=hub,
        calls=exchange,
        switchboard=Switchboard(exchange, settings.resume_seconds),
        written=WrittenLines(exchange, settings.sentence_idle_seconds),
        metrics=metrics,
        packs=faculties.packs,
        ailments=Health(settings.data_dir, lambda: scheduler.stuck_s).ailments,
        keeps=keeps,
        own_token=stage.token,
        running=lambda: stage.open_with(exchange, shelf),
        play_sample=stage.play if samples else None,
        play_caller=stage.play_caller if samples else None,
        understand=Analyst(shelf, shelf, faculties.names).understand,
        samples=samples,
    )
    server = build_server(create_app(parts), settings, parts.end_calls)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_catch_up(keeps, server), name="catch-up")
        if showing:
            tasks.create_task(_show(server, stage, showing), name="demo")
        await server.serve()
    return 0


async def _catch_up(keeps: Keeps, server: GracefulServer) -> None:
    """Judges calls that ended under an earlier release, a few at a time."""
    judged = 1
    while judged and not server.should_exit:
        judged = await asyncio.to_thread(keeps.reviews.catch_up)


def _welcome_admin(settings: Settings, keeps: Keeps) -> None:
    """Where people must log in and there is nobody yet, makes the first administrator; their password is told once."""
    if not settings.auth_required or not keeps.people.is_empty():
        return
    password = add_account(keeps.people, "admin", "管理员", frozenset({Role.ADMIN, Role.SUPERVISOR}))
    # To the terminal and not to the log: logs are kept and read by others.
    sys.stderr.write(
        f"\n  还没有任何账号，已建立管理员：\n    登录名 admin\n    一次性密码 {password}\n"
        "  只显示这一次，首次登录要改。忘了：python server.py users reset admin\n\n"
    )
    sys.stderr.flush()


def _neighbours(settings: Settings, store: SqlStore) -> Neighbours | None:
    """The other machines, where the database can be shared with some."""
    if not settings.is_shared:
        return None
    neighbours = Neighbours(settings.store_url, StayStore(store.database), settings.resume_seconds)
    store.gateway = neighbours.gateway
    return neighbours


def prepared(stock: Stock) -> Stock:
    """The stock with its knowledge encoded, so that the first question does not wait."""
    for knowledge in stock.understander.knowledge.values():
        knowledge.prepare()
    return stock


async def keep_fresh(shelf: Shelf, exchange: Exchange) -> None:
    """Renew the packs when their folder changes; a change with faults is told in the log and the old ones stay."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        outcome = await exchange.think(shelf.look)
        if outcome.look is Look.RENEWED:
            log.info("packs.renewed versions=%s", outcome.told)
        elif outcome.look is Look.REFUSED:
            log.error("packs.refused faults=%s", outcome.told)


class Stage:
    """Plays sample recordings to this very server through its own audio door, as a telephone adapter would."""

    def __init__(self, settings: Settings, token: str) -> None:
        self._settings = settings
        self.token = token
        """Good for this process only."""
        self._tasks: asyncio.TaskGroup | None = None

    @property
    def url(self) -> str:
        """Where this server is reached from this machine."""
        return f"http://{self._settings.host}:{self._settings.port}"

    @asynccontextmanager
    async def open_with(self, exchange: Exchange, shelf: Shelf) -> AsyncIterator[None]:
        """While calls can be heard; the packs are looked after meanwhile."""
        async with exchange.running(), asyncio.TaskGroup() as self._tasks:
            caring = self._tasks.create_task(keep_fresh(shelf, exchange), name="packs")
            try:
                yield
            finally:
                caring.cancel()

    async def play(self, sample: str, pace: float) -> str:
        """Start a sample as a live call; its id.

        Raises:
            KeyError: no such sample.
        """
        domain = sample_calls()[sample]
        call_id = f"demo-{sample.replace('_', '-')}-{uuid4().hex[:6]}"
        recording = await asyncio.to_thread(read_recording, SAMPLES / f"{sample}.flac")
        assert self._tasks is not None
        self._tasks.create_task(
            self._stream(recording, Target(self.url, call_id, domain, self.token), pace),
            name=f"play:{call_id}",
        )
        return call_id

    async def play_caller(self, sample: str, pace: float, agent_id: str) -> str:
        """Play a sample's caller alone to an agent, as practice; the call's id.

        Raises:
            KeyError: no such sample.
        """
        domain = sample_calls()[sample]
        call_id = f"practice-{uuid4().hex[:12]}"
        both = await asyncio.to_thread(read_recording, SAMPLES / f"{sample}.flac")
        caller = replace(both, channels={Channel.CUSTOMER: both.channels[Channel.CUSTOMER]})
        target = Target(self.url, call_id, domain, self.token, agent_id, PRACTICE_QUEUE)
        assert self._tasks is not None
        self._tasks.create_task(self._stream(caller, target, pace), name=f"play:{call_id}")
        return call_id

    async def _stream(self, recording: Recording, target: Target, pace: float) -> None:
        try:
            await stream(recording, target, pace, lambda event, sent_ms: None)
        except (ReplayError, OSError) as error:
            log.warning("demo.broke_off call=%s reason=%s", target.call_id, type(error).__name__)


async def _show(server: GracefulServer, stage: Stage, showing: Showing) -> None:
    while not server.started:
        if server.should_exit:
            return
        await asyncio.sleep(0.05)
    await stage.play(showing.sample, showing.pace)
    sys.stdout.write(
        f"\n  热线助手已启动，正在实时播放示例通话“{showing.sample}”。\n  请用浏览器打开: {stage.url}/\n  按 Ctrl+C 结束。\n\n"
    )
    sys.stdout.flush()
