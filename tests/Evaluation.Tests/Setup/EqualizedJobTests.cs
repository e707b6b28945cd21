namespace Cluster.Evaluation.Tests.Setup;

/// <summary>A job on an equalized network shares nothing with one on the network as it is.</summary>
public sealed class EqualizedJobTests : IDisposable
{
    private readonly Sample _sample = Sample.Small();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Describe_Equalize_IsAnotherJobOnTheSameModel()
    {
        using var plain = Described(_sample, null);
        using var off = Described(_sample, ChannelScaling.Off);
        using var equalized = Described(_sample, ChannelScaling.On);

        off.Spec.JobId.ShouldBe(plain.Spec.JobId);
        plain.Spec.Network.ShouldBe(plain.Spec.ModelDigest);
        equalized.Spec.ModelDigest.ShouldBe(plain.Spec.ModelDigest);
        equalized.Spec.Prepared.ShouldBe(BuiltFrom.Equalized);
        equalized.Warnings.ShouldBe(plain.Warnings);
        Contexts(equalized).Intersect(Contexts(plain)).ShouldBeEmpty("what was measured of the one is not true of the other");

        static string[] Contexts(OpenedJob job) =>
        [
            job.Spec.JobId, job.Spec.Network, job.Spec.AccuracyContext, job.Spec.LatencyContext, job.Spec.TestContext,
            job.Spec.ReconstructionContext, job.Spec.RepairContext, job.Spec.FineTuneContext,
        ];
    }

    [Fact]
    public void Make_StatisticsOfTheNetworkAsItIs_AreMadeAgain()
    {
        using (var plain = Described(_sample, null))
        {
            plain.Lazy.Make(CancellationToken.None);
        }

        var before = Statistics();
        using var equalized = Described(_sample, ChannelScaling.On);
        equalized.Lazy.Make(CancellationToken.None);

        Statistics().ShouldNotBe(before);
        string made = Statistics();
        using var again = OpenedJob.Open(_sample.Request.Inputs, JobAccess.Own, equalized.Spec, _sample.In("calibration"));
        again.Lazy.Make(CancellationToken.None);
        Statistics().ShouldBe(made, "a stored job has the network that it began with");

        string Statistics() => new CalibrationFolder(_sample.In("calibration")).ReadStatistics().Digest;
    }

    [Fact]
    public void Describe_NothingToEqualize_IsSameJobWithNote()
    {
        var graph = Sample.Graph(
            [("w", [3, 16], Sample.Values(48, 1, 0.01))],
            [
                Sample.Node("Flatten", "f", ["x"]),
                Sample.Node("Gemm", "y", ["f", "w"], ("transB", AttributeValue.Of(1L))),
            ],
            [-1, 1, 4, 4]);
        using var sample = new Sample(graph, new byte[16 * 32], new byte[16 * 40], new byte[40]);
        using var plain = Described(sample, null);
        using var asked = Described(sample, ChannelScaling.On);

        asked.Spec.JobId.ShouldBe(plain.Spec.JobId);
        asked.Warnings.Single(warning => warning.StartsWith("--equalize on has no two layers of ", StringComparison.Ordinal))
            .ShouldEndWith("so the network is quantized as it is: 'y' gives the network's output.");
    }

    [Fact]
    public void OpenFor_PlanOfAnEqualizedJob_HasItsNetwork()
    {
        using var job = Described(_sample, ChannelScaling.On);
        string[] groups = [.. job.Network.Grouped.Groups.Select(group => group.Name)];
        var file = new PlanFile(
            Plan.Baseline(Sample.Target, groups), new BuiltFrom(job.Network.Digest, "c", Prepared: job.Network.Prepared), Seed: 0);

        var network = NetworkFile.OpenFor(_sample.ModelPath, file);

        network.Identity.ShouldBe(job.Spec.Network);
        network.Grouped.Graph.Initializers["w1"].As<float>().ToArray()
            .ShouldBe(job.Network.Grouped.Graph.Initializers["w1"].As<float>().ToArray());
    }

    private static OpenedJob Described(Sample sample, ChannelScaling? equalize) => OpenedJob.Describe(
        sample.Request.Inputs, sample.Request.Options with { Equalize = equalize }, sample.In("calibration"));
}
