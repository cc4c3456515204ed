"""A nursery of processes that store calls and audit entries without end and say what was acknowledged; to be killed.

Each line on stdin, `URL FOLDER ROUND`, forks one (loading the program anew would take a second each time). It says its
process id, then a line for each thing that was acknowledged; when it has been killed the nursery says `dead`.
"""

import os
import sys
from pathlib import Path

import numpy as np

from asr.audio import Channel
from assistant.events import CallEnded, CallStarted, TicketFieldFilled, TicketSubmitted, TranscriptUpdated
from assistant.people.audit import Deed
from assistant.recording import CallRecording
from assistant.store.audit import AuditBook
from assistant.store.privacy import PrivacyStore
from assistant.store.sql import open_store, utc_now

RATE = 8000


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(url: str, folder: Path, turn: str) -> None:
    store = open_store(url)
    privacy, audit = PrivacyStore(store.database, utc_now), AuditBook(store.database, utc_now)
    say("ready", os.getpid())
    call = 0
    while True:
        call += 1
        call_id = f"r{turn}-{call}"
        head = {"call_id": call_id, "at_ms": 0}
        started = CallStarted(seq=1, domain="heating", started_at="2026-11-28T08:00:00Z", **head)
        store.append([started])
        say("event", call_id, 1)
        recording = CallRecording(folder, call_id, RATE)
        for seq in range(2, 6):
            recording.write(Channel.CUSTOMER, (seq - 2) * 800, np.full(800, seq, dtype=np.int16))
            say("sound", call_id, (seq - 1) * 800)
            heard = TranscriptUpdated(
                seq=seq,
                utterance_id=f"u{seq}",
                channel=Channel.CUSTOMER,
                start_ms=0,
                end_ms=9,
                committed=f"第{seq}句漏水",
                final=True,
                **head,
            )
            store.append([heard])
            say("event", call_id, seq)
        store.append([TicketFieldFilled(seq=6, field="symptom", value="漏水", source="agent", **head)])
        say("event", call_id, 6)
        number = store.next_ticket_number("heating", utc_now().date())
        store.append([TicketSubmitted(seq=7, ticket_id=f"t-{call_id}", number=number, **head)])
        say("ticket", call_id, number)
        say("audit", audit.add(Deed("u1", "call.listen", f"call:{call_id}")).hash)
        privacy.hold(call_id, "压力测试", "u1")
        say("hold", call_id)
        store.append([CallEnded(seq=8, reason="hangup", duration_ms=0, **head)])
        store.add_recording(recording.finish())
        say("event", call_id, 8)


for line in sys.stdin:
    if not (child := os.fork()):
        main(line.split()[0], Path(line.split()[1]), line.split()[2])
    os.waitpid(child, 0)
    # The killed one may have been in the middle of a line.
    say("\ndead")
