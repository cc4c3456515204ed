"""Which machine hears which call, kept in the shared database; every method blocks.

A machine lives while its count of beats rises. No clock is compared: two machines' clocks may differ.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from asr.audio import Channel
from assistant.places import Place, Stay
from assistant.store import tables
from assistant.store.base import CallState
from assistant.store.database import Database


class StayStore:
    """The calls' whereabouts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, gateway: str, stays: Sequence[Stay]) -> None:
        """The machine lives, and its calls have come this far. A call that another machine has taken stays with that one."""
        table = tables.stays
        with self._database.writing() as connection:
            at_me = tables.gateways.c.gateway == gateway
            counted = connection.execute(
                tables.gateways.update().where(at_me).values(beats=tables.gateways.c.beats + 1)
            )
            if not counted.rowcount:
                connection.execute(tables.gateways.insert().values(gateway=gateway, beats=1))
            for stay in stays:
                mine = sa.and_(table.c.call_id == stay.call_id, table.c.gateway == gateway)
                connection.execute(table.update().where(mine).values(_row(stay)))

    def settle(self, stay: Stay) -> None:
        """A call begins here."""
        with self._database.writing() as connection:
            connection.execute(tables.stays.insert().values(call_id=stay.call_id, **_row(stay)))

    def find(self, call_id: str) -> Stay | None:
        """Where a live call is heard."""
        with self._database.reading() as connection:
            row = connection.execute(
                sa.select(tables.stays).where(tables.stays.c.call_id == call_id)
            ).one_or_none()
        return None if row is None else _stay(row)

    def take(self, stay: Stay, gateway: str) -> bool:
        """Moves a call to a machine; False when it is not where `stay` says any more."""
        there = sa.and_(tables.stays.c.call_id == stay.call_id, tables.stays.c.gateway == stay.gateway)
        with self._database.writing() as connection:
            moved = connection.execute(tables.stays.update().where(there).values(gateway=gateway))
            return moved.rowcount == 1

    def leave(self, call_id: str) -> None:
        """The call is over."""
        with self._database.writing() as connection:
            connection.execute(tables.stays.delete().where(tables.stays.c.call_id == call_id))

    def beats(self) -> dict[str, int]:
        """Each machine's count."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(tables.gateways.c.gateway, tables.gateways.c.beats)).all()
        return {row.gateway: row.beats for row in rows}

    def live(self) -> dict[str, str | None]:
        """Calls that have not ended, and the machine of each."""
        joined = tables.calls.outerjoin(tables.stays, tables.stays.c.call_id == tables.calls.c.call_id)
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(tables.calls.c.call_id, tables.stays.c.gateway)
                .select_from(joined)
                .where(tables.calls.c.state == CallState.LIVE)
            ).all()
        return {row.call_id: row.gateway for row in rows}


def _row(stay: Stay) -> dict[str, object]:
    agent = stay.places.get(Channel.AGENT, Place())
    customer = stay.places.get(Channel.CUSTOMER, Place())
    return {
        "gateway": stay.gateway,
        "rate": stay.rate,
        "agent_sample": agent.sample,
        "agent_utterance": agent.utterance,
        "customer_sample": customer.sample,
        "customer_utterance": customer.utterance,
    }


def _stay(row: sa.Row[tuple[object, ...]]) -> Stay:
    places = {
        Channel.AGENT: Place(row.agent_sample, row.agent_utterance),
        Channel.CUSTOMER: Place(row.customer_sample, row.customer_utterance),
    }
    return Stay(row.call_id, row.gateway, row.rate, places)
