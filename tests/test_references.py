"""Experts that are kept: on disk, from a recording, and from the command line."""

import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from studio import filmed, jittered, performed, reference, spans

import formcheck
from formcheck.assess import Analysis
from formcheck.body import PoseSequence
from formcheck.cli import main
from formcheck.enrolled import MOST, enrol
from formcheck.exercises import find
from formcheck.reference import Library, LibraryError, library_folder
from formcheck.reference.chosen import Chosen, find_reference
from formcheck.reference.shown import MARGIN_S
from formcheck.sources import write_pose

RDL = "single-leg romanian deadlift"


@pytest.fixture
def library(no_references):
    """An empty library."""
    return Library()


@pytest.fixture
def recording(tmp_path):
    """A function that writes landmarks to a pose file."""

    def write(pose, name="recording.npz"):
        write_pose(tmp_path / name, pose)
        return tmp_path / name

    return write


def everything(folder):
    """Every file in a folder, by its path there."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def same(one, other, abs_px=1e-3):
    """Whether two references hold the same repetitions."""
    assert (one.name, one.exercise, one.origin, one.note, one.made) == (
        other.name, other.exercise, other.origin, other.note, other.made,
    )  # fmt: skip
    for ours, theirs in zip(one.shown, other.shown, strict=True):
        assert (ours.stream, ours.side, ours.half, ours.view) == (theirs.stream, theirs.side, theirs.half, theirs.view)
        for name in ("start_s", "turn_s", "end_s", "excursion"):
            assert getattr(ours.span, name) == pytest.approx(getattr(theirs.span, name), abs=1e-6)
        assert (ours.span.begun, ours.span.ended, ours.span.held) == (
            theirs.span.begun, theirs.span.ended, theirs.span.held,
        )  # fmt: skip
        assert ours.pose.frame_size == theirs.pose.frame_size and ours.pose.skeleton == theirs.pose.skeleton
        for name in ("time", "image", "world", "visibility"):
            np.testing.assert_allclose(getattr(ours.pose, name), getattr(theirs.pose, name), atol=abs_px)
    return True


# On disk


def test_a_reference_comes_back_as_it_was_kept_and_goes_when_removed(library):
    ada = replace(reference("Ada", "squat", 4), note="Ada Müller, for our gym only", made="2026-11-21")
    assert library.names() == () and library.all().references == ()
    folder = library.add(ada)
    bea = replace(reference("Bea 2.0", RDL, 5), origin="studio")
    library.add(bea)
    half = reference("Half", "squat", 5, cut=(("begun", False),))
    library.add(half)
    assert library.names() == ("Ada", "Bea 2.0", "Half")
    for each in (ada, bea, half):
        assert same(library.open(each.name), each)
    assert [each.name for each in library.all("squat").references] == ["Ada", "Half"]
    assert library.all().problems == ()
    assert everything(folder) == {"reference.json", "side-1.npz", "side-2.npz"}
    library.remove("Ada")
    assert library.names() == ("Bea 2.0", "Half") and not folder.exists()
    with pytest.raises(LibraryError, match=r"'Ada'.*Bea 2\.0, Half"):
        library.open("Ada")
    with pytest.raises(LibraryError, match="'Ada'"):
        library.remove("Ada")


def test_the_library_lies_where_the_variable_says(tmp_path, monkeypatch):
    monkeypatch.setenv("FORMCHECK_REFERENCES", str(tmp_path / "mine"))
    assert library_folder() == tmp_path / "mine"
    Library().add(reference("Ada", "squat", 4))
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {"Ada"}
    monkeypatch.delenv("FORMCHECK_REFERENCES")
    assert library_folder().name == "references" and library_folder() != tmp_path / "mine"


def test_a_name_that_is_taken_or_none_is_refused_and_nothing_is_written(library, no_references):
    library.add(reference("Ada", "squat", 4))
    before = everything(no_references.parent)
    for name in ("Ada", "../x", "", " ", "a/b", "a\\b", "..", ".hidden", "a" * 81, "x\n", "studio squat 4"):
        with pytest.raises(LibraryError, match="expected"):
            library.add(replace(reference("Ada", "squat", 5), name=name))
    for name in ("../references", "", "a/b"):
        for act in (library.open, library.remove):
            with pytest.raises(LibraryError, match="expected a name"):
                act(name)
    assert everything(no_references.parent) == before
    assert [each.name for each in library.folder.iterdir()] == ["Ada"], "an addition that failed was left behind"


def test_pictures_are_kept_only_where_they_were_given(library, tmp_path):
    folder = library.add(reference("Ada", "squat", 4), {"side-1.jpg": b"a picture"})
    assert (folder / "side-1.jpg").read_bytes() == b"a picture"
    library.write_out(["Ada"], tmp_path / "experts.zip")
    elsewhere = Library(tmp_path / "elsewhere")
    elsewhere.read_in(tmp_path / "experts.zip")
    assert (elsewhere.folder / "Ada" / "side-1.jpg").read_bytes() == b"a picture"


def test_damage_to_some_leaves_the_others_and_is_told(library):
    for name in ("Ada", "Bad clip", "Bad span", "Broken", "Gone", "Newer", "Other"):
        library.add(reference(name, "squat", 4))

    def card(name, **changed):
        path = library.folder / name / "reference.json"
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changed), encoding="utf-8")
        return path

    (library.folder / "Bad clip" / "side-1.npz").write_bytes(b"PK\x03\x04 no more than that")
    card("Bad span", repetitions=[{"file": "side-1.npz", "stream": "side", "start_s": 1, "turn_s": 3, "end_s": 2}])
    broken = card("Broken")
    broken.write_text(broken.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    (library.folder / "Gone" / "side-2.npz").unlink()
    card("Newer", version=99)
    card("Other", repetitions=[{"file": "../Ada/side-1.npz", "stream": "side", "start_s": 0, "turn_s": 1, "end_s": 2}])
    (library.folder / "notes.txt").write_text("not a reference")
    opened = library.all("squat")
    assert [each.name for each in opened.references] == ["Ada"]
    told = dict(zip(("Bad clip", "Bad span", "Broken", "Gone", "Newer", "Other"), opened.problems, strict=True))
    for name, problem in told.items():
        assert f"The reference {name} was left aside: expected" in problem and "\n" not in problem
        with pytest.raises(LibraryError):
            library.open(name)
    assert "99" in told["Newer"] and "update" in told["Newer"]
    library.remove("Broken")
    assert "Broken" not in library.names()


def test_an_analysis_tells_of_a_damaged_reference_and_uses_the_others(library, recording):
    library.add(reference("Ada", "squat", 4))
    library.add(reference("Broken", "squat", 5))
    (library.folder / "Broken" / "reference.json").write_text("{", encoding="utf-8")
    analysis = formcheck.analyze(recording(filmed("squat", 7)), exercise="squat")
    assert analysis.sets[0].reps[0].comparison.reference == "Ada"
    assert len([warning for warning in analysis.warnings if "Broken was left aside" in warning]) == 1


# Handing on


def test_what_is_exported_can_be_imported_elsewhere(library, tmp_path):
    with pytest.raises(LibraryError, match="none yet"):
        library.write_out((), tmp_path / "experts.zip")
    ada, bea = reference("Ada", "squat", 4), reference("Bea", RDL, 5)
    library.add(ada)
    library.add(bea)
    library.write_out((), tmp_path / "all.zip")
    library.write_out(["Bea"], tmp_path / "one.zip")
    other = Library(tmp_path / "other")
    assert other.read_in(tmp_path / "one.zip") == (("Bea",), ())
    added, problems = other.read_in(tmp_path / "all.zip")
    assert added == ("Ada",) and len(problems) == 1 and problems[0].startswith("Bea was not added: expected a new name")
    assert same(other.open("Ada"), ada) and same(other.open("Bea"), bea)
    with pytest.raises(LibraryError, match="'Cyd'"):
        library.write_out(["Ada", "Cyd"], tmp_path / "two.zip")
    assert not (tmp_path / "two.zip").exists()


@pytest.mark.parametrize(
    "evil", ["../evil/reference.json", "Ada/../../evil.json", "/evil/x.json", "a/b/evil", "evil.json", "Ada/..", "Ada/"]
)
def test_nothing_is_written_outside_the_library_by_an_import(evil, library, tmp_path):
    library.add(reference("Ada", "squat", 4))
    library.write_out((), tmp_path / "experts.zip")
    library.remove("Ada")
    with zipfile.ZipFile(tmp_path / "experts.zip", "a") as packed:
        packed.writestr(evil + ("evil\\..\\x/y" if evil == "Ada/" else ""), "{}")
    before = everything(tmp_path), everything(library.folder.parent)
    with pytest.raises(LibraryError, match=r"expected .*experts\.zip"):
        library.read_in(tmp_path / "experts.zip")
    assert (everything(tmp_path), everything(library.folder.parent)) == before


def _damaged(path, how):
    """A copy of an exported library that is damaged."""
    other = path.with_name(f"{how}.zip")
    if how == "deflated":
        with zipfile.ZipFile(path) as packed, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as again:
            for name in packed.namelist():
                again.writestr(name, packed.read(name))
        data = bytearray(other.read_bytes())
        data[60:90] = bytes(30)
    elif how == "encrypted":
        data = bytearray(path.read_bytes())
        at = data.find(b"PK\x01\x02")
        while at >= 0:
            data[at + 8] |= 1
            at = data.find(b"PK\x01\x02", at + 4)
    else:
        data = {"cut": path.read_bytes()[:5000], "empty": b"", "text": b"no zip at all", "flipped": None}[how]
        if data is None:
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 0xFF
    other.write_bytes(data)
    return other


@pytest.mark.parametrize("how", ["cut", "empty", "text", "flipped", "deflated", "encrypted"])
def test_an_import_of_something_else_is_refused_with_a_sentence(how, library, tmp_path):
    library.add(reference("Ada", "squat", 4))
    library.write_out((), tmp_path / "experts.zip")
    library.remove("Ada")
    with pytest.raises(LibraryError, match=rf"expected .*export.*{how}\.zip"):
        library.read_in(_damaged(tmp_path / "experts.zip", how))
    assert library.names() == ()
    with pytest.raises(LibraryError, match="missing"):
        library.read_in(tmp_path / "missing.zip")


# By name


def test_references_are_found_by_name_yours_and_the_studios(library):
    library.add(reference("Ada", "squat", 4))
    chosen = Chosen()
    found = chosen("squat")
    assert found[0].name == "Ada" and {each.origin for each in found[1:]} == {"studio"}
    assert same(find_reference("Ada"), library.open("Ada")) and find_reference(found[1].name) is found[1]
    assert set(chosen.named()) == {each.name for each in found}
    assert [each.name for each in Chosen("Ada")("squat")] == ["Ada"] and Chosen("Ada")("lunge") == ()
    for name in ("Cyd", "studio nobody 1"):
        with pytest.raises(LibraryError, match=rf"{name}.*Ada"):
            find_reference(name)
    with pytest.raises(LibraryError, match="Ada, who shows squat"):
        Chosen("Ada").must_show(find("lunge"))


def test_the_build_of_an_expert_is_that_of_the_athlete():
    done = performed("squat", 4)
    athlete, built = done.athlete, reference("Ada", "squat", 4).proportions
    assert built["thigh"] / built["shank"] == pytest.approx(athlete.thigh_m / athlete.shank_m, rel=0.03)
    assert built["upper arm"] / built["forearm"] == pytest.approx(athlete.upper_arm_m / athlete.forearm_m, rel=0.03)
    assert built["thigh"] == pytest.approx(athlete.thigh_m / athlete.hip_to_shoulder_m, rel=0.15)


# From a recording


@pytest.mark.parametrize("exercise", ["squat", None], ids=["named", "recognised"])
def test_a_clean_set_is_kept_whole(exercise, recording):
    path = recording(filmed("squat", 4, reps=3))
    found, pictures = enrol("Ada", path, exercise=exercise and find(exercise), note="agreed", pictures=True)
    assert (found.exercise, found.note, found.origin) == ("squat", "agreed", "person") and found.made
    assert pictures == {}, "a pose file has none"
    truth = spans(performed("squat", 4, reps=3))
    assert [each.half for each in found.shown] == [None] * 3 and found.views == ("side-left",)
    for each, true in zip(found.shown, truth, strict=True):
        assert each.pose.time[0] == 0.0 and each.span.start_s <= MARGIN_S + 0.05
        assert each.span.turn_s - each.span.start_s == pytest.approx(true.turn_s - true.start_s, abs=0.15)
        assert each.span.end_s <= each.pose.time[-1] <= each.span.end_s + MARGIN_S + 0.05


def test_only_the_good_repetitions_are_kept(recording, monkeypatch):
    from formcheck.synthetic import Athlete, perform

    grades = [{}, {"hips_below_knees": 1.0, "feet_flat": 1.0}, {}]
    done = perform(find("squat"), Athlete.sample(4), 3, grades, 4, before_s=0.8, after_s=0.8)
    path = recording(done.landmarks(done.camera("side-left"), occlusion=False))
    found, _ = enrol("Ada", path, exercise=find("squat"))
    assert len(found.shown) == 2 and min(each.span.excursion for each in found.shown) > 90
    monkeypatch.setattr("formcheck.enrolled.MOST", 1)
    assert len(enrol("Ada", path, exercise=find("squat"))[0].shown) == 1 < MOST


@pytest.mark.parametrize("half", ["out", "back"])
def test_half_a_repetition_is_kept_only_when_asked_for(half, recording):
    pose, (span, _) = filmed("squat", 4), spans(performed("squat", 4))
    part = (0.0, span.turn_s + 0.35) if half == "out" else (span.turn_s - 0.35, span.end_s + 0.6)
    path = recording(pose.between(*part))
    with pytest.raises(LibraryError, match=r"squat, got 1 cut off.*--partial"):
        enrol("Ada", path, exercise=find("squat"))
    found, _ = enrol("Ada", path, exercise=find("squat"), partial=True)
    assert [each.half for each in found.shown] == [half]
    assert (found.shown[0].span.begun, found.shown[0].span.ended) == (half == "out", half == "back")


@pytest.mark.parametrize("exercise", ["squat", None], ids=["named", "recognised"])
def test_somebody_who_stands_is_no_expert(exercise, recording):
    still, clock = filmed("squat", 4), np.arange(150) / 30
    image, world, seen = (np.repeat(each[:1], 150, axis=0) for each in (still.image, still.world, still.visibility))
    pose = jittered(PoseSequence(clock, image, world, seen, still.skeleton, still.frame_size), 0.003, 1)
    path = recording(pose)
    with pytest.raises(LibraryError, match="expected a recording in which"):
        enrol("Ada", path, exercise=exercise and find(exercise))
    assert formcheck.analyze(path, exercise=exercise).sets == ()


# From the command line


@pytest.fixture
def run(monkeypatch, capsys):
    """A function that runs the program: exit code, standard output and standard error."""

    def program(*arguments):
        monkeypatch.setattr(sys, "argv", ["formcheck", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        printed = capsys.readouterr()
        return stop.value.code or 0, printed.out, printed.err

    return program


def test_an_expert_is_added_listed_shown_handed_on_and_removed(run, library, recording, tmp_path):
    path = recording(filmed("squat", 4))
    code, printed, _ = run("references", "add", "Ada", path, "--exercise", "back squat", "--note", "our coach")
    assert code == 0 and "Ada" in printed and "squat" in printed and "our coach" in printed
    assert everything(library.folder) == {f"Ada/{name}" for name in ("reference.json", "front-1.npz", "front-2.npz")}
    code, printed, complaint = run("references", "list")
    assert code == 0 and "our coach" in printed and "studio" in printed and "plank" in printed and not complaint
    code, printed, _ = run("references", "list", "--exercise", "lunge")
    assert code == 0 and "Ada" not in printed and "studio lunge" in printed
    code, printed, _ = run("references", "show", "Ada")
    assert code == 0 and "turn 1." in printed and "side-left" in printed and "thigh" in printed
    code, printed, _ = run("references", "export", tmp_path / "experts.zip")
    assert code == 0 and (tmp_path / "experts.zip").is_file()
    code, printed, complaint = run("references", "add", "Ada", path, "--exercise", "squat")
    assert code == 2 and "new name" in complaint and len(complaint.splitlines()) == 1
    assert run("references", "remove", "Ada")[0] == 0 and library.names() == ()
    code, printed, _ = run("references", "import", tmp_path / "experts.zip")
    assert code == 0 and "Added: Ada" in printed and library.names() == ("Ada",)
    code, _, complaint = run("references", "import", tmp_path / "experts.zip")
    assert code == 2 and "Ada was not added" in complaint


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("references", "show", "Cyd"), "Cyd"),
        (("references", "remove", "Cyd"), "there are Ada"),
        (("references", "remove", "../x"), "expected a name"),
        (("references", "export", "x.zip", "--name", "Cyd"), "there are Ada"),
        (("references", "import", "no.zip"), "no.zip"),
        (("references", "add", "Cyd", "no.mp4", "--exercise", "squat"), "no.mp4"),
        (("references", "list", "--exercise", "hopscotch"), "hopscotch"),
        (("analyze", "{pose}", "--exercise", "lunge", "--reference", "Ada"), "Ada, who shows squat"),
        (("analyze", "{pose}", "--exercise", "squat", "--reference", "Cyd"), "there are Ada"),
        (("analyze", "{pose}", "--reference", "Cyd"), "there are Ada"),
    ],
    ids=lambda value: " ".join(value).replace("{pose} ", "") if isinstance(value, tuple) else "",
)
def test_bad_input_is_one_line_and_exit_code_2(arguments, said, run, library, recording, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    library.add(reference("Ada", "squat", 4))
    path = recording(filmed("squat", 7))
    code, _, complaint = run(*(each.format(pose=path) for each in arguments))
    assert code == 2 and said in complaint and len(complaint.strip().splitlines()) == 1
    assert {each.name for each in tmp_path.iterdir()} == {path.name}


def test_an_analysis_compares_with_the_one_that_was_named_or_with_none(run, library, recording, tmp_path):
    library.add(reference("Ada", "squat", 4))
    path = recording(filmed("squat", 7, faults=(("hips_below_knees", 1.0),)))
    names: dict[str, set[str]] = {}
    for title, options in {
        "plain": (), "named": ("--reference", "studio squat 3"), "without": ("--no-experts",),
    }.items():  # fmt: skip
        out = tmp_path / title
        code, printed, _ = run("analyze", path, "--exercise", "squat", "--out", out, "--no-overlay", *options)
        assert code == 0 and ("Beside an expert: Bend" in printed) == (title != "without")
        analysis = Analysis.model_validate_json((out / "analysis.json").read_text(encoding="utf-8"))
        reps = analysis.sets[0].reps
        names[title] = {rep.comparison.reference for rep in reps if rep.comparison is not None}
        assert all(bool(rep.compared) == (title != "without") for rep in reps)
        page = Path(out / "report.html").read_text(encoding="utf-8")
        assert ("expert" in page.lower()) == (title != "without")
    assert names == {"plain": {"Ada"}, "named": {"studio squat 3"}, "without": set()}
