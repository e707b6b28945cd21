using System.Text.Json;
using Cluster.Glyphs;
using Cluster.Glyphs.Training;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Terminal;
using Cluster.Tests;

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

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        json.RootElement.GetProperty("blocks").GetInt32().ShouldBe(6);
        json.RootElement.GetProperty("difference").GetDouble().ShouldBeLessThan(1e-4);
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

        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("has no sum of parallel convolutions");
        File.Exists(_folder["deploy.onnx"]).ShouldBeFalse();
    }
}
