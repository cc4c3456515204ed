"""On what legal ground a call is recorded, whether the caller was told, and whether they agreed; pure.

个人信息保护法 art. 13 (grounds), 15 (withdrawing consent), 16 (no refusing service), 17 (notice), 18 (emergency: afterwards).
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class Ground(StrEnum):
    """Article 13, paragraph 1."""

    CONSENT = "consent"
    """（一）取得个人的同意。"""
    CONTRACT = "contract"
    """（二）为订立、履行合同所必需：供用热、供用气、供用电合同。"""
    DUTY = "duty"
    """（三）为履行法定职责或者法定义务所必需。"""
    EMERGENCY = "emergency"
    """（四）紧急情况下为保护生命健康和财产安全所必需：漏气、触电、爆管。"""


class Keeping(StrEnum):
    """What happens to the sound."""

    ON = "on"
    STOPPED = "stopped"
    """From a moment on, because the caller asked."""
    REFUSED = "refused"
    """From the beginning."""


NOTICES = {
    "recording_refused": (Keeping.REFUSED, "来电人不同意录音：本通不保存声音，请照常服务"),
    "recording_stopped": (Keeping.STOPPED, "已停止保存声音，请照常服务"),
}
"""By which notice the agent learns it, and what it means for the sound; ours."""


@dataclass(frozen=True, slots=True)
class CallPrivacy:
    """What was told and agreed in one call."""

    call_id: str
    ground: Ground = Ground.CONTRACT
    notice_version: str | None = None
    """The wording that was played or read; None: none yet."""
    notice_at: str | None = None
    keeping: Keeping = Keeping.ON
    keeping_at: str | None = None

    @property
    def notice_owed(self) -> bool:
        """Whether the caller must still be told: at once, or after the emergency (art. 18)."""
        return self.notice_version is None

    def on(self, ground: Ground) -> "CallPrivacy":
        """The same call on another legal ground."""
        return replace(self, ground=ground)


def told(privacy: CallPrivacy, version: str, at: str) -> CallPrivacy:
    """The notice was played or read; the first time counts."""
    if privacy.notice_version is not None:
        return privacy
    return replace(privacy, notice_version=version, notice_at=at)


def stopped(privacy: CallPrivacy, at: str) -> CallPrivacy:
    """The caller does not want to be recorded any more. It cannot be switched on again behind their back."""
    if privacy.keeping is not Keeping.ON:
        return privacy
    return replace(privacy, keeping=Keeping.STOPPED, keeping_at=at)
