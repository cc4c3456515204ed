"""The network that is trained: a Whisper read from CTranslate2's file with low-rank corrections on its matrices, short windows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import WhisperConfig, WhisperForConditionalGeneration

from asr.adapter import Adapter, Correction
from asr.weights import ModelBin, count_layers, read_model, state_of

TARGETS = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")
"""Matrices that get a correction."""


class LowRank(nn.Module):
    """A frozen matrix with a trainable low-rank correction beside it (LoRA, arXiv 2106.09685)."""

    def __init__(self, frozen: nn.Linear, rank: int, scale: float, dropout: float) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = nn.Parameter(torch.empty(rank, frozen.in_features))
        self.up = nn.Parameter(torch.zeros(frozen.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=5**0.5)
        self.dropout = nn.Dropout(dropout)
        self.scale = scale
        self.active = True

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.frozen(given)
        if not self.active:
            return out
        # The factor goes to the small matrix, and the change into `out`: the wide tensors are what takes time.
        low = nn.functional.linear(self.dropout(given), self.down)
        return out.add_(nn.functional.linear(low, self.up * self.scale))


class Student(nn.Module):
    """Whisper with corrections; without them it is its own teacher."""

    def __init__(self, folder: Path, rank: int, scale: float, dropout: float, dtype: torch.dtype) -> None:
        super().__init__()
        model = read_model(folder / "model.bin")
        self.mels = int(model.variables["encoder/conv1/weight"].shape[1])
        self.whisper = _build(model)
        nn.Module.to(self.whisper, dtype)
        self.whisper.requires_grad_(requires_grad=False)
        self.corrected: dict[str, LowRank] = {}
        for name, module in list(self.whisper.named_modules()):
            if isinstance(module, nn.Linear) and name.rsplit(".", 1)[-1] in TARGETS:
                wrapped = LowRank(module, rank, scale, dropout)
                parent = self.whisper.get_submodule(name.rsplit(".", 1)[0])
                setattr(parent, name.rsplit(".", 1)[-1], wrapped)
                self.corrected[f"{name}.weight"] = wrapped
        self.dtype = dtype

    def forward(
        self, features: torch.Tensor, inputs: torch.Tensor, chosen: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits at the `chosen` positions (a mask over `inputs`) and the encoder's states, both in 32 bit."""
        device = features.device.type
        with torch.autocast(device, dtype=self.dtype, enabled=self.dtype is not torch.float32):
            heard = self._encode(features.to(self.dtype))
            hidden = self.whisper.model.decoder(
                input_ids=inputs, encoder_hidden_states=heard, use_cache=False
            ).last_hidden_state
            logits = nn.functional.linear(hidden[chosen], self.whisper.model.decoder.embed_tokens.weight)
        return logits.float(), heard.float()

    def _encode(self, features: torch.Tensor) -> torch.Tensor:
        # transformers' own encoder insists on 30 s; the layers take any length.
        encoder = self.whisper.model.encoder
        hidden = nn.functional.gelu(encoder.conv1(features))
        hidden = nn.functional.gelu(encoder.conv2(hidden)).permute(0, 2, 1)
        hidden = hidden + encoder.embed_positions.weight[: hidden.shape[1]]
        for layer in encoder.layers:
            out = layer(hidden, None)
            hidden = out[0] if isinstance(out, tuple) else out
        normed: torch.Tensor = encoder.layer_norm(hidden)
        return normed

    @contextmanager
    def as_teacher(self) -> Iterator[None]:
        """The base model, for as long as the context is open."""
        was_training = self.training
        self.eval()
        for module in self.corrected.values():
            module.active = False
        try:
            with torch.no_grad():
                yield
        finally:
            for module in self.corrected.values():
                module.active = True
            self.train(was_training)

    def trained(self) -> dict[str, torch.Tensor]:
        """The corrections' own values, for a checkpoint."""
        return {
            f"{name}.{part}": getattr(module, part).detach().clone()
            for name, module in self.corrected.items()
            for part in ("down", "up")
        }

    def restore(self, values: dict[str, torch.Tensor]) -> None:
        """Take the values of `trained` back."""
        with torch.no_grad():
            for name, module in self.corrected.items():
                for part in ("down", "up"):
                    getattr(module, part).copy_(values[f"{name}.{part}"])

    def start_from(self, adapter: Adapter) -> None:
        """Go on from a trained adapter, whose rank may be smaller: the rest starts as if untrained.

        Raises:
            ValueError: the adapter corrects other matrices, or has a higher rank.
        """
        if set(adapter.corrections) != set(self.corrected):
            raise ValueError(f"adapter {adapter.name} corrects other matrices than are trained here")
        with torch.no_grad():
            for name, module in self.corrected.items():
                known = adapter.corrections[name]
                rank = len(known.down)
                if rank > len(module.down):
                    raise ValueError(
                        f"adapter {adapter.name} has rank {rank}: train with --rank {rank} or more"
                    )
                module.down[:rank] = torch.from_numpy(known.down)
                module.up[:, :rank] = torch.from_numpy(known.up) * (adapter.scale / module.scale)


def corrections_of(values: dict[str, torch.Tensor]) -> dict[str, Correction]:
    """Corrections from a checkpoint's values."""
    names = {name.rsplit(".", 1)[0] for name in values}
    return {
        name: Correction(
            *(values[f"{name}.{part}"].cpu().numpy().astype(np.float32) for part in ("down", "up"))
        )
        for name in names
    }


def fastest_dtype(device: str) -> torch.dtype:
    """The number format in which this machine multiplies faster, found by trying."""
    took = {}
    for dtype in (torch.float32, torch.bfloat16):
        left = torch.ones(1024, 512, dtype=dtype, device=device)
        right = torch.ones(512, 2048, dtype=dtype, device=device)
        left @ right
        started = time.perf_counter()
        for _ in range(5):
            left @ right
        took[dtype] = time.perf_counter() - started
    return torch.bfloat16 if took[torch.bfloat16] < 0.8 * took[torch.float32] else torch.float32


def _build(model: ModelBin) -> WhisperForConditionalGeneration:
    vocabulary, width = model.variables["decoder/embeddings/weight"].shape
    heads = {side: int(model.variables[f"{side}/num_heads"]) for side in ("encoder", "decoder")}
    inner = int(model.variables["encoder/layer_0/ffn/linear_0/weight"].shape[0])
    config = WhisperConfig(
        vocab_size=vocabulary,
        pad_token_id=0,  # padding never counts here; the default number is larger than a small vocabulary
        d_model=width,
        num_mel_bins=int(model.variables["encoder/conv1/weight"].shape[1]),
        encoder_layers=count_layers(model, "encoder"),
        decoder_layers=count_layers(model, "decoder"),
        encoder_attention_heads=heads["encoder"],
        decoder_attention_heads=heads["decoder"],
        encoder_ffn_dim=inner,
        decoder_ffn_dim=inner,
    )
    network = WhisperForConditionalGeneration(config)
    state = {name: torch.from_numpy(value) for name, value in state_of(model).items()}
    network.load_state_dict({**state, "proj_out.weight": state["model.decoder.embed_tokens.weight"]})
    return network
