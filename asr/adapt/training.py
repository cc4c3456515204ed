"""The training loop: resumable, with progress, stopped early by the error of the serving decoder on the development set."""

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from asr.adapt.batches import IGNORED, Batch, Maker
from asr.adapt.manifest import Example
from asr.adapt.network import Student

CHECKPOINT = "checkpoint.pt"
BEST = "best.pt"
HISTORY = "history.jsonl"


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. Steps are of `batch` windows."""

    steps: int = 600
    batch: int = 8
    rate: float = 5e-4
    """Highest learning rate."""
    warmup: int = 40
    rank: int = 16
    scale: float = 2.0
    """Factor of the correction, as alpha ÷ rank."""
    dropout: float = 0.0
    """Drawing it costs a third of the forward pass; noise, lines and masks do its work."""
    decay: float = 0.01
    closeness: float = 1.0
    """Weight of the divergence from the base model, which hears the clean sound, on general sentences."""
    closeness_trade: float = 0.2
    """The same on sentences of the trade."""
    closeness_heard: float = 1.0
    """Weight of the distance between the encoder's states and the base's on the clean sound."""
    averaging: float = 0.99
    """Share of the running average of weights kept at each step; the average is what is measured and written."""
    check_every: int = 100
    check_count: int = 60
    """Utterances of the development set heard at a check; choosing the share hears all."""
    patience: int = 4
    """Checks without a better development error that end the training."""
    save_every: int = 25
    seed: int = 7


@dataclass(slots=True)
class Progress:
    """Where a training stands; saved with every checkpoint."""

    step: int = 0
    passes: int = 0
    best_cer: float = math.inf
    checks_without_gain: int = 0
    checked_at: int = 0
    seconds: float = 0.0
    done: bool = False


Check = Callable[[dict[str, torch.Tensor], int], float]
"""Development error of an adapter's values after so many steps."""
Say = Callable[[str], None]


class Trainer:
    """One training in one work folder; the same folder goes on where it stopped."""

    def __init__(self, student: Student, maker: Maker, plan: Plan, work: Path, say: Say) -> None:
        self._student = student
        self._maker = maker
        self._plan = plan
        self._work = work
        self._say = say
        parameters = [p for p in student.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(
            parameters, lr=plan.rate, weight_decay=plan.decay, betas=(0.9, 0.98)
        )
        self.progress = Progress()
        self._average = student.trained()
        work.mkdir(parents=True, exist_ok=True)
        self._resume()

    def run(self, examples: Callable[[], list[Example]], check: Check) -> None:
        """Train to the end of the plan or to the early stop; `examples` is asked again for every pass."""
        progress, plan = self.progress, self._plan
        recent: list[float] = []
        started, first = time.monotonic(), progress.step
        torch.manual_seed(plan.seed + progress.step)
        for batch in self._stream(examples):
            if progress.done or progress.step >= plan.steps:
                break
            begun = time.monotonic()
            recent = [*recent[-19:], self._step(batch)]
            self._take_in()
            progress.step += 1
            progress.seconds += time.monotonic() - begun
            if progress.step % 10 == 0:
                self._report(recent, started, first, batch)
            if progress.step % plan.check_every == 0 or progress.step == plan.steps:
                self._judge(check)
            if progress.step % plan.save_every == 0 or progress.done:
                self._save()
        if progress.step > progress.checked_at:
            # Gone on with under a shorter plan: what was trained since the last check counts as well.
            self._judge(check)
        progress.done = True
        self._save()

    def _stream(self, examples: Callable[[], list[Example]]) -> Iterator[Batch]:
        while True:
            chance = np.random.default_rng([self._plan.seed, self.progress.step])
            yield from self._maker.batches(examples(), self._plan.batch, chance)
            self.progress.passes += 1

    def _step(self, batch: Batch) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate()
        self._student.train()
        device = next(self._student.parameters()).device
        features = torch.from_numpy(batch.features).to(device)
        inputs, labels = (torch.from_numpy(part).to(device) for part in (batch.inputs, batch.labels))
        chosen = labels != IGNORED
        logits, states = self._student(features, inputs, chosen)
        loss = torch.nn.functional.cross_entropy(logits, labels[chosen])
        loss = loss + self._held_close(batch, inputs, chosen, logits, states)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([p for p in self._student.parameters() if p.requires_grad], 1.0)
        self._optimizer.step()
        return float(loss.detach())

    def _take_in(self) -> None:
        """Move the running average towards the weights: it forgets less of the base than any one step."""
        # Early on the average would still be the untrained start.
        kept = min(self._plan.averaging, (1 + self.progress.step) / (10 + self.progress.step))
        for name, value in self._student.trained().items():
            self._average[name].lerp_(value, 1 - kept)

    def _held_close(
        self,
        batch: Batch,
        inputs: torch.Tensor,
        chosen: torch.Tensor,
        logits: torch.Tensor,
        states: torch.Tensor,
    ) -> torch.Tensor:
        """What it costs to be far from the base, which hears the clean sound; only rows with a weight are taught."""
        plan, device = self._plan, inputs.device
        general = torch.from_numpy(batch.general).to(device)
        weight = torch.where(general, plan.closeness, plan.closeness_trade)
        taught_rows = torch.nonzero(weight > 0 if plan.closeness_heard == 0 else weight >= 0, as_tuple=True)[
            0
        ]
        if len(taught_rows) == 0:
            return torch.zeros((), device=device)
        with self._student.as_teacher():
            clean = torch.from_numpy(batch.clean).to(device)[taught_rows]
            taught, taught_states = self._student(clean, inputs[taught_rows], chosen[taught_rows])
        rows = torch.nonzero(chosen, as_tuple=True)[0]
        apart = _divergence(logits[torch.isin(rows, taught_rows)], taught)
        each = weight[rows[torch.isin(rows, taught_rows)]]
        # Averaged over all positions, so that a batch with one general window is not pulled harder for it.
        return (apart * each).sum() / len(rows) + plan.closeness_heard * _distance(
            states[taught_rows], taught_states
        )

    def _rate(self) -> float:
        step, plan = self.progress.step, self._plan
        if step < plan.warmup:
            return plan.rate * (step + 1) / plan.warmup
        share = (step - plan.warmup) / max(1, plan.steps - plan.warmup)
        return plan.rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, share))))

    def _judge(self, check: Check) -> None:
        progress = self.progress
        cer = check(self._average, progress.step)
        progress.checked_at = progress.step
        better = cer < progress.best_cer - 1e-4
        self._say(f"step {progress.step}: development CER {cer:.4f}{' (best)' if better else ''}")
        with (self._work / HISTORY).open("a", encoding="utf-8") as history:
            history.write(json.dumps({"step": progress.step, "dev_cer": round(cer, 5)}) + "\n")
        if better:
            progress.best_cer, progress.checks_without_gain = cer, 0
            torch.save(self._average, self._work / BEST)
            return
        progress.checks_without_gain += 1
        if progress.checks_without_gain >= self._plan.patience:
            progress.done = True
            self._say("no better for some time: stopping early")

    def _report(self, recent: list[float], started: float, first: int, batch: Batch) -> None:
        step, plan = self.progress.step, self._plan
        pace = (time.monotonic() - started) / max(1, step - first)
        self._say(
            f"step {step}/{plan.steps}  loss {sum(recent) / len(recent):.3f}  rate {self._rate():.1e}  {pace:.1f} s/step  "
            f"{batch.features.shape[2]} frames  {pace * (plan.steps - step) / 60:.0f} min left"
        )

    def _save(self) -> None:
        draft = self._work / (CHECKPOINT + ".part")
        torch.save(
            {
                "plan": asdict(self._plan),
                "progress": asdict(self.progress),
                "values": self._student.trained(),
                "average": self._average,
                "optimizer": self._optimizer.state_dict(),
            },
            draft,
        )
        draft.replace(self._work / CHECKPOINT)

    def _resume(self) -> None:
        path = self._work / CHECKPOINT
        if not path.is_file():
            return
        saved: dict[str, Any] = torch.load(path, weights_only=True)
        self.progress = Progress(**saved["progress"])
        if self.progress.step < self._plan.steps and self.progress.checks_without_gain < self._plan.patience:
            # A longer plan goes on from a finished shorter one.
            self.progress.done = False
        self._student.restore(saved["values"])
        self._average = saved.get("average", saved["values"])
        self._optimizer.load_state_dict(saved["optimizer"])
        self._say(f"going on from step {self.progress.step}")


def _divergence(own: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """Divergence of `own` from `taught` at each position."""
    each = torch.nn.functional.kl_div(
        own.log_softmax(-1), taught.log_softmax(-1), log_target=True, reduction="none"
    )
    return each.sum(-1)


def _distance(own: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """Mean squared distance of encoder states, as a share of their own variance."""
    return torch.nn.functional.mse_loss(own, taught) / taught.var()
