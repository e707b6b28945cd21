using Cluster.Export;
using Cluster.Export.Forms;
using Cluster.Export.Parity;

namespace Cluster.Evaluation.Tests.Artefacts;

/// <summary>Fast forms are proved on calibration samples, and a rule that changes a bit is left out.</summary>
public sealed class FastFilesTests : IDisposable
{
    private readonly Sample _sample = Sample.Small();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Make_RulesThatChangeNoBit_AreAllKept()
    {
        var network = Network();

        var formed = new FastFiles(CodeStorage.Bytes, _sample.Setup.Calibration).Make(network);

        formed.Forms.ShouldNotBeEmpty();
        formed.File.Metadata[FastForms.Metadata].ShouldStartWith(FastForms.Fast);
        FormProof.Compare(
            OnnxWriter.Write(QdqExporter.Export(network)), OnnxWriter.Write(formed.File),
            _sample.Setup.Evaluation!, 1, CancellationToken.None)
            .Different.ShouldBe(0);
    }

    [Fact]
    public void Make_RuleThatChangesBits_IsLeftOutAndNamed()
    {
        string faulty = FastForms.Rules[4];
        var network = Network();

        var formed = new FastFiles(CodeStorage.Bytes, _sample.Setup.Calibration, (file, graph, without) =>
            without?.Contains(faulty) == true ? FastForms.Apply(file, graph, without) : Broken(FastForms.Apply(file, graph, without)))
            .Make(network);

        formed.File.Metadata[FastForms.Metadata].ShouldStartWith($"fast without {faulty}, which change ");
        formed.File.Initializers.Values.ShouldNotContain(constant => constant.Shape.SequenceEqual(new long[] { 16, 16, 3, 3 }));
    }

    [Fact]
    public void Make_EveryRuleChangesBits_IsPlainAndSaysSo()
    {
        var network = Network();

        var formed = new FastFiles(CodeStorage.Bytes, _sample.Setup.Calibration, (file, graph, without) =>
            without?.Count == FastForms.Rules.Count ? new FastFile(file, []) : Broken(FastForms.Apply(file, graph, without)))
            .Make(network);

        formed.File.Metadata[FastForms.Metadata].ShouldStartWith("plain: fast forms change ");
        formed.File.Nodes.ShouldBe(QdqExporter.Export(network).Nodes, new NodesByName());
    }

    private Kernels.Plans.QuantizedNetwork Network() =>
        _sample.Setup.Builder.Build(_sample.Int8(correct: false), CancellationToken.None).Network!;

    // Another bias of the last layer.
    private static FastFile Broken(FastFile fast)
    {
        var (name, bias) = fast.File.Initializers.Last(pair => pair.Value.Type == ElementType.Int32);
        int[] codes = bias.As<int>().ToArray();
        codes[0] += 1 << 20;
        var constants = new Dictionary<string, TensorData>(fast.File.Initializers) { [name] = TensorData.FromInt32(bias.Shape, codes) };
        return fast with { File = fast.File with { Initializers = constants } };
    }

    private sealed class NodesByName : IEqualityComparer<GraphNode>
    {
        public bool Equals(GraphNode? x, GraphNode? y) => x?.Name == y?.Name && x?.OpType == y?.OpType;

        public int GetHashCode(GraphNode obj) => obj.Name.GetHashCode(StringComparison.Ordinal);
    }
}
