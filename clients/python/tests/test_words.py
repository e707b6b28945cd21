"""What needs no server: options, amounts, data, metrics."""
import json
import os
import sys
import tempfile
import types
import unittest

import cluster
import numpy
from cluster import _contract
from cluster._data import DataSet, example
from cluster._judge import command_of, numbers_of
from cluster._result import Winner
from cluster._words import amount, fill, key_of

IMAGES = types.SimpleNamespace(inputs={"x": 4}, outputs=["y"])


class Options(unittest.TestCase):
    def test_every_option_of_the_command_line_is_one_of_python(self):
        schema = json.load(open(os.environ["CLUSTER_JOB_SCHEMA"]))["properties"]
        files = {"model", "data", "eval", "test", "train", "preprocess", "metric", "metric-command"}
        self.assertEqual({key_of(name) for name in cluster.JobOptions.__annotations__}, set(schema) - files)

    def test_values_as_people_write_them(self):
        spec = _contract.JobSpec()
        fill(spec, {"max_drop": "0.5%", "latency_budget": "800us", "size_budget": "5MB", "goal": "front", "keep_fp32": "conv*", "batch": 1,
                    "also_export": ["tensorrt", "tensorrt-strongly-typed"]})
        self.assertAlmostEqual(spec.max_drop, 0.005)
        self.assertAlmostEqual(spec.latency_budget_ms, 0.8)
        self.assertEqual((spec.size_budget_bytes, list(spec.keep_float32), spec.batch), (5_000_000, ["conv*"], 1))
        self.assertEqual(list(spec.also_export), ["tensorrt", "tensorrt-strongly-typed"])
        fill(spec, {"max_drop": "1%-of-fp32"})
        self.assertTrue(spec.max_drop_is_relative)

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
        for options, said in (({"schedule": "StepLT"}, "Did you mean steplr"), ({"optimizer": "adamm"}, "adam"), ({"max_dop": 1}, "max_drop"), ({"goal": "quickest"}, "fastest"), ({"latency_budget": "2 hours"}, "ms"),
                              ({"batch": "many"}, "batch")):
            with self.subTest(options), self.assertRaises(cluster.ClusterError) as raised:
                fill(_contract.JobSpec(), options)
            self.assertIn(said, str(raised.exception))

    def test_a_winner_of_pixels_is_fed_pictures(self):
        plan = {"plan": {"groups": []}, "artefact": {"input": "RGBA"}}
        result = {"winner": plan, "decision": dict(kind="faster", feasible=True, reason="", quantized=1)}
        pictures = numpy.arange(2 * 3 * 4 * 3, dtype=numpy.uint8).reshape(2, 3, 4, 3)
        fed = Winner(None, result).feed(pictures)
        self.assertEqual((fed.dtype, fed.shape), (numpy.uint8, (2, 3, 4, 4)))
        numpy.testing.assert_array_equal(fed[..., :3], pictures)
        self.assertTrue((fed[..., 3] == 255).all())
        with self.assertRaisesRegex(cluster.ClusterError, "give uint8"):
            Winner(None, result).feed(pictures / 255)
        plan["artefact"] = {"input": "RGB"}
        self.assertIs(Winner(None, result).feed(pictures), pictures)
        del plan["artefact"]
        with self.assertRaisesRegex(cluster.ClusterError, "takes floats"):
            Winner(None, result).feed(pictures)

    def test_amounts_have_intervals(self):
        self.assertEqual(str(cluster.Amount(1.5, (1.25, 1.75), "x")), "1.50x (1.25 to 1.75)")
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
                           ("folder", "no spec"), ("npz:absent.npz", "not there"), (3, "an iterable"), ([numpy.full((2, 3, 2, 2), None)], "give numbers")):
            with self.subTest(said), self.assertRaises(cluster.ClusterError) as raised:
                DataSet.of(data, "evaluation", IMAGES, None)
            self.assertIn(said, str(raised.exception))

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
        with self.assertRaises(cluster.ClusterError):
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
            with self.subTest(said), self.assertRaises(cluster.MetricError) as raised:
                numbers_of(metric, self.archive())
            self.assertIn(said, str(raised.exception))

    def test_a_metric_has_a_command_of_its_name(self):
        self.assertRegex(command_of(json.dumps), "^python3 -m cluster.metric json:dumps@[0-9a-f]{8}$")
        one = command_of(lambda o, y: 1)
        other = command_of(lambda o, y: 2)
        self.assertNotEqual(one[-8:], other[-8:])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
