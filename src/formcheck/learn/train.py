"""Training a network to name exercises: one folder a run, which an interrupted run goes on from."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import json
import logging
import math
import os
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping, ModelCheckpoint
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Sampler, TensorDataset
from torchmetrics.classification import MulticlassAccuracy, MulticlassF1Score

from formcheck.learn.augment import OURS, Augmentation
from formcheck.learn.data import Examples, Split, class_weights, undersampled
from formcheck.learn.export import export_folder
from formcheck.learn.models import find_network, shape_of
from formcheck.learn.scores import Scores, scored, temperature_of, unknown_below_of
from formcheck.predictor import Card, ModelFolder, Sliding

Progress = Callable[[str, float], None]

_LAST = "last.ckpt"
_RISES = 1 / 6  # of a cycle


@dataclass(frozen=True)
class Plan:
    """How a network is trained: Adam at `rate`, halved after `plateau` epochs without a better validation loss.

    Training stops after `patience` such epochs or after `epochs`. With `cycle` the rate rises to `rate` over the first
    sixth of all steps and falls to nothing by the last instead, and training does not stop before (Smith & Topin,
    "Super-convergence", 2019). Labels are smoothed by `smoothing` (Szegedy et al., CVPR 2016). Gradients are clipped to
    a norm of `clip`. Labels count the same with `weighted`; with `undersample` the most frequent one is thinned to the
    second. `sizes` are arguments of the network's own.
    """

    network: str = "ours"
    sizes: dict[str, Any] = field(default_factory=dict[str, Any])
    epochs: int = 60
    batch: int = 64
    rate: float = 1e-3
    weight_decay: float = 1e-5
    plateau: int = 4
    patience: int = 10
    clip: float = 1.0
    cycle: bool = False
    smoothing: float = 0.0
    weighted: bool = True
    undersample: bool = False
    augmentations: tuple[Augmentation, ...] = OURS
    seed: int = 0

    def told(self) -> dict[str, Any]:
        """As plain data, for run.json."""
        facts = {name: value for name, value in vars(self).items() if name != "augmentations"}
        return facts | {"augmentations": [repr(each) for each in self.augmentations]}


@dataclass(frozen=True, eq=False)
class Trained:
    """A finished run: the `network` in evaluation mode, its `model` folder, and the `scores` of the test."""

    network: nn.Module
    model: ModelFolder
    scores: Scores
    folder: Path


def train(split: Split, plan: Plan, out: Path, progress: Progress | None = None) -> Trained:
    """Train a network, test the epoch with the lowest validation loss, and write everything to `out`.

    There: `run.json` (plan, data, versions, scores), `curves.svg`, `confusion.svg`, `model/` and the checkpoints. A run
    that was interrupted goes on from its last epoch, and ends as it would have. Raises ValueError where `out` holds
    another run, for an unknown network, and for sizes that it does not have.
    """
    began = time.monotonic()
    told = {"plan": plan.told(), "data": _about(split)}
    trainset = undersampled(split.train, plan.seed) if plan.undersample else split.train
    learner = _learner(trainset, split.validation, plan)
    _claim(out, told)
    trainer, best = _trainer(plan, out, progress)
    last = out / "checkpoints" / _LAST
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Lightning's advice about workers; the windows are in memory
        trainer.fit(learner, ckpt_path=str(last) if last.exists() else None, weights_only=True)
    kept = torch.load(best.best_model_path, map_location="cpu", weights_only=True)
    learner.load_state_dict(kept["state_dict"])
    network = learner.network.cpu().eval()
    temperature = temperature_of(logits_of(network, split.validation), split.validation)
    scores = scored(logits_of(network, split.test) / temperature, split.test)
    unknown_below = unknown_below_of(logits_of(network, split.validation) / temperature, split.validation)
    model = export_folder(
        network,
        shape_of(trainset.layout, trainset.cut.frames, len(trainset.names)),
        _card(split, plan, temperature, unknown_below, scores),
        split.test.values,
        out / "model",
    )
    _write(
        out / "run.json",
        told | {"versions": _versions(), "seconds": round(time.monotonic() - began, 1)},
        learner,
        scores,
    )
    return Trained(network, model, scores, out)


def logits_of(network: nn.Module, examples: Examples, batch: int = 512) -> np.ndarray:
    """(N, L) of every window, in evaluation mode."""
    network.eval()
    with torch.no_grad():
        parts = [network(part) for part in torch.from_numpy(examples.values).split(batch)]
    return torch.cat(parts).numpy()


class Learner(lightning.LightningModule):
    """The steps of training; what is drawn depends on seed and step alone, so that a resumed run is the same run."""

    def __init__(self, network: nn.Module, trainset: Examples, validation: Examples, plan: Plan) -> None:
        super().__init__()
        self.network, self.trainset, self.validation, self.plan = network, trainset, validation, plan
        weights = class_weights(trainset) if plan.weighted else np.ones(len(trainset.names), dtype=np.float32)
        self.register_buffer("weights", torch.from_numpy(weights), persistent=False)
        classes = len(trainset.names)
        self.accuracy, self.f1 = MulticlassAccuracy(classes, average="micro"), MulticlassF1Score(classes)
        self.drawn = torch.Generator()
        self.curves: list[dict[str, float]] = []
        self.resumed: dict[str, Any] | None = None

    def train_dataloader(self) -> DataLoader[Any]:
        left_over = len(self.trainset) % self.plan.batch == 1  # a batch of one cannot be normalised
        order = _Shuffled(len(self.trainset), self.plan.seed)
        return DataLoader(_tensors(self.trainset), self.plan.batch, sampler=order, drop_last=left_over)

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(_tensors(self.validation), 512)

    def on_before_batch_transfer(self, batch: Any, dataloader_idx: int) -> Any:
        windows, labels = batch
        if self.trainer.training:
            seed = 1_000_000 * self.plan.seed + self.global_step
            self.drawn.manual_seed(seed)
            torch.manual_seed(seed)  # dropout
            for augmentation in self.plan.augmentations:
                windows = augmentation(windows, self.trainset.layout, self.drawn)
        return windows, labels

    def training_step(self, batch: Any, at: int) -> Tensor:
        windows, labels = batch
        loss = cross_entropy(self.network(windows), labels, self.weights, label_smoothing=self.plan.smoothing)
        self.log("training_loss", loss, on_step=False, on_epoch=True)
        return loss

    def on_train_batch_start(self, batch: Any, at: int) -> None:
        if self.plan.cycle:  # from the step alone, so that a resumed run goes on where it was
            share = self.global_step / max(1.0, float(self.trainer.estimated_stepping_batches))
            for group in self.trainer.optimizers[0].param_groups:
                group["lr"] = self.plan.rate * _cycle(share)

    def validation_step(self, batch: Any, at: int) -> None:
        windows, labels = batch
        logits = self.network(windows)
        self.accuracy.update(logits, labels)
        self.f1.update(logits, labels)
        self.log("validation_loss", cross_entropy(logits, labels), on_epoch=True, batch_size=len(labels))

    def on_validation_epoch_end(self) -> None:
        self.log_dict({"validation_accuracy": self.accuracy.compute(), "validation_f1": self.f1.compute()})
        self.accuracy.reset()
        self.f1.reset()

    def on_train_epoch_end(self) -> None:
        told = self.trainer.callback_metrics
        names = ("training_loss", "validation_loss", "validation_accuracy", "validation_f1")
        rate = float(self.trainer.optimizers[0].param_groups[0]["lr"])
        self.curves.append({name: float(told[name]) for name in names if name in told} | {"rate": rate})
        if not self.plan.cycle:
            self.plateau.step(
                told["validation_loss"]
            )  # before the checkpoint, which Lightning's own step would come after

    def configure_optimizers(self) -> Any:
        adam = torch.optim.Adam(self.parameters(), lr=self.plan.rate, weight_decay=self.plan.weight_decay)
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(adam, factor=0.5, patience=self.plan.plateau)
        if self.resumed is not None:
            self.plateau.load_state_dict(self.resumed)
        return adam

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["curves"], checkpoint["plateau"] = self.curves, self.plateau.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self.curves, self.resumed = list(checkpoint["curves"]), dict(checkpoint["plateau"])


def _cycle(share: float) -> float:
    """The rate over the highest one when `share` of the training is done: half a cosine up, half a cosine down."""
    if share < _RISES:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * share / _RISES)) / 2
    return max(1e-4, (1 + math.cos(math.pi * min(1.0, (share - _RISES) / (1 - _RISES)))) / 2)


class _Shuffled(Sampler[int]):
    """Every window once, in an order that depends on seed and epoch alone; Lightning tells the epoch."""

    def __init__(self, count: int, seed: int) -> None:
        self.count, self.seed, self.epoch = count, seed, 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[int]:
        drawn = torch.Generator().manual_seed(1_000 * self.seed + self.epoch)
        return iter(torch.randperm(self.count, generator=drawn).tolist())


class _Tell(Callback):
    """Tells how far training is, batch by batch."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        share = (trainer.current_epoch + (batch_idx + 1) / max(1, trainer.num_training_batches)) / trainer.max_epochs
        self.progress("Training (may stop early)", share)


def _tensors(examples: Examples) -> TensorDataset:
    return TensorDataset(torch.from_numpy(examples.values), torch.from_numpy(examples.labels.astype(np.int64)))


def _learner(trainset: Examples, validation: Examples, plan: Plan) -> Learner:
    torch.manual_seed(plan.seed)
    shape = shape_of(trainset.layout, trainset.cut.frames, len(trainset.names))
    network = find_network(plan.network)
    try:
        made = network(shape, **plan.sizes)
    except TypeError as error:
        raise ValueError(f"expected sizes that the network {plan.network} has, got {plan.sizes}: {error}") from error
    return Learner(made, trainset, validation, plan)


def _trainer(plan: Plan, out: Path, progress: Progress | None) -> tuple[lightning.Trainer, ModelCheckpoint]:
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)
    folder = out / "checkpoints"
    best = ModelCheckpoint(folder, "best", monitor="validation_loss", enable_version_counter=False)
    every = ModelCheckpoint(
        folder, _LAST.removesuffix(".ckpt"), save_on_train_epoch_end=True, enable_version_counter=False
    )
    trainer = lightning.Trainer(
        max_epochs=plan.epochs,
        devices=1,
        logger=False,
        gradient_clip_val=plan.clip,
        callbacks=[
            *([] if progress is None else [_Tell(progress)]),
            EarlyStopping("validation_loss", patience=plan.epochs if plan.cycle else plan.patience),
            best,
            every,
        ],
        num_sanity_val_steps=0,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    return trainer, best


def _claim(out: Path, told: dict[str, Any]) -> None:
    """Write down whose folder this is, or see that it is ours."""
    path = out / "plan.json"
    ours = json.dumps(told, indent=2) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") != ours:
        raise ValueError(f"expected a folder of the same training or a new one, got another plan in {path}; remove it")
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        path.write_text(ours, encoding="utf-8")


def _about(split: Split) -> dict[str, Any]:
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    return {
        "protocol": split.protocol,
        "leaky": split.leaky,
        "layout": split.train.layout.name,
        "cut": repr(split.train.cut),
        "labels": list(split.train.names),
        "windows": {name: len(part) for name, part in parts.items()},
        "people": {name: np.unique(part.people).tolist() for name, part in parts.items()},
    }


def _card(split: Split, plan: Plan, temperature: float, unknown_below: float, scores: Scores) -> Card:
    cut = split.train.cut
    sliding = isinstance(cut, Sliding)
    return Card(
        task="recognition",
        network=plan.network,
        layout=split.train.layout.name,
        frames=cut.frames,
        labels=split.train.names,
        rate_hz=cut.rate_hz if sliding else None,
        step_s=cut.step_s if sliding else None,
        temperature=temperature,
        unknown_below=unknown_below,
        metrics={"protocol": split.protocol} | scores.headline(),
        training={
            "data": split.about,
            "seed": plan.seed,
            "windows": len(split.train),
            "people": len(np.unique(split.train.people)),
        },
    )


def _versions() -> dict[str, str]:
    return {"torch": torch.__version__, "lightning": lightning.__version__, "numpy": np.__version__}


def _write(path: Path, told: dict[str, Any], learner: Learner, scores: Scores) -> None:
    from formcheck.learn.pictures import draw_confusion, draw_curves

    draw_curves(learner.curves, path.with_name("curves.svg"))
    draw_confusion(scores, path.with_name("confusion.svg"))
    run = told | {"test": scores.told(), "curves": learner.curves}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")
    os.replace(part, path)
