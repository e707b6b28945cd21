using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Graphs;

namespace Cluster.Evaluation.Tests.Setup;

/// <summary>Products of two activations are groups of new jobs and plans; those of older versions keep the groups that they had.</summary>
public sealed class AttentionFormTests : IDisposable
{
    private static readonly string[] Groups = ["c1", "c2", "c3", "p", "y"];
    private static readonly string[] OlderGroups = ["c1", "c2", "c3", "y"];
    private readonly Sample _sample = Attentive();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Describe_NetworkWithAttention_SaysWhichFormItHas()
    {
        using var job = Described(_sample, null);
        using var chosen = Described(_sample, AttentionKind.Int8);
        using var older = Described(_sample, AttentionKind.Float32);

        (job.Spec.Options.Attention, Names(job.Lazy.Space)).ShouldBe((AttentionKind.Int8, string.Join(' ', Groups)));
        chosen.Spec.JobId.ShouldBe(job.Spec.JobId);
        older.Spec.Options.Attention.ShouldBeNull("as older versions wrote it");
        Names(older.Lazy.Space).ShouldBe(string.Join(' ', OlderGroups));
    }

    [Fact]
    public void Describe_NetworkWithout_IsTheJobThatItWas()
    {
        using var sample = Sample.Small();
        using var job = Described(sample, null);
        using var other = Described(sample, AttentionKind.Int8);

        job.Spec.Options.Attention.ShouldBeNull();
        other.Spec.JobId.ShouldBe(job.Spec.JobId);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(AttentionKind.Int8, true)]
    public void Open_StoredJob_HasTheGroupsThatItBeganWith(AttentionKind? stored, bool areGroups)
    {
        using var job = Described(_sample, null);
        var spec = job.Spec with { Options = job.Spec.Options with { Attention = stored } };

        using var opened = OpenedJob.Open(_sample.Request.Inputs, spec, _sample.In("stored"));

        Names(opened.Lazy.Space).ShouldBe(string.Join(' ', areGroups ? Groups : OlderGroups));
    }

    [Fact]
    public void Make_StatisticsOfTheOlderForm_AreMadeAgain()
    {
        using (var older = Described(_sample, AttentionKind.Float32))
        {
            older.Lazy.Make(CancellationToken.None);
        }

        var folder = new CalibrationFolder(_sample.In("calibration"));
        folder.ReadStatistics().Statistics.Names.ShouldNotContain("s");
        using var job = Described(_sample, null);
        job.Lazy.Make(CancellationToken.None);

        folder.ReadStatistics().Statistics.Names.ShouldContain("s");
    }

    [Fact]
    public void OpenFor_PlanOfAnOlderVersion_HasItsGroups()
    {
        NetworkFile For(string[] groups) => NetworkFile.OpenFor(
            _sample.ModelPath, new PlanFile(Plan.Baseline(Sample.Target, groups), new BuiltFrom("m", "c"), Seed: 0), calibration: null);

        Names(For(Groups)).ShouldBe(Groups);
        Names(For(OlderGroups)).ShouldBe(OlderGroups);
        Names(For(["c1"])).ShouldBe(Groups, "a plan of another network is refused by the groups of today");
    }

    private static string Names(SearchSpace space) => string.Join(' ', space.Groups.Select(group => group.Name));

    private static string[] Names(NetworkFile network) => [.. network.Grouped.Groups.Select(group => group.Name)];

    private static OpenedJob Described(Sample sample, AttentionKind? attention) => OpenedJob.Describe(
        sample.Request.Inputs, sample.Request.Options with { Attention = attention }, sample.In("calibration"));

    private static Sample Attentive()
    {
        var random = new Random(5);
        byte[] calibration = new byte[16 * 32];
        byte[] evaluation = new byte[16 * 40];
        random.NextBytes(calibration);
        random.NextBytes(evaluation);
        var graph = Sample.Graph(
            [
                ("w1", [4, 1, 1, 1], Sample.Values(4, 1, 0.01)), ("w2", [4, 1, 1, 1], Sample.Values(4, 2, 0.01)),
                ("w3", [4, 1, 1, 1], Sample.Values(4, 3, 0.01)), ("w4", [3, 4], Sample.Values(12, 4, 1)),
            ],
            [
                Sample.Node("Conv", "c1", ["x", "w1"]), Sample.Node("Conv", "c2", ["x", "w2"]), Sample.Node("Conv", "c3", ["x", "w3"]),
                Sample.Node("MatMul", "p", ["c1", "c2"]),
                Sample.Node("Softmax", "s", ["p"], ("axis", AttributeValue.Of(-1L))),
                Sample.Node("MatMul", "o", ["s", "c3"]),
                Sample.Node("GlobalAveragePool", "g", ["o"]),
                Sample.Node("Flatten", "f", ["g"]),
                Sample.Node("Gemm", "y", ["f", "w4"], ("transB", AttributeValue.Of(1L))),
            ],
            [-1, 1, 4, 4]);
        return new Sample(graph, calibration, evaluation, [.. Enumerable.Range(0, 40).Select(i => (byte)(i % 3))]);
    }
}
