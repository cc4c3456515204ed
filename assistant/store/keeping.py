"""What a notice of a call means for its privacy, stored together with the event."""

from datetime import datetime

import sqlalchemy as sa

from assistant.events import NoticeShown
from assistant.privacy.ground import NOTICES, Ground
from assistant.store.privacy_tables import call_privacy
from assistant.store.times import utc_text


def keep_notice(connection: sa.Connection, event: NoticeShown, now: datetime) -> None:
    """Writes down that the sound of a call is kept no more; other notices mean nothing here."""
    if event.notice_id not in NOTICES:
        return
    at_call = call_privacy.c.call_id == event.call_id
    keeping = {"keeping": NOTICES[event.notice_id][0], "keeping_at": utc_text(now)}
    changed = connection.execute(call_privacy.update().where(at_call).values(keeping))
    if not changed.rowcount:
        connection.execute(
            call_privacy.insert().values(call_id=event.call_id, ground=Ground.CONTRACT, **keeping)
        )
