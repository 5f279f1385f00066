"""Files of inertial sensors are read as what they are, and what is wrong with them is said."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from formcheck.exercises import find
from formcheck.signals import Signal
from formcheck.sources import SourceError
from formcheck.sources.imu import layouts, read_imu
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.imu import imus
from formcheck.synthetic.metamotion import write_metamotion

G = 9.80665
TIME_S = np.arange(0.0, 12.0, 0.02)


def _turning(rate_hz: float = 0.4, degrees: float = 40.0) -> tuple[np.ndarray, np.ndarray]:
    """(T, 3) m/s2 and (T, 3) deg/s of a sensor that swings about its x axis, with a little noise."""
    draw = np.random.default_rng(7)
    angle = np.radians(degrees) * np.sin(2 * np.pi * rate_hz * TIME_S)
    acc = G * np.stack([np.zeros_like(angle), np.sin(angle), np.cos(angle)], axis=1)
    gyro = np.zeros_like(acc)
    gyro[:, 0] = np.degrees(np.gradient(angle, TIME_S))
    return acc + 0.02 * draw.standard_normal(acc.shape), gyro + 0.1 * draw.standard_normal(acc.shape)


def _write(path: Path, header: str, *columns: np.ndarray) -> Path:
    rows = np.column_stack(columns)
    lines = [header, *(",".join("" if np.isnan(cell) else f"{cell:.6f}" for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def _write_metamotion(folder: Path) -> dict[str, Signal]:
    done = perform(find("squat"), Athlete.sample(3), 2, seed=3)
    sensors = imus(done, seed=3)
    write_metamotion(folder, "anna-squat", sensors, seed=3)
    return dict(sensors)


@pytest.fixture(scope="module")
def squat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Signal]]:
    folder = tmp_path_factory.mktemp("metamotion")
    return folder, _write_metamotion(folder)


def test_every_layout_has_what_it_needs():
    for layout in layouts():
        assert layout.LAYOUT and layout.EXPECTED and callable(layout.recognises) and callable(layout.read)
    assert layouts()[-1].LAYOUT == "plain columns"  # which takes what no other layout knows


def test_what_was_written_is_read_again(squat: tuple[Path, dict[str, Signal]]):
    folder, sensors = squat
    found = read_imu(folder)
    assert list(found.sensors) == ["wrist_left", "wrist_right", "ankle_left", "ankle_right"]
    assert found.started_s is not None
    for place, signal in sensors.items():
        read = found.sensors[place]
        assert read.channels == signal.channels
        known = np.isfinite(signal.values[:, 0])
        clock = signal.time - min(float(each.time[np.isfinite(each.values[:, 0])][0]) for each in sensors.values())
        again = np.interp(clock[known], read.time, read["acc_z_m_s2"])
        assert np.abs(again - signal["acc_z_m_s2"][known]).max() < 0.02


def test_a_file_brings_its_sensors_other_files(squat: tuple[Path, dict[str, Signal]]):
    file = next(squat[0].glob("*wrist-left*Accelerometer*"))
    found = read_imu(file)
    assert list(found.sensors) == ["wrist_left"]
    assert "gyro_x_deg_s" in found.sensors["wrist_left"].channels


def test_one_bad_sensor_is_left_out_and_said(tmp_path: Path):
    _write_metamotion(tmp_path)
    dead = next(tmp_path.glob("*ankle-left*Accelerometer*"))
    rows = dead.read_text().splitlines()
    dead.write_text("\n".join([rows[0], *(row.rsplit(",", 3)[0] + ",0.012,0.980,0.101" for row in rows[1:])]))
    broken = next(tmp_path.glob("*wrist-right*Accelerometer*"))
    broken.write_bytes(b"\xff\xfe\x00broken")
    found = read_imu(tmp_path)
    assert not any(name.startswith("acc") for name in found.sensors["ankle_left"].channels)
    assert not any(name.startswith("acc") for name in found.sensors["wrist_right"].channels)
    assert "acc_x_m_s2" in found.sensors["wrist_left"].channels
    assert any("dead" in said for said in found.warnings)
    assert any(broken.name in said for said in found.warnings)


def test_a_clock_an_hour_off_is_set_right(tmp_path: Path):
    _write_metamotion(tmp_path)
    truth = read_imu(tmp_path)
    for file in tmp_path.glob("*ankle-right*"):
        rows = file.read_text().splitlines()
        moved = [f"{int(row.split(',')[0]) + 3_600_000},{row.split(',', 1)[1]}" for row in rows[1:]]
        file.write_text("\n".join([rows[0], *moved]))
    found = read_imu(tmp_path)
    assert any("+1.0 h" in said for said in found.warnings)
    np.testing.assert_allclose(found.sensors["ankle_right"].time, truth.sensors["ankle_right"].time, atol=1e-6)
    for file in tmp_path.glob("*ankle-right*"):  # and one that no time zone explains is not guessed
        rows = file.read_text().splitlines()
        moved = [f"{int(row.split(',')[0]) + 1_000_000},{row.split(',', 1)[1]}" for row in rows[1:]]
        file.write_text("\n".join([rows[0], *moved]))
    found = read_imu(tmp_path)
    assert "ankle_right" not in found.sensors and any("no time zone" in said for said in found.warnings)


@pytest.mark.parametrize(
    ("declared", "scale", "said"),
    [("g", 1.0, "read as m/s2"), ("m_s2", 1 / G, "read as g"), ("m_s2", 1.0, None), ("g", 1 / G, None)],
)
def test_gravity_tells_a_wrong_unit(tmp_path: Path, declared: str, scale: float, said: str | None):
    acc, _ = _turning()
    header = "time_s," + ",".join(f"wrist_left_acc_{axis}_{declared}" for axis in "xyz")
    found = read_imu(_write(tmp_path / "a.csv", header, TIME_S, acc * scale))
    np.testing.assert_allclose(found.sensors["wrist_left"].values, acc, atol=2e-4)
    assert [said in each for each in found.warnings] == ([True] if said else [])


def test_turning_gravity_tells_a_wrong_unit_of_the_gyroscope(tmp_path: Path):
    acc, gyro = _turning()
    header = (
        "time (s)," + ",".join(f"acc {axis} (g)" for axis in "xyz") + "," + ",".join(f"gyro {a} (deg/s)" for a in "xyz")
    )
    found = read_imu(_write(tmp_path / "right.csv", header, TIME_S, acc / G, gyro))
    assert found.warnings == ()
    found = read_imu(_write(tmp_path / "wrong.csv", header, TIME_S, acc / G, np.radians(gyro)))
    assert any("read as rad/s" in said for said in found.warnings)
    np.testing.assert_allclose(found.sensors["sensor_1"]["gyro_x_deg_s"], gyro[:, 0], atol=1e-3)


def test_clocks_in_milliseconds_and_since_1970(tmp_path: Path):
    acc, _ = _turning()
    header = ",".join(["timestamp", *(f"acc_{axis}_g" for axis in "xyz")])
    found = read_imu(_write(tmp_path / "a.csv", header, 1.7e12 + 1000 * TIME_S, acc / G))
    assert found.started_s == pytest.approx(1.7e9)
    assert found.sensors["sensor_1"].time[-1] == pytest.approx(TIME_S[-1], abs=1e-3)
    assert any("ms was assumed" in said for said in found.warnings)


def test_saturation_gaps_and_empty_rows_are_said(tmp_path: Path):
    acc, _ = _turning()
    header = "time_s," + ",".join(f"acc_{axis}_m_s2" for axis in "xyz")
    clipped = np.clip(acc, -9.0, 9.0)  # z is above for most of the time
    with pytest.raises(SourceError, match="saturated"):
        read_imu(_write(tmp_path / "much.csv", header, TIME_S, clipped))
    some = np.clip(acc, -6.2, None)
    assert any("saturated" in said for said in read_imu(_write(tmp_path / "some.csv", header, TIME_S, some)).warnings)
    holes = acc.copy()
    holes[:30], holes[300:350] = np.nan, np.nan
    found = read_imu(_write(tmp_path / "holes.csv", header, TIME_S, holes))
    assert any("a gap, the longest of 1.0 s" in said for said in found.warnings)
    assert found.sensors["sensor_1"].time[0] == 0.0 and len(found.sensors["sensor_1"]) == len(TIME_S) - 80


def test_a_watch_reads_gravity_upwards(tmp_path: Path):
    acc, gyro = _turning()
    parts = [f"wristMotion_{part}{axis}" for part in ("rotationRate", "gravity", "acceleration") for axis in "XYZ"]
    steady = acc / np.linalg.norm(acc, axis=1, keepdims=True)
    columns = (TIME_S, np.radians(gyro), -steady, -(acc / G - steady))
    found = read_imu(_write(tmp_path / "watch.csv", ",".join(["secondsElapsed", *parts]), *columns), place="wrist_left")
    np.testing.assert_allclose(found.sensors["wrist_left"].values[:, :3], acc, atol=1e-3)
    np.testing.assert_allclose(found.sensors["wrist_left"]["gyro_x_deg_s"], gyro[:, 0], atol=1e-2)


def test_bare_numbers_need_a_rate_or_get_one_said(tmp_path: Path):
    acc, _ = _turning()
    rows = [",".join([*(f"{cell / G:.3f}" for cell in row), "biceps-curl", "", "10.0", "12"]) for row in acc]
    path = tmp_path / "curl.csv.gz"
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    found = read_imu(path)
    assert any("50 Hz" in said for said in found.warnings) and len(found.sensors["sensor_1"]) == len(acc)
    assert read_imu(path, rate_hz=100.0).sensors["sensor_1"].time[-1] == pytest.approx((len(acc) - 1) / 100)


def test_what_cannot_be_read_is_said(tmp_path: Path, squat: tuple[Path, dict[str, Signal]]):
    with pytest.raises(SourceError, match="no such file"):
        read_imu(tmp_path / "nothing.csv")
    with pytest.raises(SourceError, match="CSV files of inertial sensors"):
        read_imu(tmp_path)
    (tmp_path / "words.csv").write_text("name,age\nanna,3\nben,4\n")
    with pytest.raises(SourceError, match="rename the columns"):
        read_imu(tmp_path / "words.csv")
    acc, _ = _turning()
    noclock = _write(tmp_path / "noclock.csv", "acc_x_g,acc_y_g,acc_z_g", acc / G)
    with pytest.raises(SourceError, match="state the rate"):
        read_imu(noclock)
    assert len(read_imu(noclock, rate_hz=50.0).sensors["sensor_1"]) == len(acc)
    files = list(squat[0].glob("*wrist-left*Gyroscope*"))
    other = tmp_path / files[0].name.replace("anna", "ben")
    other.write_bytes(files[0].read_bytes())
    with pytest.raises(SourceError, match="files of one"):
        read_imu([*files, other])
