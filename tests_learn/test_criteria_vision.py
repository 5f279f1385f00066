"""Networks that judge by pictures keep the promises of all; weights of R3D-18; pictures as one array."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from formcheck.learn.criteria.frozen import Said, gather_activations, said_by
from formcheck.learn.criteria.models import find_network, networks
from formcheck.learn.criteria.pictures import MEAN, STD, Pictures, gather_pictures
from formcheck.learn.criteria.r3d import R3D18, kinetics_weights, quicken
from formcheck.learn.datasets.dataset import DatasetError

CRITERIA, SIZE = 5, 16
SMALL = {  # sizes for seconds
    "vision": {"width": 4, "dropout": 0.0},
    "fusion": {"width": 4, "dropout": 0.0},
    "cnn_gru_resnet3d": {"width": 4, "dropout": 0.0},
    "cnn_gru_vit": {"size": SIZE, "width": 32, "blocks": (1, 1), "dropout": 0.0},
    "cnn2d_vit": {"size": SIZE, "width": 32, "blocks": (1, 1), "dropout": 0.0},
}


@dataclass
class Given:
    """Pictures that are there already."""

    values: np.ndarray
    present: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, places):
        return self.values[places]


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)
    torch.set_num_threads(1)


def _made(name: str) -> nn.Module:
    return find_network(name)(CRITERIA, **SMALL[name])


def _shown(count: int = 8) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    drawn = torch.Generator().manual_seed(1)
    landmarks = torch.rand(count, 2, 16, 33, 3, generator=drawn)
    landmarks[0, 1, 3] = torch.nan  # nobody found
    return landmarks, torch.randn(count, 2, 3, 16, SIZE, SIZE, generator=drawn), torch.ones(count, 2, dtype=torch.bool)


def test_every_network_that_looks_at_pictures_is_tested_here():
    assert {name for name in networks() if "pictures" in find_network(name).needs} == set(SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_logits_are_finite_and_the_same_twice_whatever_is_missing(name):
    network, (landmarks, pictures, present) = _made(name).eval(), _shown(4)
    present = torch.tensor([[True, True], [True, False], [False, True], [False, False]])
    other, hidden = landmarks.clone(), pictures.clone()
    other[~present], hidden[~present] = torch.nan, torch.nan
    with torch.no_grad():
        first, second = network(landmarks, pictures, present), network(other, hidden, present)
    assert first.shape == (4, CRITERIA) and first.isfinite().all()
    assert torch.equal(first, second), "what stands in the place of a missing view was looked at"
    assert (first[0] - first[3]).abs().max() > 1e-6


@pytest.mark.parametrize("name", SMALL)
def test_a_batch_with_missing_views_trains(name):
    network, (landmarks, pictures, present) = _made(name), _shown(4)
    present[:, 1], present[1, 0], pictures[:, 1] = False, False, torch.nan
    network(landmarks, pictures, present).sum().backward()
    assert all(each.grad is None or each.grad.isfinite().all() for each in network.parameters())
    assert all(each.isfinite().all() for each in network.state_dict().values())


@pytest.mark.parametrize("name", [name for name in SMALL if name != "vision"])
def test_one_stream_may_be_missing_as_a_whole(name):
    network, (landmarks, pictures, present) = _made(name).eval(), _shown(2)
    with torch.no_grad():
        answers = [network(None, pictures, present), network(landmarks, None, present)]
    assert all(each.isfinite().all() for each in answers)


@pytest.mark.parametrize("name", ["fusion", "cnn_gru_resnet3d"])
def test_a_fusion_that_is_told_what_its_pictures_say_answers_as_if_it_saw_them(name):
    network, (landmarks, pictures, present) = _made(name).eval(), _shown(3)
    present[1, 0] = False
    with torch.no_grad():
        seen = network(landmarks, pictures, present)
        shown = Given(pictures.numpy(), present.numpy())
        said = Said(said_by(network.pictures, shown, batch=2), present.numpy())
        network.begin_with(None)
        told = network(landmarks, torch.from_numpy(said[[0, 1, 2]]), present)
    torch.testing.assert_close(told, seen)
    assert said.values[1, 0].tolist() == [0.0] * said.values.shape[2], "a missing view was looked at"
    assert not any(isinstance(part, R3D18) for part in network.modules()), "what stays as it is would be trained"


@pytest.mark.parametrize("name", SMALL)
def test_eight_repetitions_are_learnt_by_heart(name):
    network, shown = _made(name), _shown()
    labels = (torch.rand(8, CRITERIA, generator=torch.Generator().manual_seed(2)) > 0.5).float()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    for _ in range(120):
        loss = nn.functional.binary_cross_entropy_with_logits(network(*shown), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss < 0.08:
            break
    assert loss < 0.1
    assert all(each.grad is not None for each in network.parameters()), "a weight that nothing reaches"


@pytest.mark.parametrize("name", ["fusion", "cnn_gru_vit"])  # every part that the others have, too
def test_onnx_answers_as_torch_does(name, tmp_path):
    import onnxruntime

    network, shown = _made(name).eval(), _shown(3)
    with torch.no_grad():
        said = network(*shown).numpy()
    batch = torch.export.Dim("repetitions", min=1)
    path = tmp_path / "model.onnx"
    program = torch.onnx.export(
        network, shown, dynamic_shapes=({0: batch}, {0: batch}, {0: batch}), dynamo=True, verbose=False
    )
    program.save(path)
    session = onnxruntime.InferenceSession(path)
    names = ("landmarks", "pictures", "present")
    given = {name: value.numpy() for name, value in zip(names, shown, strict=True)}
    wanted = {each.name for each in session.get_inputs()}
    (answer,) = session.run(None, {name: value for name, value in given.items() if name in wanted})
    assert np.abs(answer - said).max() <= 1e-4


def test_r3d_18_is_that_of_torchvision():
    network = R3D18(classes=400)
    state = network.state_dict()
    assert sum(each.numel() for each in network.parameters()) == 33_371_472  # as torchvision's documentation says
    assert state["stem.0.weight"].shape == (64, 3, 3, 7, 7)
    assert state["layer3.0.downsample.0.weight"].shape == (256, 128, 1, 1, 1)
    assert {"layer4.1.conv2.0.weight", "layer1.0.conv1.1.running_var", "fc.bias"} <= set(state)
    assert network.early(torch.zeros(1, 3, 16, 112, 112)).shape == (1, 128, 8, 28, 28)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A file as torchvision's, of random weights."""
    torch.manual_seed(3)
    file = tmp_path_factory.mktemp("weights") / "r3d.pth"
    torch.save(R3D18(classes=400).state_dict(), file)
    return file


def test_pretrained_weights_are_taken_and_the_first_half_stays_as_it_is(weights):
    state = kinetics_weights(weights)
    network = find_network("vision")(CRITERIA)
    network.pictures.start_from(state)
    _, pictures, present = _shown(2)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    network.train()
    network(None, pictures, present).sum().backward()
    optimizer.step()
    for view in network.pictures.views:
        now = view.state_dict()
        assert all(
            torch.equal(now[name], state[name]) for name in state if name.startswith(("stem", "layer1", "layer2"))
        )
        assert not torch.equal(now["layer3.0.conv1.0.weight"], state["layer3.0.conv1.0.weight"])


def test_frozen_activations_stand_in_for_pictures(weights, tmp_path):
    state = kinetics_weights(weights)
    network = find_network("vision")(CRITERIA).eval()
    network.pictures.start_from(state)
    values = np.random.default_rng(0).integers(0, 256, (3, 2, 16, SIZE, SIZE, 3), dtype=np.uint8)
    pictures = Pictures(values, np.array([[True, True], [True, False], [True, True]]), "made")
    kept = gather_activations(pictures, state, tmp_path, batch=2)
    present = torch.from_numpy(pictures.present)
    with torch.no_grad():
        whole = network(None, torch.from_numpy(pictures[[0, 1, 2]]), present)
        late = network(None, torch.from_numpy(kept[[0, 1, 2]]), present)
    assert (whole - late).abs().max() < 0.05 * whole.abs().max()
    (file,) = tmp_path.glob("*.npy")
    written = file.stat().st_mtime_ns
    gather_activations(pictures, state, tmp_path)
    assert file.stat().st_mtime_ns == written


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda file: torch.save({"conv1.weight": torch.zeros(2)}, file), r"1 entries without stem\.0\.weight"),
        (lambda file: torch.save(R3D18(32).state_dict(), file), r"stem\.0\.weight of shape \(32"),
        (lambda file: torch.save([1, 2], file), "a list"),
        (lambda file: file.write_bytes(b"<html>not found</html>"), "another kind of file"),
        (lambda file: None, "No such file"),
    ],
)
def test_weights_of_another_kind_are_refused_in_one_line(tmp_path, spoil, told):
    file = tmp_path / "weights.pth"
    spoil(file)
    with pytest.raises(ValueError, match=told) as refused:
        kinetics_weights(file)
    assert str(refused.value).startswith("expected weights of an R3D-18, got") or "as torch saves" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["fusion", "cnn_gru_vit"])
def test_what_is_quickened_answers_nearly_the_same(name):
    network, shown = _made(name).eval(), _shown(2)
    with torch.no_grad():
        plain = network(*shown)
        fast = quicken(network)(*shown)
    assert fast.dtype == torch.float32 and (plain - fast).abs().max() < 0.05


@pytest.fixture
def front(tmp_path):
    """The pictures of a repetition from the front, each of one colour with a white square at the left."""
    files = []
    for at in range(16):
        picture = np.full((60, 40, 3), 8 * at, dtype=np.uint8)
        picture[20:40, 5:15] = 255
        files.append(tmp_path / f"1_idx_0_{at + 1}.jpg")
        Image.fromarray(picture).save(files[-1], quality=95)
    return files


def test_pictures_become_one_array_that_is_made_once(front, tmp_path):
    files = [{"front": front}, {"front": front[:15]}]
    pictures = gather_pictures(files, 16, tmp_path / "kept")
    assert pictures.values.shape == (2, 2, 16, 16, 16, 3)
    assert pictures.present.tolist() == [[True, False], [False, False]]
    given = pictures[[0, 1]]
    assert given.shape == (2, 2, 3, 16, 16, 16) and given.dtype == np.float32
    assert np.allclose(given[0, 0, :, 10, 0, 15], (80 / 255 - np.array(MEAN)) / STD, atol=0.05)
    assert not given[0, 1].any() and not given[1].any()
    (file,) = (tmp_path / "kept").iterdir()
    written = file.stat().st_mtime_ns
    assert gather_pictures(files, 16, tmp_path / "kept").key == pictures.key
    assert file.stat().st_mtime_ns == written
    shutil.copy(front[0], front[5])
    assert gather_pictures(files, 16, tmp_path / "kept").key != pictures.key


def test_a_person_who_is_cut_out_fills_the_picture(front, tmp_path):
    landmarks = np.full((1, 2, 16, 33, 3), np.nan)
    landmarks[0, 0, 2:5, :2] = [[5 / 40, 20 / 60, 0], [15 / 40, 40 / 60, 0]]
    cut = gather_pictures([{"front": front}], 32, tmp_path, landmarks)[[0]][0, 0]
    whole = gather_pictures([{"front": front}], 32, tmp_path)[[0]][0, 0]
    white = (1.0 - np.array(MEAN)[:, None, None, None]) / np.array(STD)[:, None, None, None]
    shares = [float((np.abs(each - white) < 0.3).all(axis=0).mean()) for each in (cut, whole)]
    assert shares[0] > 0.25 and shares[1] < 0.12


def test_a_broken_picture_is_named(front, tmp_path):
    front[7].write_bytes(front[7].read_bytes()[:300])
    with pytest.raises(DatasetError, match=r"1_idx_0_8\.jpg: expected a whole JPEG or PNG picture"):
        gather_pictures([{"front": front}], 16, tmp_path / "kept")
    assert not list((tmp_path / "kept").iterdir())
