"""What is wrong, where, how far it reaches, who is calling and who needs care: labels and short phrases, never sentences.

What the caller says counts; what the agent asks counts once the caller agrees. Pure.
"""

import re

from asr.sound import find_by_sound
from nlu.care import KINDS, CareTracker
from nlu.fields import wording
from nlu.fields.turn import Held, Stance, Turn
from nlu.findings import Evidence

_NEGATED = re.compile(
    r"(?:没有?|不|别|怕|会不会|不会|是不是|有没有|避免|防止|万一|以免|并没有?|不再)(?:再|在|发生|出现|什么|闻到|看见|看到|听到|有|是|会)?$"
)
_OVER = re.compile(r"^(?:[^，。]{0,3})(?:修好|好了|已经好|不漏了|来了)")
_HEARD_BY_EAR = 0.6
_MOST_HEARD = 300
"""Characters of an utterance that are searched by sound."""

_LOCUS = re.compile(
    rf"(?P<room>{wording.ROOMS})?(?:里面?|那边?|这边?|的|那个|这个|头|上|底下|下面|旁边|墙上|有个|个|就是|那[根组条片块]|这[根组条片块]|靠[^，。]{{0,3}}的){{0,3}}(?P<part>{wording.PARTS})(?:的(?P<inner>{wording.PARTS}))?(?:(?:的|那个|这个|和|跟)?(?P<detail>{wording.DETAIL}))?"
    rf"|(?P<place>{wording.ROOMS})"
)
_ASKS_BACK = re.compile(r"[吗吧？]|是不是|对不|有没有")
_CHOICE = re.compile(r"还是|或者?")
_YES = re.compile(r"^[嗯啊哦呃，。 ]*(?:有|在|都|是|对)")
_SPOT_ASKED = re.compile(r"哪[里儿个]|什么(?:位置|地方|部位|设备)|具体(?:位置|部位)|何处")
_TYPE_ANSWER = re.compile(
    r"^[嗯呃啊哦是的，就]*(?P<kind>居民|住宅|家用|民用|个人|企业|单位|公司|商业|商户|商用|商铺|门市|店铺|工厂|企业|非居民)(?:用户|用电|用气|用热|客户|的)?[的啊吧呀。，]*"
)


class Situation:
    """The circumstances of one call. `domain` chooses the words of faults; `symptoms` are a pack's own, and go first."""

    def __init__(self, domain: str, symptoms: wording.Labels = ()) -> None:
        tables = wording.SYMPTOMS
        known = tables.get(domain)
        if known is None:
            known = () if symptoms else tuple(row for table in tables.values() for row in table)
        self._symptoms = (*symptoms, *known)
        self._by_ear = wording.HEARD_AS.get(domain, {})
        self._faults: list[tuple[str, Held]] = []
        self._held: dict[str, Held] = {}
        self._spot_rank = 0
        self._reach: list[str] = []
        self._carers = CareTracker()
        self._care: list[str] = []
        self._offered: dict[str, Held] = {}

    def get(self, field: str) -> Held | None:
        """What is known of one of symptom, fault_spot, place_kind, impact, customer_type and special_care."""
        return self._held.get(field)

    def hear(self, turn: Turn) -> None:
        """One utterance of either side."""
        self._hear_care(turn)
        if turn.by_agent:
            self._offer(turn)
            return
        self._accept(turn)
        self._hear_symptoms(turn)
        self._hear_spot(turn)
        self._hear_place(turn)
        self._hear_impact(turn)
        self._hear_customer(turn)

    def _offer(self, turn: Turn) -> None:
        """Remember what a question of the agent supposes: 是整栋楼都停电了吗."""
        self._offered = {}
        if not _ASKS_BACK.search(turn.text) or _CHOICE.search(turn.text):
            return
        labels = self._labels(turn.text)
        if len(labels) == 1:
            label, start, end = labels[0]
            self._offered["symptom"] = Held(label, 0.8, turn.cite(start, end))
        scopes = _scopes(turn.text)
        if len(scopes) == 1:
            value, start, end = scopes[0]
            self._offered["impact"] = Held(
                value + self._fault_after(turn.text, value, end), 0.8, turn.cite(start, end)
            )
        spots = _spots(turn.text)
        if len(spots) == 1 and spots[0][3] >= 2 and (labels or self._faults):
            value, start, end, _ = spots[0]
            self._offered["fault_spot"] = Held(value, 0.8, turn.cite(start, end))

    def _accept(self, turn: Turn) -> None:
        offered, self._offered = self._offered, {}
        if turn.stance is not Stance.AGREES and not (
            _YES.match(turn.text) and turn.stance is not Stance.OBJECTS
        ):
            return
        for field, held in offered.items():
            known = self._held.get(field)
            if known is None:
                self._held[field] = held
                if field == "symptom":
                    self._faults.append((held.value, held))
                elif field == "impact":
                    self._reach.append(held.value)
            elif held.value in known.value:
                self._held[field] = Held(known.value, 0.95, known.because)

    def _labels(self, text: str) -> list[tuple[str, int, int]]:
        found: list[tuple[str, int, int]] = []
        for label, pattern in self._symptoms:
            for match in pattern.finditer(text):
                before = text[max(0, match.start() - 6) : match.start()]
                if _NEGATED.search(before) or _OVER.match(text[match.end() :]):
                    continue
                found.append((label, *match.span()))
                break
        needless = {wording.WEAKER.get(label) for label, _, _ in found}
        return [one for one in found if one[0] not in needless]

    def _hear_symptoms(self, turn: Turn) -> None:
        fresh = [
            (label, Held(label, 0.88, turn.cite(start, end))) for label, start, end in self._labels(turn.text)
        ]
        if not fresh and not self._faults and len(turn.text) <= _MOST_HEARD:
            for needle, label in self._by_ear.items():
                hit = next((hit for hit in find_by_sound(needle, turn.text, 0.9) if hit.score < 1.0), None)
                if hit is not None and not _NEGATED.search(turn.text[max(0, hit.start - 6) : hit.start]):
                    fresh = [(label, Held(label, _HEARD_BY_EAR, turn.cite(hit.start, hit.end)))]
                    break
        if not fresh:
            return
        by_ear_only = bool(self._faults) and self._faults[0][1].confidence == _HEARD_BY_EAR
        kept = [] if by_ear_only else self._faults
        known = {label for label, _ in kept}
        kept = kept + [one for one in fresh if one[0] not in known]
        needless = {wording.WEAKER.get(label) for label, _ in kept}
        self._faults = [one for one in kept if one[0] not in needless][:3]
        first = self._faults[0][1]
        value = "、".join(label for label, _ in self._faults)
        again = any(label in known for label, _ in fresh)
        self._held["symptom"] = Held(value, 0.92 if again else first.confidence, first.because)

    def _hear_spot(self, turn: Turn) -> None:
        asked = bool(_SPOT_ASKED.search(turn.agent_before))
        for value, start, end, rank in _spots(turn.text):
            near = bool(self._labels(_clause(turn.text, start)))
            if not (near or asked or (rank >= 3 and self._faults)):
                continue
            known = self._held.get("fault_spot")
            if (
                rank == 1
                and near
                and known is not None
                and self._spot_rank == 4
                and not known.value.startswith(value)
            ):
                value, rank = value + known.value, 3
            weight = rank + (2 if near else 0) + (2 if asked and rank >= 2 else 0)
            if rank == 1 and not (near or asked):
                continue
            if weight > self._spot_rank or (turn.stance is Stance.OBJECTS and rank >= 2):
                self._spot_rank = weight
                sure = 0.88 if near or asked else 0.7
                self._held["fault_spot"] = Held(value, sure, turn.cite(start, end))

    def _hear_place(self, turn: Turn) -> None:
        text = turn.text
        public, indoor = wording.PUBLIC.search(text), wording.INDOOR.search(text)
        found = public if public and (not indoor or self._labels(_clause(text, public.start()))) else indoor
        if found is None:
            return
        kind = "公共区域" if found is public else "室内"
        held = self._held.get("place_kind")
        at_fault = bool(self._labels(_clause(text, found.start()))) or bool(
            _SPOT_ASKED.search(turn.agent_before)
        )
        sure = 0.88 if at_fault else 0.7
        if (
            held is None
            or (held.value != kind and sure > held.confidence)
            or turn.stance is Stance.OBJECTS
            or (held.value == kind and sure > held.confidence)
        ):
            self._held["place_kind"] = Held(kind, sure, turn.cite(*found.span()))

    def _hear_impact(self, turn: Turn) -> None:
        fresh: list[tuple[str, Evidence]] = [
            (re.sub(r"[都已经还了]", "", match[0]), turn.cite(*match.span()))
            for match in list(wording.HARM.finditer(turn.text))[:3]
        ]
        fresh += [
            (value + self._fault_after(turn.text, value, end), turn.cite(start, end))
            for value, start, end in _scopes(turn.text)
        ]
        for value, because in fresh:
            if any(value in known for known in self._reach):
                continue
            self._reach = [known for known in self._reach if known not in value]
            if len(self._reach) == 3:
                break
            self._reach.append(value)
            self._held["impact"] = Held("，".join(self._reach), 0.85, because)

    def _fault_after(self, text: str, scope: str, end: int) -> str:
        """停电 of 整栋楼都停电了: only what is said in the same breath."""
        if scope == "只有我家":
            return ""
        labels = [label for label, _, _ in self._labels(re.split(r"[，。？]", text[end : end + 14])[0])]
        return labels[0] if labels else ""

    def _hear_customer(self, turn: Turn) -> None:
        text = turn.text
        asked = re.search(r"居民|企业", turn.agent_before) and _TYPE_ANSWER.match(text)
        if asked:
            home = asked["kind"] in {"居民", "住宅", "家用", "民用", "个人"}
            self._held["customer_type"] = Held(
                "居民" if home else "企业", 0.95, turn.cite(*asked.span("kind"))
            )
            return
        held = self._held.get("customer_type")
        company = next(
            (
                m
                for m in wording.COMPANY.finditer(text)
                if not wording.NOT_COMPANY.search(text[m.start() : m.end() + 4])
            ),
            None,
        )
        if company is not None:
            if held is None or held.confidence < 0.9:
                self._held["customer_type"] = Held("企业", 0.9, turn.cite(*company.span()))
        elif held is None and (home_said := wording.HOME.search(text)):
            self._held["customer_type"] = Held("居民", 0.85, turn.cite(*home_said.span()))

    def _hear_care(self, turn: Turn) -> None:
        for care in self._carers.hear(turn.said):
            self._care.append(care.kind)
            kinds = "、".join(kind for kind in KINDS if kind in self._care)
            self._held["special_care"] = Held(kinds, 0.88, care.because)


def _scopes(text: str) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for label, pattern in wording.SCOPES:
        match = pattern.search(text)
        if match is not None and not any(
            match.start() < end and start < match.end() for _, start, end in found
        ):
            if label == "邻居家也" and not re.search(
                r"[停没不漏冷淹泡闻]", re.split("[，。]", text[match.end() : match.end() + 6])[0]
            ):
                continue
            if re.search(r"不(?:是|止|光|只|仅)$", text[max(0, match.start() - 2) : match.start()]):
                continue
            if match[0] in {"附近", "周围"} and not re.match(r"[^，。]{0,4}都", text[match.end() :]):
                continue
            found.append((label or match[0].removesuffix("都"), *match.span()))
    return found


def _spots(text: str) -> list[tuple[str, int, int, int]]:
    """Value, place in the text, and how exact it is: 3 room with part, 2 part, 1 room."""
    found: list[tuple[str, int, int, int]] = []
    for match in list(_LOCUS.finditer(text))[:8]:
        start, end = match.span()
        if _NEGATED.search(text[max(0, start - 4) : start]):
            continue
        if match["place"]:
            found.append((match["place"], start, end, 1))
            continue
        part = wording.PART_NAMES.get(match["part"], match["part"]) + (match["inner"] or "")
        detail = match["detail"] or ""
        if detail and part.endswith(detail):
            detail = ""
        found.append(((match["room"] or "") + part + detail, start, end, 3 if match["room"] or detail else 2))
    return found


def _clause(text: str, at: int) -> str:
    start = max(text.rfind(mark, 0, at) for mark in "，。？") + 1
    ends = [end for mark in "，。？" if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))]
