using System.Security.Cryptography;
using Cluster.Export;
using Cluster.Export.Forms;
using Cluster.Networks.Graphs.Onnx.Schema;

namespace Cluster.Evaluation.Tests.Artefacts;

public sealed class ArtefactBuilderTests : IDisposable
{
    private readonly Sample _sample = Sample.Small();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Build_SamePlanTwice_IsBuiltOnce()
    {
        var first = _sample.Builder.Build(_sample.Int8("max"), CancellationToken.None);

        _sample.Builder.Build(_sample.Int8("max"), CancellationToken.None).ShouldBeSameAs(first);
        _sample.Builder.Build(_sample.Int8("kl"), CancellationToken.None).ShouldNotBeSameAs(first);
        first.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(first.File.Message)));
        first.Network.ShouldNotBeNull().CorrectedBiases.ShouldNotBeEmpty();
    }

    [Fact]
    public void Build_FromManyThreads_IsBuiltOnce()
    {
        var built = new BuiltArtefact[8];

        Parallel.For(0, built.Length, i => built[i] = _sample.Builder.Build(_sample.Int8("mse"), CancellationToken.None));

        built.ShouldAllBe(artefact => ReferenceEquals(artefact, built[0]));
    }

    [Fact]
    public void Build_AnotherBuilder_GivesTheSameBytes()
    {
        using var other = Sample.Small();

        other.Builder.Build(_sample.Int8("mse"), CancellationToken.None)
            .Sha256.ShouldBe(_sample.Builder.Build(_sample.Int8("mse"), CancellationToken.None).Sha256);
    }

    [Fact]
    public void Build_QuantizedPlan_NamesSources()
    {
        var plan = _sample.Int8("percentile:99.99");
        var artefact = _sample.Builder.Build(plan, CancellationToken.None);

        var file = ModelProto.Parser.ParseFrom(artefact.File.Message);

        file.Graph.Node.Where(node => node.DocString.Length > 0).Select(node => (node.Name, node.DocString))
            .ShouldBe(_sample.Groups.Zip(
                (string[])["; 1 input channel, written as 4; 4 channels, written as 16", "; 4 to 4 channels, written as 16 to 16", ""],
                (group, form) => (group, $"INT8, activations percentile:99.99, weights nearest, bias corrected{form}")));
        file.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal).ShouldBe(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [ProcessorTable.Metadata] = artefact.ExactOn!,
                [FastForms.Metadata] = artefact.Form!,
                [LeastRuntime.Metadata] = artefact.LeastRuntime!,
                [PlanNotes.PlanKey] = plan.Digest,
                [PlanNotes.ModelKey] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_sample.ModelPath))),
                [PlanNotes.VersionKey] = ProgramVersion.Number,
            },
            ignoreOrder: true);
        using var opened = OrtSession.Open(artefact.File, new OrtSessionOptions { AllowSpinning = false });
        opened.ShouldNotBeNull();
    }

    [Fact]
    public void Build_Float32Plan_IsTheFileAsItCame()
    {
        var artefact = _sample.Builder.Build(_sample.Baseline, CancellationToken.None);

        artefact.File.Message.ShouldBe(File.ReadAllBytes(_sample.ModelPath));
        artefact.Network.ShouldBeNull();
    }

    [Fact]
    public void Build_GivenCorrections_UsesThemInsteadOfEstimating()
    {
        float[] bias = [1, 2, 3];

        var artefact = _sample.Builder.Build(
            _sample.Int8("max"), CancellationToken.None, new Dictionary<string, float[]>(StringComparer.Ordinal) { ["y"] = bias });

        artefact.Network!.CorrectedBiases.Keys.ShouldBe(["y"]);
        artefact.Network.CorrectedBiases["y"].ShouldBe(bias);
    }

    [Fact]
    public void Build_LearnedPlan_RequiresLearnedNumbers()
    {
        var plan = new Plan(
            Sample.Target,
            [.. _sample.Groups.Select(
                group => GroupDecision.In(GroupFormat.Int8, group, "max", biasCorrection: false) with
                {
                    Format = GroupFormat.Integer(4, 4),
                    Rounding = "qdrop"
                })]);
        Should.Throw<JobException>(() => _sample.Builder.Build(plan, CancellationToken.None))
            .Message.ShouldContain("were learned by qdrop");
        LearnedParameters Learned(float scale) => new()
        {
            Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal) { ["y"] = new(new sbyte[12], [scale, scale, scale]) },
            Biases = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["y"] = [1, 2, 3] },
        };

        var first = _sample.Builder.Build(plan, CancellationToken.None, learned: Learned(1));

        first.Network!.CorrectedBiases["y"].ShouldBe([1f, 2, 3]);
        _sample.Builder.Build(plan, CancellationToken.None, learned: Learned(1)).ShouldBeSameAs(first);
        _sample.Builder.Build(plan, CancellationToken.None, learned: Learned(2)).Sha256.ShouldNotBe(first.Sha256);
    }

    [Fact]
    public void BuildToTime_UnknownPlan_IsTheSameFileButForItsBiases()
    {
        var plan = _sample.Int8("max");

        byte[] timed = _sample.Builder.BuildToTime(plan, CancellationToken.None).Message;

        var exact = _sample.Builder.Build(plan, CancellationToken.None);
        timed.ShouldNotBe(exact.File.Message);
        Operators(timed).ShouldBe(Operators(exact.File.Message));
        using var other = Sample.Small();
        exact.Sha256.ShouldBe(other.Builder.Build(plan, CancellationToken.None).Sha256);
    }

    [Fact]
    public void BuildToTime_KnownOrUncorrectedPlan_IsItsFile()
    {
        var exact = _sample.Builder.Build(_sample.Int8("max"), CancellationToken.None);
        byte[] uncorrected = _sample.Builder.BuildToTime(_sample.Int8("max", correct: false), CancellationToken.None).Message;

        _sample.Builder.BuildToTime(_sample.Int8("max"), CancellationToken.None).ShouldBeSameAs(exact.File);
        _sample.Builder.Build(_sample.Int8("max", correct: false), CancellationToken.None).File.Message.ShouldBeSameAs(uncorrected);
        _sample.Builder.BuildToTime(_sample.Baseline, CancellationToken.None)
            .Message.ShouldBe(File.ReadAllBytes(_sample.ModelPath));
    }

    [Fact]
    public void Build_CancelledOrFailed_IsNotRemembered()
    {
        var plan = _sample.Int8("percentile:99.9");
        Should.Throw<OperationCanceledException>(() => _sample.Builder.Build(plan, new CancellationToken(canceled: true)));

        _sample.Builder.Build(plan, CancellationToken.None).File.Message.ShouldNotBeEmpty();
        Should.Throw<JobException>(
            () => _sample.Builder.Build(
                Plan.Uniform(GroupFormat.Int8, Sample.Target, ["other"], "max", biasCorrection: false), CancellationToken.None));
    }

    private static string[] Operators(byte[] file) =>
        [.. OnnxReader.Read(ModelFile.Of(file), "file").Nodes.Select(node => $"{node.OpType} {string.Join(' ', node.Inputs)}")];
}
