using Cluster.Glyphs.Training;
using Cluster.Kernels.Graphs.Onnx;

namespace Cluster.Cli.Tests.Verbs;

public sealed class ReparameterizeTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reparameterize_TrainedRepVgg_IsOneConvolutionABlock()
    {
        GlyphTrainer.Train(_folder["net.onnx"], GlyphKind.RepVgg, seed: 5, steps: 3, TextWriter.Null, CancellationToken.None);

        var run = await CommandLineRun.OfAsync(
            "reparameterize", "--model", _folder["net.onnx"], "-o", _folder["deploy.onnx"], "--json");

        var json = run.Report();
        json.GetProperty("blocks").GetInt32().ShouldBe(6);
        json.GetProperty("difference").GetDouble().ShouldBeLessThan(1e-4);
        OnnxReader.Read(_folder["net.onnx"]).Nodes.Count(node => node.OpType == "Add").ShouldBe(9);
        OnnxReader.Read(_folder["deploy.onnx"]).Nodes.Select(node => node.OpType).Distinct()
            .ShouldBe(["Conv", "Relu", "GlobalAveragePool", "Flatten", "Gemm"]);
        File.Exists(_folder["deploy.preprocess.json"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Reparameterize_NetworkWithoutBranches_IsOneSentence()
    {
        TinyNetwork.Write(_folder.Root);

        var run = await CommandLineRun.OfAsync("reparameterize", "--model", _folder["tiny.onnx"], "-o", _folder["deploy.onnx"]);

        run.ShouldBeRefused("has no sum of parallel convolutions", ExitCode.Failed);
        File.Exists(_folder["deploy.onnx"]).ShouldBeFalse();
    }
}
