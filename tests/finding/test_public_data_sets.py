"""The benchmark on public data sets, with tiny ones made up here."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from keyguide.core.finding.index import Example

LABELS = {"card_arrival": "when does my new card arrive", "lost_card": "somebody has stolen my wallet"}
ENDS = ("please", "today", "now")


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark, without sentence vectors and without a network."""
    pytest.importorskip("rank_bm25", reason="rank-bm25 is not installed, so there is nothing to compare with")
    monkeypatch.setenv("KEYGUIDE_VECTORS", "off")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    return import_module("public")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with both data sets, in the form in which they are published."""
    ours = [[f"{text} {end}", label] for label, text in LABELS.items() for end in ENDS]
    oos = [[f"how tall is the {hill}", "oos"] for hill in ("eiger", "brocken", "zugspitze")]
    banking, clinc = tmp_path / "banking77", tmp_path / "clinc150"
    banking.mkdir()
    for name in ("train", "test"):
        (banking / f"{name}.csv").write_text("\n".join(("text,category", *map(",".join, ours))))
    clinc.mkdir()
    parts = {"train": ours, "test": ours, "oos_train": oos, "oos_test": oos}
    (clinc / "data_full.json").write_text(json.dumps(parts))
    return tmp_path


def run(public: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["public.py", *arguments])
    status: int = public.main()
    return status


def test_what_is_out_of_scope_is_read_as_belonging_elsewhere(public: ModuleType, folder: Path) -> None:
    banking = public.read_data_set(public.BANKING, folder / "banking77")
    clinc = public.read_data_set(public.CLINC, folder / "clinc150")

    assert (len(banking.train), len(clinc.train), len(clinc.test)) == (6, 9, 9)
    assert banking.train[0] == Example("when does my new card arrive please", "card_arrival")
    assert {example.label for example in clinc.test} == {*LABELS, "elsewhere/oos"}


def test_a_sample_has_so_many_examples_of_each_label_and_all_strangers(
    public: ModuleType, folder: Path
) -> None:
    train = public.read_data_set(public.CLINC, folder / "clinc150").train

    samples = [public.draw(train, 1, seed) for seed in range(9)]

    assert {tuple(example.label for example in sample) for sample in samples} == {
        ("card_arrival", *["elsewhere/oos"] * 3, "lost_card")
    }
    assert len({tuple(sample) for sample in samples}) > 1


def test_each_method_has_a_row_beside_what_was_published(
    public: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(public, monkeypatch, str(folder), "--shots", "1", "all", "--seeds", "2")

    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if "| " in line]
    assert status == 0
    assert [row[:3] for row in rows if row[0] == "CLINC150"][:5] == [
        *(["CLINC150", "1", name] for name in ("Keyguide", "bm25", "fts5", "rapidfuzz")),
        ["CLINC150", "all", "Keyguide"],
    ]
    assert ["BANKING77", "all", "Keyguide", "1.000"] in [row[:4] for row in rows]
    assert "DNNC (Zhang and others 2020)" in {row[2] for row in rows}


def test_a_data_set_that_is_not_there_is_told_in_one_line(
    public: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "clinc150" / "data_full.json").unlink()
    (folder / "banking77" / "train.csv").write_text("question,answer\n1,2")

    status = run(public, monkeypatch, str(folder), "--shots", "1")

    lines = capsys.readouterr().err.splitlines()
    assert status == 1
    assert [line.partition(":")[0] for line in lines] == ["BANKING77 is left out", "CLINC150 is left out"]
    assert f"/data_full.json into {folder / 'clinc150'} (" in lines[1]
