namespace Cluster.Coordinator.Tests.Model;

/// <summary>A job's identity is the digest of its spec's JSON.</summary>
public sealed class JobSpecTests
{
    private const string Accuracy = nameof(JobSpec.AccuracyContext);
    private const string Latency = nameof(JobSpec.LatencyContext);
    private const string Test = nameof(JobSpec.TestContext);
    private const string Reconstruction = nameof(JobSpec.ReconstructionContext);
    private const string Repair = nameof(JobSpec.RepairContext);
    private const string FineTune = nameof(JobSpec.FineTuneContext);

    private static readonly string[] Everything = [Accuracy, Latency, Test, Reconstruction, Repair, FineTune];
    private static readonly string[] Judged = [Accuracy, Test, Reconstruction, FineTune];
    private static readonly string[] Timed = [Latency, Reconstruction, FineTune];

    private static readonly JobSpec Plain = new()
    {
        ModelDigest = new string('a', 64),
        Data = new DataDigests(new string('b', 64), new string('c', 64)),
        Options = new JobOptions { FineTune = FineTuneMode.Never, Reconstruct = ReconstructionMode.Never },
        Versions = new EvaluatorVersions("cluster 0.5.0, libtorch 2.6.0", "onnxruntime 1.21.0", "avx512-vnni"),
    };

    // The results that a job takes over only from one that chose the same.
    private static readonly Dictionary<string, string[]> Decides = new(StringComparer.Ordinal)
    {
        [nameof(JobOptions.Target)] = Everything,
        [nameof(JobOptions.Seed)] = Everything,
        [nameof(JobOptions.Equalize)] = Everything,
        [nameof(JobOptions.Input)] = Everything,
        [nameof(JobOptions.Metric)] = Judged,
        [nameof(JobOptions.Detections)] = Judged,
        [nameof(JobOptions.Blank)] = Judged,
        [nameof(JobOptions.LostChannels)] = [Accuracy, Reconstruction, FineTune],
        [nameof(JobOptions.Form)] = [Accuracy, Latency, Test, Reconstruction, FineTune],
        [nameof(JobOptions.Batch)] = Timed,
        [nameof(JobOptions.Threads)] = Timed,
        [nameof(JobOptions.Kinds)] = [Latency],
        [nameof(JobOptions.MaxDrop)] = [Reconstruction],
        [nameof(JobOptions.MaxDropIsRelative)] = [Reconstruction],
        [nameof(JobOptions.Confidence)] = [Reconstruction],

        [nameof(JobOptions.LearningRate)] = [FineTune],
        [nameof(JobOptions.Schedule)] = [FineTune],
        [nameof(JobOptions.Optimizer)] = [FineTune],
        [nameof(JobOptions.FreezeRanges)] = [FineTune],

        // Decided: they give epochs and the rate.
        [nameof(JobOptions.OriginalEpochs)] = [],
        [nameof(JobOptions.EpochShare)] = [],
        [nameof(JobOptions.OriginalRate)] = [],
        [nameof(JobOptions.RateShare)] = [],

        // In the digest of the model, or of the data: that of arrays has the network's sizes, that of pictures how they are resized.
        [nameof(JobOptions.Set)] = [],
        [nameof(JobOptions.Shape)] = [],
        [nameof(JobOptions.MetricCommand)] = [],

        // In the item of work beside its context.
        [nameof(JobOptions.Methods)] = [],
        [nameof(JobOptions.Calibrators)] = [],
        [nameof(JobOptions.KeepFloat32)] = [],
        [nameof(JobOptions.Only)] = [],
        [nameof(JobOptions.Formats)] = [],
        [nameof(JobOptions.Repair)] = [],
        [nameof(JobOptions.Epochs)] = [],
        [nameof(JobOptions.Iterations)] = [],

        // Which work there is and what becomes of it, not what it finds.
        [nameof(JobOptions.Goal)] = [],
        [nameof(JobOptions.LatencyBudgetMs)] = [],
        [nameof(JobOptions.SizeBudgetBytes)] = [],
        [nameof(JobOptions.BopsBudget)] = [],
        [nameof(JobOptions.KeepFiles)] = [],
        [nameof(JobOptions.AlsoExport)] = [],
        [nameof(JobOptions.Expect)] = [],
        [nameof(JobOptions.Doubts)] = [],
        [nameof(JobOptions.SampleShare)] = [],
        [nameof(JobOptions.BudgetEvaluations)] = [],
        [nameof(JobOptions.MaxLabels)] = [],
        [nameof(JobOptions.MaxMinutes)] = [],
        [nameof(JobOptions.Strategy)] = [],
        [nameof(JobOptions.FineTune)] = [],
        [nameof(JobOptions.Reconstruct)] = [],
    };

    [Fact]
    public void JobId_OfASpec_IsThatOfItsJson()
    {
        string json = JsonSerializer.Serialize(Plain, PlanJson.Options);

        JsonSerializer.Deserialize<JobSpec>(json, PlanJson.Options)!.JobId.ShouldBe(Plain.JobId);
        Plain.JobId.ShouldBe("2e9033202ae70205685e0f25df327eb4d4c7cbedcd3c2289551d0d92d844661e");
    }

    [Fact]
    public void JobId_WhoSharesASweepAndHowLongItMayTake_AreNoPart()
    {
        (Plain with { SweepParts = 4 }).JobId.ShouldBe(Plain.JobId);
        Plain.Choosing(options => options with { MaxMinutes = 5 }).JobId.ShouldBe(Plain.JobId);
        Plain.Choosing(options => options with { Seed = 5 }).JobId.ShouldNotBe(Plain.JobId);
    }

    [Fact]
    public void Contexts_NoShapeGiven_AreThoseOfStoredTablesAndCaches()
    {
        Digests(Plain).ShouldBe(
        [
            "AccuracyContext 224879367149ef7135d8823ff0db3669422a3ea71520d68805a5a47cbc803615",
            "LatencyContext b2306661ed5dc01806e9e5734cdfc06605ea3a1a045080c34a6057e97be68e78",
            "TestContext 0bd974168d9840d40c145bf27c0fcaf55fefb9e5426322cfdf9be37c51dc8636",
            "ReconstructionContext 7db740e1ba4f145e68dba762bf9912df1eaeeb25f3ccd00a0a4e09a95e8571f6",
            "RepairContext 9ed6f6bb39dad236e77d0c70f7a6c81f2ce32b294b43b4c1af2019cf666a675a",
            "FineTuneContext 3b17b513384baaa71f69f9f39447d6b80d1bfa27662be51205d1e649e681d2e2",
        ]);
        var chosen = Plain with
        {
            Data = Plain.Data with { Test = new string('d', 64), Training = new string('e', 64) },
            Versions = Plain.Versions with { Device = "a GPU" },
            Options = new JobOptions
            {
                Target = "onnxruntime-cuda",
                Kinds = ["avx512-vnni", "avx2"],
                Metric = MetricKind.Map50,
                Detections = DetectionLayout.YoloX,
                Blank = -1,
                MaxDrop = 0.01,
                MaxDropIsRelative = true,
                Confidence = 0.95,
                LostChannels = ChannelLoss.Allow,
                Equalize = ChannelScaling.On,
                Batch = 8,
                Threads = 4,
                Seed = 7,
            },
        };
        Digests(chosen).ShouldBe(
        [
            "AccuracyContext 97e7f05d843e977af50517834a3cf74f33072ee2391cd112107b76fc494cb7d7",
            "LatencyContext 990e213bc2a1e7235b0bb9b21e500434ef0ae4407825746589ad423e2e303e7c",
            "TestContext 4f255a6cfd459f4fe31d0f6ce765383d614bb17220dcc4b5593666e2d6be7381",
            "ReconstructionContext bb97ad77e2730e55edc9b1eb25db93e4c20bad0b3963e306052dd4f1992172a5",
            "RepairContext 7cd0344738d87e3317431a49b4e7660bc0ff2c8df297522f436f36151eba7bb3",
            "FineTuneContext 0a7e3ed119aa0b51c5da47a14f21f88d866f462e179e376b1191eb889041d203",
        ]);
        var plan = new Plan("onnxruntime-cuda", [GroupDecision.Baseline("conv")]);
        var trained = chosen with
        {
            Deployed = new DeployedWinner(plan, new string('f', 64), "2026-11-30T09:00:00Z", 1.5, 0.02, 500),
            Options = chosen.Options with
            {
                Formats = ["int8", "w4a8"],
                Form = LayerForm.Plain,
                Input = InputForm.Rgba,
                FineTune = FineTuneMode.Always,
                Epochs = 3,
                LearningRate = 0.002,
                Schedule = ScheduleKind.Step,
                Optimizer = OptimizerKind.Sgd,
                FreezeRanges = 0.5,
            },
        };
        Digests(trained).ShouldBe(
        [
            "AccuracyContext 11215d4447df0e16ceb17c5510c6f7157154222d6c48febaef390087d74fdf4c",
            "LatencyContext e873596a9861cd591fc00f08070d9af0ba10f57c380ccbe3c89aeeb30a2c83ba",
            "TestContext a9fc327cf596e92deaf3575a602a398c6230cdad048f40a02612c06ca96ed8fe",
            "ReconstructionContext 87918048976943623848eb5bf32de2c406b9048451f13c419a087d509c986581",
            "RepairContext 3bcdeb415979bd7806e998b8645b8d5366b7ea766f8e94acafbb1e36e04fecfb",
            "FineTuneContext 82443ba7f6c67acd0f2f0ac29cc343d7308c7cb2e4d783699091a80a3301a1c9",
        ]);
    }

    [Fact]
    public void Contexts_EveryOption_IsInThoseThatItDecides()
    {
        var usual = Plain with { Options = new JobOptions() };
        foreach (var property in OtherOptions.Properties)
        {
            Decides.ShouldContainKey(property.Name, "say above which results depend on the new option");
            string[] decided = [.. Digests(usual with { Options = OtherOptions.In(property) }).Except(Digests(usual)).Select(
                context => context.Split(' ')[0])];
            decided.ShouldBe(Decides[property.Name], property.Name);
        }
    }

    private static IEnumerable<string> Digests(JobSpec spec) => Everything.Select(
        name => $"{name} {typeof(JobSpec).GetProperty(name)!.GetValue(spec)}");
}
