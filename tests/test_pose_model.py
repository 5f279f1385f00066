"""Where the pose model comes from, and what is said when it cannot be had."""

import hashlib
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from formcheck.pose import PoseModelError, pose_model
from formcheck.pose import model as provisioning
from formcheck.pose.libraries import missing_libraries
from formcheck.pose.mediapipe import MediaPipe

BUILT_SHA256 = "fce12158df3251115e128188d99098c3f18906ff9e6322d18a4d3ad448a32e77"


@pytest.fixture
def bundle(model):
    """The contents of a good bundle."""
    return model.read_bytes()


@pytest.fixture
def fresh_cache(tmp_path, monkeypatch):
    """A user without a model, a package index or a network."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv(provisioning.MODEL_VARIABLE, raising=False)
    for name, setting in {"NO_INDEX": "1", "CONFIG_FILE": "/dev/null", "FIND_LINKS": str(tmp_path)}.items():
        monkeypatch.setenv(f"PIP_{name}", setting)
    monkeypatch.setattr(provisioning, "MODEL_ADDRESS", "http://127.0.0.1:9/none.task")
    return provisioning.cache_folder()


@pytest.fixture
def store(bundle, monkeypatch, fresh_cache):
    """A model store on this machine that serves the bundle; how often it was asked."""
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(bundle)))
            self.end_headers()
            self.wfile.write(bundle)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(provisioning, "MODEL_ADDRESS", f"http://127.0.0.1:{server.server_port}/a.task")
    yield asked
    server.shutdown()
    server.server_close()


def test_without_a_network_both_ways_out_are_named(fresh_cache):
    with pytest.raises(PoseModelError) as refusal:
        pose_model()
    said = str(refusal.value)
    assert "FORMCHECK_POSE_MODEL" in said and str(fresh_cache) in said and "expected" in said and "\n" not in said
    assert list(fresh_cache.iterdir()) == []


def test_the_second_way_fetches_it_once_for_all(store, fresh_cache, bundle):
    shares, paths = [], []
    callers = [threading.Thread(target=lambda: paths.append(pose_model(shares.append))) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(set(paths)) == 1 and paths[0].read_bytes() == bundle and len(store) == 1
    assert shares[-1] == 1.0 and [child.name for child in fresh_cache.iterdir()] == [provisioning.MODEL_FILE]


def test_a_broken_copy_in_the_cache_is_replaced(store, fresh_cache, bundle):
    fresh_cache.mkdir()
    copy = fresh_cache / provisioning.MODEL_FILE
    copy.write_bytes(bundle[:-5000])
    assert pose_model().read_bytes() == bundle
    damaged = bytearray(bundle)
    damaged[len(bundle) // 2] ^= 0xFF
    copy.write_bytes(damaged)
    assert pose_model().read_bytes() == bundle and len(store) == 2


def test_what_a_captive_portal_answers_is_not_taken_for_a_model(store, monkeypatch, fresh_cache):
    monkeypatch.setattr(provisioning, "_is_bundle", lambda path: False)
    with pytest.raises(PoseModelError, match="something else"):
        pose_model()
    assert list(fresh_cache.iterdir()) == []


def test_a_named_file_is_used_or_refused(fresh_cache, bundle, tmp_path, monkeypatch):
    own = tmp_path / "own.task"
    own.write_bytes(bundle)
    monkeypatch.setenv(provisioning.MODEL_VARIABLE, str(own))
    assert pose_model() == own
    own.write_bytes(b"no")
    with pytest.raises(PoseModelError, match=r"own\.task: not a bundle"):
        pose_model()
    own.unlink()
    with pytest.raises(PoseModelError, match="no such file"):
        pose_model()


def test_the_bundle_built_here_is_byte_for_byte_the_one_that_was_measured(model):
    with zipfile.ZipFile(model) as bundle:
        if bundle.comment != provisioning.BUNDLE_NOTE:
            pytest.skip("this model was not built from the package index")
    assert hashlib.sha256(model.read_bytes()).hexdigest() == BUILT_SHA256


def test_a_bundle_that_does_not_load_says_so(tmp_path):
    bad = tmp_path / "bad.task"
    bad.write_bytes(b"PK")
    with pytest.raises(PoseModelError, match=r"expected a pose landmarker bundle .* got .*bad\.task"):
        MediaPipe(bad)


def test_libraries_that_are_missing_name_their_packages(monkeypatch):
    assert missing_libraries() is None
    monkeypatch.setattr("formcheck.pose.libraries.sys.platform", "linux")
    monkeypatch.setattr("formcheck.pose.libraries._DEBIAN_PACKAGE", {"libnone.so.9": "libnone9", "libm.so.6": "libc6"})
    said = missing_libraries()
    assert said is not None and "apt-get install libnone9" in said and "libm" not in said
