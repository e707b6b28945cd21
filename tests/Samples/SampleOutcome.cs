using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Statistics;
using Cluster.Reporting.Models;

namespace Cluster.Tests;

/// <summary>A made-up result of the size and shape of a real one: 20 groups, 800 images, a dozen evaluated plans.</summary>
internal static class SampleOutcome
{
    private const int Images = 800;
    private const int Float32Correct = 482;
    private const double Float32Ms = 31.08;

    public static PlanMeasurement Float32 { get; } = Float32Of("conv");

    public static PlanMeasurement Int8 { get; } = Int8Of("conv");

    public static PlanMeasurement Winner { get; } = WinnerOf("conv");

    public static JobSpec Spec(bool withTest = true) => new()
    {
        ModelDigest = new string('d', 64),
        Data = new DataDigests(new string('1', 64), new string('2', 64), withTest ? new string('3', 64) : null),
        Options = new JobOptions { Seed = 7, FineTune = FineTuneMode.Never, Reconstruct = ReconstructionMode.Never },
        Versions = new EvaluatorVersions("cluster 0.1.0, libtorch 1.13.1", "onnxruntime 1.30.0", "avx512-vnni"),
    };

    /// <summary>A plan as results have it.</summary>
    public static ResultPlan Result(PlanMeasurement measured) => ResultPlans.Of(measured, Float32.Accuracy);

    public static ReportModel Model(WinnerKind kind = WinnerKind.Faster, string prefix = "conv", bool withTest = true)
    {
        var space = Space(prefix);
        var (float32, int8, winner) = (Float32Of(prefix), Int8Of(prefix), WinnerOf(prefix));
        var best = BestOf(prefix);
        var selected = kind switch
        {
            WinnerKind.NothingFaster => float32,
            WinnerKind.NothingFeasible => best,
            _ => winner,
        };
        var measured = new[] { float32, int8, best, winner }.Concat(Others(best.Plan)).ToArray();
        var spec = Spec(withTest);
        ResultPlan Describe(PlanMeasurement one) => ResultPlans.Of(one, float32.Accuracy);
        var evidence = new DropEvidence(
            13,
            PairedDrop.Of(float32.Accuracy!, selected.Accuracy!),
            Expected: 0.0021,
            new Interval(-0.009, 0.014))
        {
            Decided = kind == WinnerKind.NothingFeasible ? 0.0064 : 0.0047,
            Bound = 0.005,
            Samples = 11_000,
        };
        var test = withTest
            ? ResultPlans.Test(new Cluster.Coordinator.Work.TestResult(1190, 1196, 2000, 41, 35), MetricKind.Top1)
            : null;
        var outcome = new JobOutcome
        {
            Spec = spec,
            Space = space,
            Result = new ResultDocument
            {
                Job = new ResultJob(
                    spec.JobId,
                    spec.Options.Seed,
                    spec.Options.Target,
                    spec.Options.Methods,
                    spec.Options.MaxDrop,
                    Confidence: null,
                    BudgetEvaluations: null,
                    new ResultDigests(spec.ModelDigest, spec.Data.Calibration, spec.Data.Evaluation, spec.Data.Test),
                    spec.Versions),
                Model = new ResultModel("mobilenet_v1_0.25_224.onnx", spec.ModelDigest, 1_892_000, 20, space.Macs, 470_000),
                Baselines = new ResultBaselines(Describe(float32), Describe(int8), Describe(best)),
                Winner = Describe(selected),
                Decision = new ResultDecision(
                    kind, kind != WinnerKind.NothingFeasible, Reason(kind), Quantized: !selected.Plan.IsBaseline),
                Verdict = ResultVerdict.Of(kind, selected == float32 ? null : LossVerdict.Of(evidence, test?.Drop), isDoubted: false),
                Evidence = selected == float32 ? null : ResultEvidence.Of(evidence),
                Front = [.. Front(measured).Select(Describe)],
                Sensitivity = Sensitivity(space),
                Groups = Verdicts(space, selected.Plan),
                Test = test,
                Evaluations = new EvaluationCounts(16, 9, 14_600),
                Predictions =
                [
                    .. measured.Skip(1).Select((one, i) => new LatencyPrediction(
                        one.Plan.Digest, one.Latency!.MedianMs * (1 + (0.02 * Math.Sin(i * 2.1))), one.Latency.MedianMs)),
                ],
                Timings = new ResultTimings(84, new Dictionary<string, double> { ["calibration"] = 3.4 }),
            },
            Winner = selected,
            Profile = Profile(space, best.Plan),
            Latencies = measured.Skip(1).Select(one => one.Latency!).ToArray(),
            Failures =
            [
                new FailedWork(
                    new AccuracyItem("context", int8.Plan, ImageScope.Full).Title,
                    new FailedResult(FailureKind.NotFinite, "The outputs hold NaN on image 17."),
                    1),
            ],
            Evaluated = measured,
        };
        var parity = new ParityFinding(Passed: true, 256, 41)
        {
            MaxCodeDifference = 1,
            ExactShare = 0.999_991,
            WorstTensor = prefix + "_07_pw/Relu6",
            WorstGroup = prefix + "_07_pw",
            Divergence = 0.000_052,
            PlanDivergence = 0.0131,
            AllowedDivergence = 0.000_655,
            Top1Agreement = 1,
            Lost = 0,
            Gained = 0,
        };
        var model = Report(outcome);
        return model with
        {
            Result = model.Result with { Parity = parity },
            Data = Data(withTest),
            Files =
            [
                new ReportFile("out/winner.qdq.onnx", "the quantized network", winner.Accuracy!.SizeBytes, new string('a', 64)),
                new ReportFile("out/winner.plan.json", "its plan", 5120, new string('b', 64)),
                new ReportFile("out/result.json", "every number"),
                new ReportFile("out/report.html", "this report"),
            ],
        };
    }

    /// <summary>The report of a job on a made-up machine.</summary>
    public static ReportModel Report(JobOutcome outcome)
    {
        var result = outcome.Result;
        return new ReportModel(outcome)
        {
            Result = result with { Model = result.Model with { Name = "mobilenet_v1_0.25_224.onnx" } },
            ModelPath = "models/mobilenet_v1_0.25_224.onnx",
            Data = Data(withTest: false),
            Machine = "AMD EPYC 9B14, 2 cores, 15.6 GiB, Debian 12",
            CommandLine =
                "./cluster run --model models/mobilenet_v1_0.25_224.onnx --data 'folder:imagenet,labels=calibration200.csv' "
                + "--eval 'folder:imagenet,labels=evaluation800.csv' -o out",
            NextCommand = "ship it",
            Python =
            [
                "import numpy as np, onnxruntime as ort",
                "x = ((pixels - 127.5) / 127.5).astype(\"float32\")  # pixels: 0 to 255, RGB, (N, 3, 224, 224)",
                "y = ort.InferenceSession(\"out/winner.qdq.onnx\").run(None, {\"input\": x})[0]",
            ],
        };
    }

    public static PlanMeasurement Measured(Plan plan, int correct, double ms, double kl)
    {
        var bits = new byte[Images / 8];
        for (var i = 0; i < correct; i++)
        {
            // Every plan misses other images, as real ones do.
            var image = (i + (Float32Correct - correct) + Images) % Images;
            bits[image >> 3] |= (byte)(1 << (image & 7));
        }

        var accuracy = new AccuracyResult
        {
            Correct = correct,
            Total = Images,
            Kl = kl,
            Agree = Images - (int)(700 * Math.Sqrt(kl) / 2),
            CorrectBits = bits,
            ArtefactSha256 = plan.Digest,
            SizeBytes = 1_892_000 - (70_000 * plan.QuantizedCount),
            Bops = 41_000_000L * ((8 * 8 * plan.QuantizedCount) + (32 * 32 * plan.CountOf(GroupFormat.Baseline))) / plan.Groups.Count,
        };
        return new PlanMeasurement(plan, accuracy, Latency(plan, ms));
    }

    private static LatencyResult Latency(Plan plan, double ms) => new()
    {
        PlanDigest = plan.Digest,
        MedianMs = ms,
        IqrMs = ms * 0.011,
        Count = 50,
        Float32MedianMs = Float32Ms,
        Float32IqrMs = 0.29,
        Runtime = "onnxruntime 1.30.0",
        Device = "cpu",
        Batch = 32,
        Threads = 1,
    };

    private static SearchSpace Space(string prefix) => new(
        new string('d', 64),
        Enumerable.Range(0, 20)
            .Select(i => new GroupInfo(
                $"{prefix}_{i:00}_{(i % 2 == 0 ? "dw" : "pw")}/Conv",
                i == 19 ? ["Gemm"] : ["Conv", "Clip"],
                150_000L * (i + 3) * (1 + (i % 2 * 6)),
                400L * (i + 1) * (i + 1),
                "sample"))
            .ToArray(),
        Enumerable.Range(0, 21).Select(i => new GroupEdge(i - 1, i, $"t{i}", 100_352 >> (i / 5))).ToArray());

    private static string[] Names(string prefix) => [.. Space(prefix).Groups.Select(group => group.Name)];

    private static PlanMeasurement Float32Of(string prefix) =>
        Measured(Plan.Baseline("onnxruntime-cpu", Names(prefix)), Float32Correct, Float32Ms, 0);

    private static PlanMeasurement Int8Of(string prefix) => Measured(
        Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", Names(prefix), "max", biasCorrection: false), 442, 25.00, 0.162);

    private static PlanMeasurement BestOf(string prefix) => Measured(
        Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", Names(prefix), "mse", biasCorrection: true), 477, 25.31, 0.0143);

    private static PlanMeasurement WinnerOf(string prefix) =>
        Measured(BestOf(prefix).Plan.With([18, 19], GroupFormat.Baseline), 479, 25.92, 0.0121);

    private static ReportData[] Data(bool withTest)
    {
        ReportData[] two =
        [
            new(DataRole.Calibration, "folder:imagenet,labels=calibration200.csv", 200, new string('1', 64)),
            new(DataRole.Evaluation, "folder:imagenet,labels=evaluation800.csv", Images, new string('2', 64)),
        ];
        return withTest ? [.. two, new(DataRole.Test, "folder:imagenet-v2", 2000, new string('3', 64))] : two;
    }

    private static PlanMeasurement[] Others(Plan best)
    {
        (int[] Skips, int Correct, double Ms, double Kl)[] tried =
        [
            ([0], 476, 26.9, 0.0139), ([19], 478, 25.6, 0.0131), ([6, 9], 478, 29.4, 0.0118),
            ([6, 9, 12], 480, 33.8, 0.0094), ([5, 6, 7], 479, 27.9, 0.0099),
            ([4, 5, 6, 7, 8], 481, 28.8, 0.0071), ([2, 6, 9, 12], 480, 36.4, 0.0089), ([0, 1, 2], 477, 27.4, 0.0135),
            ([16, 17, 18, 19], 480, 26.7, 0.0104), ([2], 301, 26.8, 0.9),
        ];
        return tried.Select(one => Measured(best.With(one.Skips, GroupFormat.Baseline), one.Correct, one.Ms, one.Kl)).ToArray();
    }

    private static PlanMeasurement[] Front(PlanMeasurement[] measured) => measured
        .Where(one => !measured.Any(
            other => other.Accuracy!.Correct >= one.Accuracy!.Correct && other.Latency!.MedianMs <= one.Latency!.MedianMs && other != one))
        .OrderBy(one => one.Latency!.MedianMs)
        .ToArray();

    private static GroupSensitivity[] Sensitivity(SearchSpace space) =>
    [
        .. space.Groups.Select((group, i) => new GroupSensitivity(
            group.Name,
            i == 11 ? 0 : 1e-4 * Math.Pow(10, 1.3 * (1 + Math.Sin(i * 1.7))),
            i == 11 ? null : 42 - (12 * (1 + Math.Sin(i * 1.7))),
            480 + (i % 3),
            Images)),
    ];

    private static ProfileResult Profile(SearchSpace space, Plan plan) => new(
        plan.Digest,
        space.Groups.Select((group, i) => new GroupProfile(group.Name, 1 + (group.Macs / 8e6), 0.7 + (group.Macs / 1.1e7))).ToArray(),
        space.Edges.Select(edge => new EdgeProfile(edge.From, edge.To, edge.Tensor, 0.21, 0.17)).ToArray(),
        Float32Ms,
        25.2);

    private static GroupVerdict[] Verdicts(SearchSpace space, Plan plan) => space.Groups.Select((group, i) =>
    {
        var isInt8 = plan.Groups[i].Format == GroupFormat.Int8;
        var code = isInt8
            ? VerdictCode.QuantizedFaster
            : plan.IsBaseline ? VerdictCode.Float32NothingFaster : VerdictCode.Float32ForAccuracy;
        return new GroupVerdict(
            group.Name,
            plan.Groups[i].Format,
            1e-4 * Math.Pow(10, 1.3 * (1 + Math.Sin(i * 1.7))),
            42 - (12 * (1 + Math.Sin(i * 1.7))),
            0.1 + (0.03 * i),
            code,
            isInt8
                ? "INT8 saves 0.31 ms a run and the network stays accurate enough (alone in INT8: 0.0021 nats)."
                : "FP32 costs 0.31 ms a run and keeps accuracy that INT8 loses (alone in INT8: 0.0121 nats).");
    }).ToArray();

    private static string Reason(WinnerKind kind) => kind switch
    {
        WinnerKind.Faster => "The fastest measured plan within the accepted drop: 1.20 times as fast as FP32, 0.38 points less accurate.",
        WinnerKind.Unclear => "The fastest measured plan within the accepted drop: 1.20 times as fast as FP32 (0.97 to 1.44: unclear, the "
            + "machine was busy).",
        WinnerKind.NothingFaster => "Nothing quantized was faster than FP32 at batch 1.",
        _ =>
            "No quantized plan kept within 0.5 points of FP32: this is the most accurate; the nearest feasible bound is --max-drop 0.625%.",
    };
}
