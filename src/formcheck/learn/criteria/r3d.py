"""R3D-18, a residual network over time and space, and where its Kinetics-400 weights come from.

Tran et al., "A closer look at spatiotemporal convolutions for action recognition", CVPR 2018: 18 layers of 3 x 3 x 3
convolutions. Names, shapes and order are those of torchvision's `r3d_18`, whose weights it takes, without needing
torchvision: 33,371,472 parameters with the 400 classes of Kinetics.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

WEIGHTS_FILE = "r3d_18-b3b3357e.pth"
WEIGHTS_ADDRESS = f"https://download.pytorch.org/models/{WEIGHTS_FILE}"

_FROZEN = ("stem", "layer1", "layer2")


class R3D18(nn.Module):
    """Clips (B, 3, T, H, W) to what they show (B, 8 width), or to logits of `classes`.

    Where `precision` is set, convolutions are computed in it and weights stay as they are; see `quicken`.
    """

    def __init__(self, width: int = 64, classes: int | None = None) -> None:
        super().__init__()
        self.stem = nn.Sequential(*_convolved(3, width, (3, 7, 7), (1, 2, 2), (1, 3, 3)), nn.ReLU(inplace=True))
        self.layer1 = _stage(width, width, 1)
        self.layer2 = _stage(width, 2 * width, 2)
        self.layer3 = _stage(2 * width, 4 * width, 2)
        self.layer4 = _stage(4 * width, 8 * width, 2)
        self.avgpool = nn.AdaptiveAvgPool3d(1)
        self.fc = nn.Identity() if classes is None else nn.Linear(8 * width, classes)
        self.precision: torch.dtype | None = None
        self.frozen = False
        for module in self.modules():
            if isinstance(module, nn.Conv3d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, clips: Tensor) -> Tensor:
        return self.late(self.early(clips))

    def early(self, clips: Tensor) -> Tensor:
        """Stem and the first two stages, which `freeze` freezes: (B, 3, T, H, W) to (B, 2 width, T/2, H/4, W/4)."""
        with self._computed_in(clips):
            return self.layer2(self.layer1(self.stem(clips)))

    def late(self, early: Tensor) -> Tensor:
        """The last two stages on what `early` gave."""
        with self._computed_in(early):
            return self.fc(self.avgpool(self.layer4(self.layer3(early))).flatten(1)).float()

    def freeze(self) -> None:
        """Keep stem and the first two stages as they are from now on, their normalisation too."""
        self.frozen = True
        for name in _FROZEN:
            getattr(self, name).requires_grad_(False)
        self.train(self.training)

    def train(self, mode: bool = True) -> R3D18:
        super().train(mode)
        if self.frozen:
            for name in _FROZEN:
                getattr(self, name).eval()
        return self

    def _computed_in(self, like: Tensor) -> Any:
        return nullcontext() if self.precision is None else torch.autocast(like.device.type, self.precision)


class _Block(nn.Module):
    """Two convolutions and a way past them: (B, I, T, H, W) to (B, O, T, H, W) over the stride."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(*_convolved(inputs, outputs, 3, stride, 1), nn.ReLU(inplace=True))
        self.conv2 = nn.Sequential(*_convolved(outputs, outputs, 3, 1, 1))
        same = stride == 1 and inputs == outputs
        self.downsample = None if same else nn.Sequential(*_convolved(inputs, outputs, 1, stride, 0))

    def forward(self, shown: Tensor) -> Tensor:
        past = shown if self.downsample is None else self.downsample(shown)
        return self.conv2(self.conv1(shown)).add_(past).relu_()  # in place: half of the time goes into memory


def _convolved(inputs: int, outputs: int, size: Any, stride: Any, padding: Any) -> tuple[nn.Module, nn.Module]:
    return nn.Conv3d(inputs, outputs, size, stride, padding, bias=False), nn.BatchNorm3d(outputs)


def _stage(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(_Block(inputs, outputs, stride), _Block(outputs, outputs, 1))


def quicken(network: nn.Module) -> nn.Module:
    """The same network, set to train fast on this machine: bfloat16 where the processor multiplies it in hardware.

    Weights and everything outside of the picture networks stay float32. On a GPU or a CPU without such hardware only
    the order in memory changes. Call it after the network was moved to its device, and not before an export.
    """
    device = next(network.parameters()).device
    if device.type == "cuda":
        hardware = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        hardware = bool(getattr(torch.cpu, "get_capabilities", dict)().get("amx_bf16", False))
    for module in network.modules():
        if hasattr(module, "precision"):
            module.precision = torch.bfloat16 if hardware else None
        if isinstance(module, R3D18):
            module.to(memory_format=torch.channels_last_3d)
    return network


def kinetics_weights(file: Path | None = None, download: bool = False) -> dict[str, Tensor]:
    """The state of an R3D-18 trained on Kinetics-400, without its last layer: from a file, or where torch keeps them.

    With `download` they are fetched from torchvision's address when torch has not got them. Raises ValueError, saying
    what to do, where there are none, and for a file that holds something else.
    """
    if file is None:
        file = Path(torch.hub.get_dir()) / "checkpoints" / WEIGHTS_FILE
        if not file.exists() and download:
            _fetch(file)
        if not file.exists():
            raise ValueError(f"expected Kinetics-400 weights in {file}, got no such file; fetch {WEIGHTS_ADDRESS}")
    try:
        state: Any = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ValueError(f"expected weights of an R3D-18, got {error.strerror} ({file})") from error
    except Exception as error:  # whatever unpickling a file of another kind raises
        raise ValueError(
            f"expected weights of an R3D-18 as torch saves them, got another kind of file ({file}); "
            f"give the file from {WEIGHTS_ADDRESS}"
        ) from error
    _check(state, file)
    return {name: value for name, value in state.items() if not name.startswith("fc.")}


def _check(state: Any, file: Path) -> None:
    """Raises ValueError where a state is not that of an R3D-18, naming the first thing that differs."""
    wanted = R3D18().state_dict()
    if not isinstance(state, Mapping):
        got = f"a {type(state).__name__}"
    elif missing := [name for name in wanted if name not in state]:
        got = f"{len(state)} entries without {missing[0]}, another architecture"
    elif other := [name for name, value in wanted.items() if state[name].shape != value.shape]:
        got = f"{other[0]} of shape {tuple(state[other[0]].shape)}, not {tuple(wanted[other[0]].shape)}"
    elif more := [name for name in state if name not in wanted and not name.startswith("fc.")]:
        got = f"also {more[0]}, another architecture"
    else:
        return
    raise ValueError(f"expected weights of an R3D-18, got {got} ({file}); give the file from {WEIGHTS_ADDRESS}")


def _fetch(file: Path) -> None:
    try:
        torch.hub.load_state_dict_from_url(
            WEIGHTS_ADDRESS, model_dir=str(file.parent), map_location="cpu", progress=False, check_hash=True
        )
    except OSError as error:
        raise ValueError(
            f"expected to fetch {WEIGHTS_ADDRESS}, got: {error}; fetch it elsewhere and give the file, or train without"
        ) from error
