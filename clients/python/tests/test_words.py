"""What needs no server: options, amounts, data, metrics."""
import inspect
import json
import os
import sys
import tempfile
import types
import typing
import unittest
import warnings
from unittest import mock

import cluster_quant
import numpy
from cluster_quant import _contract
from cluster_quant._data import DataSet, example
from cluster_quant._judge import command_of, numbers_of
from cluster_quant._local import program_of
from cluster_quant._model import Model
from cluster_quant._names import OPTIONS
from cluster_quant._result import Winner
from cluster_quant._words import amount, fill, spoken, word, word_of

IMAGES = types.SimpleNamespace(inputs={"x": (None, 3, 2, 2)}, outputs=["y"])


class Options(unittest.TestCase):
    def test_every_option_of_the_command_line_is_an_argument_with_its_words_and_default(self):
        schema = json.load(open(os.environ["CLUSTER_JOB_SCHEMA"]))["properties"]
        named = {"data": "calibration", "eval": "evaluation", "metric-command": "metric"}
        expected = {named.get(key, key.replace("-", "_")) for key in schema}
        own = {"lower_is_better", "metric_limit", "name", "misspelt"}
        for call, more in ((cluster_quant.run, {"program", "data_dir", "devices", "quiet"}), (cluster_quant.Server.run, {"self", "quiet"}),
                           (cluster_quant.Server.submit, {"self"})):
            with self.subTest(call):
                parameters = inspect.signature(call).parameters
                self.assertEqual(set(parameters), expected | own | more)
                for key, member in schema.items():
                    name = named.get(key, key.replace("-", "_"))
                    self.assertRegex(call.__doc__, rf"(?m)^ +{name}: .{{10}}")
                    if "enum" in member and key != "metric":
                        self.assertEqual(typing.get_args(typing.get_args(parameters[name].annotation)[0]), tuple(member["enum"]))
                self.assertNotIn("--", call.__doc__)
        self.assertRegex(cluster_quant.run.__doc__, r"max_drop: largest accepted loss \(default: 0.5%")
        self.assertRegex(cluster_quant.run.__doc__, r"batch: images per run when latency is measured \(default: 32\)")
        given = {"model", "calibration", "evaluation", "test", "train", "preprocess", "metric"}
        self.assertEqual(set(OPTIONS), expected - given)

    def test_values_as_people_write_them(self):
        spec = _contract.JobSpec()
        fill(spec, {"max_drop": "0.5%", "latency_budget": "800us", "size_budget": "5MB", "goal": "front", "keep_fp32": "conv*", "batch": 1,
                    "also_export": ["tensorrt", "tensorrt-strongly-typed"]})
        self.assertAlmostEqual(spec.max_drop, 0.005)
        self.assertAlmostEqual(spec.latency_budget_ms, 0.8)
        self.assertEqual((spec.size_budget_bytes, list(spec.keep_float32), spec.batch), (5_000_000, ["conv*"], 1))
        self.assertEqual(list(spec.also_export), ["tensorrt", "tensorrt-strongly-typed"])
        fill(spec, {"max_drop": "1%-of-fp32", "confidence": "95%", "set": {"scale": 2, "size": [3, 4]}})
        self.assertTrue(spec.max_drop_is_relative)
        self.assertEqual((spec.confidence, list(spec.set)), (0.95, ["scale=2", "size=3,4"]))

    def test_metrics_have_the_words_of_the_command_line(self):
        schema = json.load(open(os.environ["CLUSTER_JOB_SCHEMA"]))["properties"]
        for metric in (*schema["metric"]["enum"], "map50_95", "MAP50-95", "output_sqnr"):
            with self.subTest(metric):
                spec = _contract.JobSpec()
                fill(spec, {"metric": metric})
                self.assertEqual(word_of(_contract.enum_name("MetricKind", spec.metric)), word(metric))
        with self.assertRaises(cluster_quant.ClusterError) as raised:
            fill(_contract.JobSpec(), {"metric": "map"})
        self.assertIn("map50, map50-95", str(raised.exception))

    def test_a_bound_of_half_of_all_images_is_refused_and_a_large_one_warned_of(self):
        for options, said in (({"max_drop": 0.5}, 'max_drop=0.5 is a fraction, 50 %: write "0.5%", or "50%" if so much may be lost.'),
                              ({"max_drop": "0.5", "metric": "map50_95"}, 'write "0.5%", or "50%"'),
                              ({"max_drop": "0.5-of-fp32"}, 'write "0.5%-of-fp32", or "50%-of-fp32"')):
            with self.subTest(options), self.assertRaises(cluster_quant.ClusterError) as raised:
                fill(_contract.JobSpec(), options)
            self.assertIn(said, str(raised.exception))
        for options, warns in (({"max_drop": 0.06}, True), ({"max_drop": 0.04}, False), ({"max_drop": "50%"}, False),
                               ({"max_drop": 0.5, "metric": "score"}, False), ({"max_drop": 7}, True)):
            with self.subTest(options), warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                fill(_contract.JobSpec(), options)
                self.assertEqual(len(told), warns)

    def test_the_program_speaks_python(self):
        for said, python in (("--max-drop 1.25% is met", 'max_drop="1.25%" is met'), ("give a larger --latency-budget", "give a larger latency_budget"),
                             ("an input that --set binds", "an input that set binds"), ("--batch 8", "batch=8"), ("--eval and --data", "evaluation and calibration"),
                             ("raise --max-artefact-size", "raise --max-artefact-size"), ("'npz:test.npz' holds", "the test data holds"),
                             ("The array 'x' of 'evaluation.npz' is", "The array 'x' of the evaluation data is"), ("0-test.npz", "0-test.npz"),
                             ("The field spec.latency_budget_ms must be above 0.", "latency_budget must be above 0."),
                             ("--max-drop 1%-of-fp32", 'max_drop="1%-of-fp32"')):
            with self.subTest(said):
                self.assertEqual(spoken(said), python)

    def test_the_program_that_is_carried_comes_before_one_that_is_only_found(self):
        with tempfile.TemporaryDirectory() as folder:
            carried, found = f"{folder}/carried", f"{folder}/cluster"
            for path in (carried, found):
                open(path, "w").close()
                os.chmod(path, 0o755)
            with mock.patch.dict(os.environ, {"PATH": folder}), mock.patch("os.getcwd", lambda: folder):
                self.assertEqual(program_of(), os.environ["CLUSTER_PROGRAM"])
                self.assertEqual(program_of("given"), "given")
                del os.environ["CLUSTER_PROGRAM"]
                self.assertEqual(program_of(), found)
                with mock.patch("cluster_quant._local.CARRIED", carried):
                    self.assertEqual(program_of(), carried)
                os.remove(found)
                with self.assertRaisesRegex(cluster_quant.ClusterError, "install the wheel that carries it"):
                    program_of()

    def test_a_misspelt_option_is_told_before_anything_is_read_or_started(self):
        with self.assertRaises(cluster_quant.ClusterError) as raised:
            cluster_quant.run("absent.onnx", "absent.npz", program="/absent", max_dorp=1)
        self.assertEqual(str(raised.exception), "There is no option max_dorp: max_drop is near.")

    def test_names_of_other_tools_are_those_of_the_command_line(self):
        def number(option, value):
            spec = _contract.JobSpec()
            fill(spec, {option: value})
            return getattr(spec, option)

        for option, value, here in (("schedule", "StepLR", "step"), ("schedule", "cosine_annealing", "cosine"), ("optimizer", "AdamW", "adam"),
                                    ("optimizer", "Momentum", "sgd"), ("repair", "bias_correction", "weight-correction")):
            with self.subTest(value):
                self.assertEqual(number(option, value), number(option, here))
        self.assertEqual(list(number("formats", ["int8", "Dynamic", "w4a8"])), ["int8", "int8-dynamic", "w4a8"])
        schema = json.load(open(os.environ["CLUSTER_JOB_SCHEMA"]))["properties"]
        named = {key: member["x-names"] for key, member in schema.items() if "x-names" in member}
        self.assertEqual(set(named), {"schedule", "optimizer", "repair", "formats"})
        for key, names in named.items():
            for name, here in names.items():
                self.assertEqual(number(key, name), number(key, here))

    def test_mistakes_are_one_sentence_with_what_is_near(self):
        for options, said in (({"schedule": "StepLT"}, "Did you mean steplr"), ({"optimizer": "adamm"}, "adam"),
                              ({"max_dop": 1}, "max_drop"),
                              ({"goal": "quickest"}, "fastest"), ({"latency_budget": "2 hours"}, "ms"), ({"batch": "many"}, "batch")):
            with self.subTest(options), self.assertRaises(cluster_quant.ClusterError) as raised:
                fill(_contract.JobSpec(), options)
            self.assertIn(said, str(raised.exception))

    def test_a_winner_of_pixels_is_fed_pictures(self):
        plan = {"plan": {"groups": []}, "artefact": {"input": "RGBA"}}
        result = {"winner": plan, "decision": dict(kind="faster", feasible=True, reason="", quantized=1), "verdict": {"kind": "accepted"}}
        pictures = numpy.arange(2 * 3 * 4 * 3, dtype=numpy.uint8).reshape(2, 3, 4, 3)
        fed = Winner(None, result).feed(pictures)
        self.assertEqual((fed.dtype, fed.shape), (numpy.uint8, (2, 3, 4, 4)))
        numpy.testing.assert_array_equal(fed[..., :3], pictures)
        self.assertTrue((fed[..., 3] == 255).all())
        with self.assertRaisesRegex(cluster_quant.ClusterError, "give uint8"):
            Winner(None, result).feed(pictures / 255)
        plan["artefact"] = {"input": "RGB"}
        self.assertIs(Winner(None, result).feed(pictures), pictures)
        del plan["artefact"]
        with self.assertRaisesRegex(cluster_quant.ClusterError, "takes floats"):
            Winner(None, result).feed(pictures)

    def test_amounts_have_intervals(self):
        self.assertEqual(str(cluster_quant.Amount(1.5, (1.25, 1.75), "x")), "1.50x (1.25 to 1.75)")
        self.assertEqual(amount("size", 12, "size"), 12)


class Data(unittest.TestCase):
    def arrays(self, data, metric=None, model=IMAGES):
        made = DataSet.of(data, "evaluation", model, metric)
        with numpy.load(made.files[0][1]) as archive:
            return {name: archive[name] for name in archive.files}

    def test_batches_samples_dicts_and_arrays_are_the_same_set(self):
        x, y = numpy.arange(5 * 12, dtype=numpy.float32).reshape(5, 3, 2, 2), numpy.arange(5)
        for data in ((x, y), {"x": x, "labels": y}, [(x[:2], y[:2]), (x[2:], y[2:])], ((x[i], y[i]) for i in range(5)),
                     [{"x": x[i], "y": y[i]} for i in range(5)]):
            found = self.arrays(data)
            numpy.testing.assert_array_equal(found["x"], x)
            numpy.testing.assert_array_equal(found["labels"], y)

    def test_targets_have_the_name_that_the_metric_reads(self):
        x, y = numpy.zeros((2, 3, 2, 2), numpy.float32), numpy.ones((2, 2, 2), numpy.int64)
        self.assertIn("masks", self.arrays((x, y), "miou"))
        self.assertIn("y", self.arrays((x, y), lambda outputs, y: 0))

    def test_mistakes_are_one_sentence(self):
        x = numpy.zeros((2, 3, 2, 2), numpy.float32)

        def broken():
            yield x, numpy.zeros(2, int)
            raise OSError("the disk is away")

        for data, said in ((broken(), "raised OSError after 2 samples: the disk is away"), (iter([]), "no samples"), ([x[0, 0]], "4 axes"),
                           ([(x, x, x)], "give (x, y)"), ([{"z": x}], "inputs are 'x'"), ([x, x.astype(numpy.float64)], "one shape and type"),
                           ("folder", "no spec"), ("npz:absent.npz", "not there"), (3, "an iterable"),
                           ([numpy.full((2, 3, 2, 2), None)], "give numbers")):
            with self.subTest(said), self.assertRaises(cluster_quant.ClusterError) as raised:
                DataSet.of(data, "evaluation", IMAGES, None)
            self.assertIn(said, str(raised.exception))

    def test_shapes_and_labels_of_other_habits_are_told_in_python(self):
        one = types.SimpleNamespace(inputs={"x": (None, 1, 5, 5)}, outputs=["y"])
        x = numpy.zeros((4, 3, 2, 2), numpy.float32)
        for data, metric, model, said in (
                (numpy.zeros((64, 2, 2, 3)), None, IMAGES, "x.permute(0, 3, 1, 2), in numpy x.transpose(0, 3, 1, 2)"),
                ([numpy.zeros((2, 2, 3))], None, IMAGES, "x.permute(2, 0, 1), in numpy x.transpose(2, 0, 1)"),
                (numpy.zeros((64, 5, 5)), None, one, "has 3 axes, (64, 5, 5), and the network takes 4 axes, (N, 1, 5, 5): give x[:, None]"),
                ((x, numpy.zeros((4, 10), numpy.float32)), None, IMAGES, "y is float32 (N, 10): labels are one integer a sample; give y.argmax(1)."),
                ((x, numpy.zeros((4, 1), int)), "top5", IMAGES, "give y[:, 0]."),
                ((x, numpy.zeros(4)), "top1", IMAGES, "y is float64 (N,): labels are one integer a sample; give y.astype(int), y.long() of a tensor.")):
            with self.subTest(said), self.assertRaises(cluster_quant.ClusterError) as raised:
                DataSet.of(data, "evaluation", model, metric)
            self.assertIn(said, str(raised.exception))
        self.assertEqual(list(self.arrays((x, numpy.zeros((4, 7))), "output-sqnr")), ["x"])

    def test_inputs_that_are_constants_need_no_data(self):
        two = types.SimpleNamespace(inputs={"x": (None, 3, 2, 2), "scale": (1,)}, outputs=["y"])
        x = numpy.zeros((4, 3, 2, 2), numpy.float32)
        made = DataSet.of(x, "calibration", two, None, ["scale"])
        with numpy.load(made.files[0][1]) as archive:
            self.assertEqual(archive.files, ["x"])

    def test_a_module_keeps_the_names_of_its_outputs(self):
        import torch

        class Net(torch.nn.Module):
            def __init__(self, given):
                super().__init__()
                self.first, self.second, self.given = torch.nn.Linear(4, 3), torch.nn.Linear(4, 2), given

            def forward(self, x):
                return self.given(self.first(x), self.second(x))

        for given, names in ((lambda a, b: {"mask": a, "embedding": b}, ["mask", "embedding"]), (lambda a, b: (a, b), ["output", "output_1"]),
                             (lambda a, b: {"heads": [a, b]}, ["heads", "heads_1"]), (lambda a, b: a, ["output"]),
                             (lambda a, b: {"input": a, "b": b}, ["input_1", "b"])):
            with self.subTest(names):
                network = Model.of(Net(given), lambda: [torch.zeros(2, 4)])
                self.assertEqual(network.outputs, names)
                graph = _contract.ModelProto.FromString(network.content).graph
                sizes = {one.name: one.type.tensor_type.shape.dim[1].dim_value for one in graph.output}
                self.assertEqual(list(sizes.values()), [3, 2][:len(names)])

    def test_a_spec_takes_its_files_along(self):
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(f"{folder}/val/cat")
            open(f"{folder}/val/cat/1.png", "w").close()
            open(f"{folder}/val.csv", "w").close()
            made = DataSet.of(f"folder:{folder}/val,labels=val.csv@0..1", "evaluation", IMAGES, None)
            self.assertEqual(made.spec, "folder:0-val,labels=1-val.csv@0..1")
            self.assertEqual([name for name, _ in made.files], ["0-val/cat/1.png", "1-val.csv"])
            self.assertEqual(len(b"".join(made.tar.chunks())) % 512, 0)

    def test_a_module_is_exported_by_its_first_batch(self):
        x = numpy.zeros((4, 3, 2, 2), numpy.float32)
        self.assertEqual(example(x)[0].shape, (1, 3, 2, 2))
        with self.assertRaises(cluster_quant.ClusterError):
            example(iter([x]))


class Metrics(unittest.TestCase):
    def archive(self, **more):
        path = os.path.join(tempfile.mkdtemp(), "predictions.npz")
        names = numpy.frombuffer(b"first\nindex", numpy.uint8)
        numpy.savez(path, outputs=numpy.ones((3, 2), numpy.float32), index=numpy.arange(3), output_names=names,
                    **{"output:index": numpy.zeros((3, 1), numpy.float32)}, **more)
        return path

    def test_a_metric_gets_all_outputs_by_name_and_y(self):
        seen = {}

        def metric(outputs, y):
            seen.update(outputs=list(outputs), y=y)
            return outputs["first"].sum(1) * y

        numpy.testing.assert_array_equal(numbers_of(metric, self.archive(labels=numpy.array([1, 2, 3]))), [2, 4, 6])
        self.assertEqual(seen["outputs"], ["first", "index"])

    def test_mistakes_are_one_sentence(self):
        for metric, said in ((lambda o, y: [1, 2], "2 numbers for 3 samples"), (lambda o, y: [1, float("nan"), 1], "nan for sample 1"),
                             (lambda o, y: "good", "must give a number"), (lambda o, y: 1e300, "finite")):
            with self.subTest(said), self.assertRaises(cluster_quant.MetricError) as raised:
                numbers_of(metric, self.archive())
            self.assertIn(said, str(raised.exception))

    def test_an_output_that_is_not_there_names_those_that_are(self):
        with self.assertRaises(KeyError) as raised:
            numbers_of(lambda outputs, y: outputs["mask"], self.archive())
        self.assertEqual(str(raised.exception), "'mask' is no output of the network, which has 'first', 'index'")

    def test_a_metric_has_a_command_of_its_name(self):
        self.assertRegex(command_of(json.dumps), "^python3 -m cluster_quant.metric json:dumps@[0-9a-f]{8}$")
        one = command_of(lambda o, y: 1)
        other = command_of(lambda o, y: 2)
        self.assertNotEqual(one[-8:], other[-8:])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
