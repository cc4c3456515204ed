"""Training on a tiny Whisper: it learns, stays near the base where told, and goes on where it stopped."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from asr.adapt.batches import IGNORED, Batch
from asr.adapt.manifest import Example
from asr.adapt.network import Student, corrections_of
from asr.adapt.training import Check, Plan, Trainer
from asr.adapter import Adapter, merged
from asr.weights import ModelBin, read_model, state_of, write_model

MakeWhisper = Callable[[int], ModelBin]
FEW = Plan(steps=30, batch=4, warmup=3, rank=2, dropout=0.0, check_every=10, save_every=5, rate=0.02)


class OneBatch:
    """Gives the same windows again and again; the general ones are the first half."""

    def __init__(self) -> None:
        chance = np.random.default_rng(1)
        features = chance.standard_normal((4, 4, 20)).astype(np.float32)
        inputs = chance.integers(0, 20, (4, 6))
        labels = np.where(np.arange(6) < 2, IGNORED, chance.integers(0, 20, (4, 6)))
        self.batch = Batch(features, features, inputs, labels, np.array([True, True, False, False]), 1.0)

    def batches(self, examples: Sequence[Example], size: int, chance: np.random.Generator) -> Iterator[Batch]:
        for _ in range(7):
            yield self.batch


@pytest.fixture
def base(make_whisper: MakeWhisper, tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    write_model(make_whisper(1), folder / "model.bin")
    return folder


def _student(base: Path) -> Student:
    torch.manual_seed(0)
    return Student(base, FEW.rank, FEW.scale, FEW.dropout, torch.float32)


def _loss(student: Student, batch: Batch) -> float:
    labels = torch.from_numpy(batch.labels)
    chosen = labels != IGNORED
    student.eval()
    with torch.no_grad():
        logits, _ = student(torch.from_numpy(batch.features), torch.from_numpy(batch.inputs), chosen)
    return float(torch.nn.functional.cross_entropy(logits, labels[chosen]))


def _train(
    base: Path, work: Path, plan: Plan, check: Check = lambda values, step: 1.0 / step
) -> tuple[Trainer, Student]:
    student = _student(base)
    trainer = Trainer(student, OneBatch(), plan, work, lambda text: None)
    trainer.run(lambda: [], check)
    return trainer, student


def test_an_untrained_student_hears_what_its_teacher_hears(base: Path) -> None:
    student, batch = _student(base), OneBatch().batch
    chosen = torch.from_numpy(batch.labels != IGNORED)

    own, _ = student(torch.from_numpy(batch.features), torch.from_numpy(batch.inputs), chosen)
    with student.as_teacher():
        taught, _ = student(torch.from_numpy(batch.features), torch.from_numpy(batch.inputs), chosen)

    assert torch.equal(own, taught)


def test_training_learns_the_labels_and_changes_only_the_corrections(base: Path, tmp_path: Path) -> None:
    before = _student(base)
    frozen = {name: value.clone() for name, value in before.state_dict().items() if "frozen" in name}

    _, student = _train(base, tmp_path / "work", FEW)

    assert _loss(student, OneBatch().batch) < 0.8 * _loss(before, OneBatch().batch)
    assert all(torch.equal(student.state_dict()[name], value) for name, value in frozen.items())


def test_closeness_keeps_the_student_nearer_to_the_base(base: Path, tmp_path: Path) -> None:
    free = Plan(**{**_fields(FEW), "closeness": 0.0, "closeness_trade": 0.0, "closeness_heard": 0.0})
    held = Plan(**{**_fields(FEW), "closeness": 20.0, "closeness_trade": 20.0})
    start = _loss(_student(base), OneBatch().batch)

    _, wild = _train(base, tmp_path / "free", free)
    _, tame = _train(base, tmp_path / "held", held)

    assert _loss(wild, OneBatch().batch) < _loss(tame, OneBatch().batch) < start + 0.5


def test_a_stopped_training_goes_on_at_its_step(base: Path, tmp_path: Path) -> None:
    short = Plan(**{**_fields(FEW), "steps": 10})
    _train(base, tmp_path / "work", short)

    again = Trainer(_student(base), OneBatch(), FEW, tmp_path / "work", lambda text: None)

    assert again.progress.step == 10
    assert not again.progress.done
    again.run(lambda: [], lambda values, step: 1.0 / step)
    assert again.progress.step == FEW.steps


def test_a_resumed_training_has_the_very_values_it_stopped_with(base: Path, tmp_path: Path) -> None:
    short = Plan(**{**_fields(FEW), "steps": 10})
    _, stopped = _train(base, tmp_path / "work", short)

    again = _student(base)
    Trainer(again, OneBatch(), FEW, tmp_path / "work", lambda text: None)

    assert all(torch.equal(again.trained()[name], value) for name, value in stopped.trained().items())


def test_a_training_cut_short_by_a_smaller_plan_is_still_measured_and_kept(
    base: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    long = Plan(**{**_fields(FEW), "steps": 1000, "check_every": 500})

    class StoppedError(Exception):
        """Whoever watches stops the training."""

    def stop_at_ten(text: str) -> None:
        if text.startswith("step 10/"):
            raise StoppedError

    with pytest.raises(StoppedError):
        Trainer(_student(base), OneBatch(), long, work, stop_at_ten).run(lambda: [], lambda v, s: 0.5)
    measured: list[int] = []

    def check(values: dict[str, torch.Tensor], step: int) -> float:
        measured.append(step)
        return 0.4

    Trainer(_student(base), OneBatch(), Plan(**{**_fields(FEW), "steps": 4}), work, print).run(
        lambda: [], check
    )

    assert measured == [5]
    assert (work / "best.pt").is_file()


def test_training_may_start_from_a_shipped_adapter_of_the_same_or_a_smaller_rank(
    base: Path, tmp_path: Path
) -> None:
    _, trained = _train(base, tmp_path / "work", FEW)
    adapter = Adapter("a", "", "", 1.0, FEW.scale, corrections_of(trained.trained()))
    batch = OneBatch().batch

    for rank, scale in ((FEW.rank, FEW.scale), (FEW.rank + 2, FEW.scale / 2)):
        student = Student(base, rank, scale, 0.0, torch.float32)
        student.start_from(adapter)
        assert _loss(student, batch) == pytest.approx(_loss(trained, batch), abs=1e-4)


def test_an_adapter_that_does_not_fit_is_not_started_from(base: Path, tmp_path: Path) -> None:
    _, trained = _train(base, tmp_path / "work", FEW)
    corrections = corrections_of(trained.trained())
    other = dict(list(corrections.items())[1:])

    with pytest.raises(ValueError, match="other matrices"):
        _student(base).start_from(Adapter("a", "", "", 1.0, FEW.scale, other))
    with pytest.raises(ValueError, match="--rank 2"):
        Student(base, 1, 2.0, 0.0, torch.float32).start_from(
            Adapter("a", "", "", 1.0, FEW.scale, corrections)
        )


def test_training_stops_when_the_development_error_no_longer_falls(base: Path, tmp_path: Path) -> None:
    plan = Plan(**{**_fields(FEW), "steps": 200, "check_every": 5, "patience": 2})

    trainer, _ = _train(base, tmp_path / "work", plan, check=lambda values, step: 0.5)

    assert trainer.progress.step == 15
    assert trainer.progress.best_cer == 0.5
    assert (tmp_path / "work" / "best.pt").is_file()


def test_the_trained_corrections_merge_into_the_model_that_training_measured(
    base: Path, tmp_path: Path
) -> None:
    _, student = _train(base, tmp_path / "work", FEW)
    adapter = Adapter("a", "", "", 1.0, FEW.scale, corrections_of(student.trained()))

    state = state_of(merged(read_model(base / "model.bin"), adapter, 1.0))

    name = "model.encoder.layers.0.fc1"
    module = student.corrected[f"{name}.weight"]
    wanted = module.frozen.weight + FEW.scale * module.up @ module.down
    assert np.allclose(state[f"{name}.weight"], wanted.detach().numpy(), atol=2e-3)


def _fields(plan: Plan) -> dict[str, float]:
    return {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
