"""Reports of comparisons: what the page says, what its figures draw, and what is refused."""

from __future__ import annotations

import copy
import itertools
import json
import math
import re
from html.parser import HTMLParser

import pytest

from noclone.hardware import drawing, figures, panels
from noclone.hardware.reports import checked_comparisons, write_report
from noclone.models.errors import InputError

PNG = b"\x89PNG\r\n\x1a\n"


def row(size=2, quantity="F_e, parity", *, experiment=1, parameter="n", measured=0.949, predicted=0.951, **more):
    return {
        "experiment": experiment, "parameter": parameter, "size": size, parameter: size, "quantity": quantity,
        "ideal": 1.0, "predicted": predicted, "predicted_low": predicted - 0.01, "predicted_high": predicted + 0.01,
        "layers": {"gates": 0.03, "readout": 0.0125, "idle": 0.0065, "zz": 0.0, "untwirled": 0.951 - predicted},
        "method": "untwirled", "measured": measured, "standard_error": 0.002, "low": measured - 0.004,
        "high": measured + 0.004, "confidence": 0.95, "shots": 10_000, "difference": 0.0, "at_least": 0.0,
        "visible": 0.016, "adjusted_p": 1.0, "mitigated": False, "published": 0.875, "published_error": 0.004,
        "two_qubit_gates": 17, "two_qubit_layers": 12, "qubits": 2 * size + 2 if isinstance(size, int) else 6, "seed": 3,
    } | more  # fmt: skip


def cost(size=2, quantity="F_e, parity", *, experiment=1, parameter="n", **more):
    where = {"experiment": experiment, "parameter": parameter, "size": size, "quantity": quantity}
    return where | {"layer": "gates", "cause": "cz", "qubits": [3, 4], "cost": 0.0311, "places": 4} | more


def comparison(rows=None, **more):
    rows = [row(2), row(3, measured=0.901, predicted=0.905, published=0.81)] if rows is None else rows
    return {
        "schema": "noclone-hardware-comparison-1", "noclone": "0.1.0", "plan": "ab12cd34", "backend": "stim:kingston",
        "processor": "Heron r2", "calibration_time": "2026-04-15T09:15:00+00:00",
        "run_time": "2026-04-16T12:00:00+00:00", "simulated": True, "options": {"twirling": True, "seed": 7},
        "shots": 10_000, "tolerance": 0.01, "effect": 0.02, "alpha": 0.05, "power": 0.9, "status": "CONSISTENT",
        "told": "CONSISTENT: consistent with the prediction; 0.02 would have been seen with probability 0.9",
        "rows": rows,
        "findings": [{
            "name": "entangled", "statement": "entanglement fidelity > 0.5", "label": "n=2 F_e, parity",
            "status": "SHOWN", "threshold": 0.5, "value": 0.949, "low": 0.9457, "high": 0.9523, "confidence": 0.95,
            "assumptions": ["any other clone would have come out as well"],
        }],
        "budget": [cost(), cost(layer="readout", cause="readout", qubits=[7], cost=0.0125, places=1)],
        "exit": 0,
    } | more  # fmt: skip


class Words(HTMLParser):
    """The text of a page, and every tag with its attributes; style and script contents are kept apart."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.words, self._in = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("style", "script"):
            self._in.append(tag)

    def handle_endtag(self, tag):
        if self._in and tag == self._in[-1]:
            self._in.pop()

    def handle_data(self, data):
        if not self._in:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def written(tmp_path, *comparisons, name="report.html"):
    files = write_report(comparisons, tmp_path / name)
    return files, files[0].read_text(encoding="utf-8")


def test_a_report_is_one_page_and_a_picture_of_every_figure(tmp_path):
    files, text = written(tmp_path, comparison())
    assert [file.name for file in files] == [
        "report.html",
        "report-experiment-1-values.png",
        "report-experiment-1-residuals.png",
        "report-experiment-1-budget.png",
    ]
    assert sorted(tmp_path.iterdir()) == sorted(files) and text.count("<svg ") == 3
    for file in files[1:]:
        content = file.read_bytes()
        assert content.startswith(PNG) and content[12:16] == b"IHDR"
        assert int.from_bytes(content[16:20], "big") == 1440  # 9.6 inches at 150 dots


def test_the_page_needs_nothing_else_and_runs_nothing(tmp_path):
    _, text = written(tmp_path, comparison())
    page = Words(text)
    assert not {"script", "link", "img", "iframe", "object", "image"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    for _, attributes in page.tags:
        for name in ("href", "xlink:href", "src"):
            assert attributes.get(name, "#").startswith("#")
    assert "@import" not in text and "url(http" not in text and "http-equiv" not in text
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    assert used <= set(ids) and any(name.startswith("e1values-") for name in used)
    assert "prefers-color-scheme: dark" in text and "@media print" in text and "var(--run1)" in text


def test_the_page_says_values_verdict_and_what_they_rest_on(tmp_path):
    _, text = written(tmp_path, comparison())
    said = Words(text).text
    for words in (
        "consistent with the prediction; 0.02 would have been seen",
        "SIMULATED",
        "simulated runs only: no device was involved",
        "Counts cannot refute a proof",
        "0.9490 0.9450 … 0.9530 0.9510 ± 0.0100 −0.0020 0.0160 1 0.875 ± 0.004",
        "arXiv:2602.10695 on ibm_kingston, measured on another day, with another calibration",
        "cz 3–4 ×4: 0.0311, 71%",
        "readout 7: 0.0125, 29%",
        "qubit 7: 0.0125, 29%",
        "qubit 3: 0.0155, 36%",
        "0.0490 0.0436 +0.0054",  # ideal − predicted, first order, left out
        "SHOWN",
        "entanglement fidelity > 0.5",
        "any other clone would have come out as well",
        "twirling: on, seed: 7",
        "2026-04-16 12:00",
        "intervals drawn and listed are for each quantity alone",
    ):
        assert words in said, words
    assert "REAL DEVICE" not in said and "MITIGATED" not in said and "†" not in said.replace("† with", "")


def test_a_real_device_mitigation_and_a_deviation_are_marked(tmp_path):
    off = row(measured=0.8, at_least=0.12, difference=-0.141, adjusted_p=1e-9, mitigated=True, method="twirled")
    told = "DEVIATES: deviates by at least 0.12 at confidence 0.95 (largest at F_e, parity n=2)"
    _, text = written(
        tmp_path,
        comparison([off], simulated=False, backend="ibm:ibm_kingston", status="DEVIATES", told=told),
    )
    said = Words(text).text
    assert "REAL DEVICE READOUT MITIGATED" in said and "SIMULATED" not in said
    assert "runs on real devices" in said and "0.8000†" in said and "0.9510*" in said and "≥ 0.1200" in said
    assert text.count("<tr class=called>") == 1


def test_text_from_outside_is_never_live(tmp_path):
    evil = "<script>alert('x')</script>&\"><img src=x onerror=alert(1)>"
    content = comparison([row(quantity=evil, size=evil, parameter=evil)], backend=evil, plan=evil, processor=evil)
    content |= {"told": evil, "noclone": evil, "options": {evil: evil}, "calibration_time": evil, "run_time": evil}
    content["findings"] = [
        content["findings"][0] | {"name": evil, "statement": evil, "label": evil, "assumptions": [evil]}
    ]
    content["budget"] = [cost(quantity=evil, size=evil, parameter=evil, cause=evil)]
    other = copy.deepcopy(content) | {"plan": "other"}
    _, text = written(tmp_path, content, other)
    page = Words(text)
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert "<script" not in text.lower() and "<img" not in text.lower()
    assert page.text.count("<script>alert('x')</script>") > 10
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_the_same_comparisons_give_the_same_bytes_in_any_order_of_runs(tmp_path):
    one, other = comparison(), comparison(plan="ffee", run_time="2026-04-18T12:00:00+00:00", backend="aer:kingston")
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    first, _ = written(tmp_path / "a", one, other)
    second, _ = written(tmp_path / "b", other, one)
    assert [file.name for file in first] == [file.name for file in second]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]
    changed = written(tmp_path / "b", comparison([row(2, measured=0.948)]))[0]
    assert changed[1].read_bytes() != first[1].read_bytes()


def test_json_that_went_through_a_file_makes_the_same_report(tmp_path):
    direct = written(tmp_path, comparison(), name="one.html")[1]
    again = written(tmp_path, json.loads(json.dumps(comparison())), name="one.html")[1]
    assert direct == again


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("F_e, parity", {0.5: "entangled", 0.25: "mixed"}),
        ("F_e S[0]", {0.5: "entangled", 0.25: "mixed"}),
        ("S, same time", {2.0: "local", 2 * math.sqrt(2): "quantum"}),
        ("F_r", {0.5: "genuinely"}),
        ("P", {}),
        ("chi", {}),
        ("X S[0] N[0]", {}),
    ],
)
def test_thresholds_of_quantities(quantity, expected):
    found = dict(panels.thresholds_of(quantity))
    assert set(found) == set(expected) and all(word in found[value] for value, word in expected.items())


def test_thresholds_are_drawn_at_their_values_and_named():
    (run,) = checked_comparisons([comparison()])
    figure = figures.values_figure(panels.value_panels([run], 1))
    (axes,) = figure.axes
    level = [line.get_ydata()[0] for line in axes.lines if list(line.get_xdata()) == [0, 1]]
    assert level == [0.5, 0.25]
    assert {text.get_text() for text in axes.texts} == {"1/2\nentangled", "1/4\nmixed"}
    assert axes.get_ylim()[0] < 0.25 and axes.get_ylim()[1] > 1
    named = [line for line in axes.lines if str(line.get_label()).startswith("(M + 1)/(2M)")]
    assert [line.get_ydata()[0] for line in named] == [pytest.approx(4 / 6), pytest.approx(5 / 8)]  # M = 3 and 4


def test_the_best_cloner_counts_the_clones_that_exist():
    assert panels.best_cloner(row(2)) == pytest.approx(4 / 6)
    partial = row("3 partial", experiment=3, parameter="l", qubits=154)
    assert panels.best_cloner(partial) == pytest.approx(78 / 154)  # 77 clones, as published
    assert panels.best_cloner(row(2, "S, same time", experiment=2)) is None
    assert panels.best_cloner(row(2, "F_r", experiment=4)) is None


def test_marks_carry_the_numbers_of_the_rows():
    (run,) = checked_comparisons([comparison()])
    (values,) = panels.value_panels([run], 1)
    lines = {line.kind: line for line in values.lines}
    assert [(mark.size, mark.value, mark.low, mark.high) for mark in lines["measured"].marks] == [
        (2, 0.949, 0.949 - 0.004, 0.949 + 0.004),
        (3, 0.901, 0.901 - 0.004, 0.901 + 0.004),
    ]
    assert [mark.value for mark in lines["published"].marks] == [0.875, 0.81]
    assert (lines["predicted"].run, lines["predicted"].marks[0].low) == (0, pytest.approx(0.941))
    assert "simulated" in lines["measured"].name and "another day" in lines["published"].name
    (residuals,) = panels.residual_panels([run], 1)
    band, points = residuals.lines
    assert points.marks[0].value == pytest.approx(-0.002) and points.marks[0].low == pytest.approx(-0.006)
    assert (band.marks[0].low, band.marks[0].high) == (pytest.approx(-0.01), pytest.approx(0.01))
    assert band.unseen[0] == (pytest.approx(-0.026), pytest.approx(0.026))
    (budget,) = panels.budget_panels([run], 1)
    stack = budget.stacks[0]
    assert sum(stack.layers.values()) == pytest.approx(stack.ideal - 0.951)
    assert next(line for line in budget.lines if line.kind == "measured").marks[0].value == pytest.approx(0.051)


def test_runs_stand_side_by_side_with_their_own_marks_and_predictions():
    other = comparison([row(2, predicted=0.94), row(3)], plan="ff", run_time="2026-04-20T12:00:00+00:00")
    runs = checked_comparisons([other, comparison()])
    assert [run.content["plan"] for run in runs] == ["ab12cd34", "ff"]  # in order of time
    (panel,) = panels.value_panels(runs, 1)
    assert [(line.kind, line.run) for line in panel.lines if line.kind in ("measured", "predicted")] == [
        ("predicted", 1), ("predicted", 2), ("measured", 1), ("measured", 2)
    ]  # fmt: skip
    axes = figures.values_figure([panel]).axes[0]
    drawn = [line for line in axes.lines if line.get_marker() in drawing.MARKERS]
    assert [line.get_marker() for line in drawn] == ["o", "o", "s", "s"]
    assert drawn[0].get_xdata()[0] < 2 < drawn[2].get_xdata()[0]
    (budget,) = panels.budget_panels(runs, 1)
    assert [(stack.size, stack.run) for stack in budget.stacks] == [(2, 1), (3, 1), (2, 2), (3, 2)]


def test_drift_needs_two_runs_on_one_backend_both_mitigated_or_neither(tmp_path):
    later = [
        comparison([row(2, measured=value)], plan=f"run{at}", run_time=f"2026-04-{17 + at}T12:00:00+00:00")
        for at, value in enumerate((0.93, 0.935, 0.91))
    ]
    files, text = written(tmp_path, comparison([row(2)]), *later)
    said = Words(text).text
    assert "report-experiment-1-drift.png" in [file.name for file in files]
    assert "stim:kingston F_e, parity n = 2 4 0.9310" in said  # the mean of four
    other = comparison([row(2)], plan="x", backend="aer:kingston")
    mitigated = comparison([row(2, mitigated=True)], plan="y")
    for elsewhere in (other, mitigated):
        assert panels.drift_panels(checked_comparisons([comparison([row(2)]), elsewhere]), 1) == []
    (panel,) = panels.drift_panels(checked_comparisons([comparison([row(2)]), later[0]]), 1)
    assert [mark.value for mark in panel.lines[0].marks] == [pytest.approx(0.0095), pytest.approx(-0.0095)]
    two = Words(written(tmp_path, comparison([row(2)]), later[0])[1]).text
    assert "−0.0190 ± 0.0028" in two


def test_a_lasting_change_of_a_proportion_is_placed(tmp_path):
    runs = [
        comparison(
            [row(2, "F_e, Bell measurement", measured=0.95 if at < 6 else 0.90)],
            plan=f"run{at}",
            run_time=f"2026-04-{10 + at}T12:00:00+00:00",
        )
        for at in range(12)
    ]
    said = Words(written(tmp_path, *runs)[1]).text
    assert "after run 6 of them, 0.9500 to 0.9000" in said


def test_many_quantities_are_listed_below_each_other_and_labels_need_no_numbers(tmp_path):
    names = ["X S[0] N[0] N[1]", "Y S[0] N[0] N[1]", "F_e S[0], after a second decryption"]
    listed = [row(2, name, experiment=6, ideal=1.0) for name in names]
    labelled = [row(size, experiment=3, parameter="l") for size in ("0", "1", "2*", "3 partial")]
    files, _ = written(tmp_path, comparison([*listed, *labelled]))
    assert len(files) == 7
    (run,) = checked_comparisons([comparison([*listed, *labelled])])
    axes = figures.values_figure(panels.value_panels([run], 6)).axes[0]
    assert [" ".join(label.get_text().split()) for label in axes.get_yticklabels()] == names
    axes = figures.values_figure(panels.value_panels([run], 3)).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "1", "2*", "3 partial"]


@pytest.mark.parametrize("count", [2, 14, 40])
def test_ticks_and_legends_do_not_touch(count):
    rows = [
        row(size, quantity) for quantity in ("F_e, parity", "F_e, Bell measurement") for size in range(2, 2 + count)
    ]
    runs = checked_comparisons([comparison(rows), comparison(rows, plan="z")])
    figure = figures.values_figure(panels.value_panels(runs, 1))
    drawing.png(figure)
    (key,) = figure.legends
    box, page = key.get_window_extent(), figure.bbox
    assert box.x1 <= page.x1 and box.y1 <= page.y1 + 1
    for axes in figure.axes:
        assert box.y0 >= axes.title.get_window_extent().y1
        shown = [label.get_window_extent() for label in axes.get_xticklabels()]
        assert all(before.x1 + 2 < after.x0 for before, after in itertools.pairwise(shown))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content.update(schema="noclone-hardware-prediction-1"), "comparison 1 is no comparison"),
        (lambda content: content.pop("alpha"), "comparison 1 has no 'alpha'"),
        (lambda content: content.update(status="PROVED"), "'status' 'PROVED': it must be one of CONSISTENT"),
        (lambda content: content.update(rows=[]), "comparison 1 has no rows"),
        (lambda content: content["rows"][1].pop("measured"), "comparison 1, rows 2 has no 'measured'"),
        (lambda content: content["rows"][0].update(measured=math.nan), "'measured' nan: it must be a number"),
        (lambda content: content["rows"][0].update(mitigated=None), "'mitigated' None: it must be true or false"),
        (lambda content: content["rows"][0].update(layers={"gates": "dear"}), "it must be an object of numbers"),
        (lambda content: content["rows"].append(7), "comparison 1, rows 3 is 7: it must be an object"),
        (lambda content: content["findings"][0].pop("assumptions"), "comparison 1, findings 1 has no 'assumptions'"),
        (lambda content: content["budget"][0].update(qubits="3-4"), "budget 1 has 'qubits' '3-4'"),
    ],
)
def test_what_is_no_comparison_is_refused_in_one_line_and_nothing_is_written(tmp_path, change, said):
    content = comparison()
    change(content)
    with pytest.raises(InputError, match=re.escape(said)) as refusal:
        write_report([content], tmp_path / "report.html")
    assert "\n" not in str(refusal.value) and list(tmp_path.iterdir()) == []


def test_other_refusals(tmp_path, monkeypatch):
    for comparisons, path, said in (
        ([], "report.html", "a report of nothing"),
        ([7], "report.html", "comparison 1 is no comparison"),
        ([comparison(), comparison()], "report.html", "given twice"),
        ([comparison()], "report.pdf", "ends in .html"),
        ([comparison()], "nowhere/report.html", "cannot write"),
    ):
        with pytest.raises(InputError, match=re.escape(said)):
            write_report(comparisons, tmp_path / path)
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(InputError, match=re.escape("noclone[hardware]")):
        write_report([comparison()], tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []
