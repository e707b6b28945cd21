using System.Text.Json;
using Cluster.Evaluation.SingleSteps.Inspect;
using Cluster.Glyphs.Sentences;
using Cluster.Kernels;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Quantization.Blocks;
using Cluster.Kernels.Weights;

namespace Cluster.Cli.Tests.Verbs;

/// <summary>Files that are quantized already: what inspect says of them, and what refuses them.</summary>
public sealed class QuantizedInputTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(4, 32)]
    [InlineData(8, 64)]
    public async Task Inspect_ProductsInCodes_TellsThemAndTheNetworkTheyStandFor(int bits, int block)
    {
        var plain = GlyphTransformer.ToGraph(3);
        var quantized = Rounded(plain, bits, block);

        var (before, after) = (await InspectAsync(plain), await InspectAsync(quantized));

        var row = after.GetProperty("weights").EnumerateArray().ShouldHaveSingleItem();
        row.GetProperty("operator").GetString().ShouldBe("MatMulNBits");
        row.GetProperty("bits").GetInt32().ShouldBe(bits);
        row.GetProperty("block").GetInt32().ShouldBe(block);
        row.GetProperty("nodes").GetInt32().ShouldBe((3 * 4) + 1); // four layers a block, the head
        row.GetProperty("bytes").GetInt64().ShouldBe(CodeBytes(quantized));
        row.GetProperty("share").GetDouble().ShouldBe((double)CodeBytes(quantized) / after.GetProperty("sizeBytes").GetInt64(), 1e-9);
        foreach (string same in new[] { "macs", "parameters" })
        {
            after.GetProperty(same).GetInt64().ShouldBe(before.GetProperty(same).GetInt64(), same);
        }

        Names(after).ShouldBe(Names(before));
        after.GetProperty("groups").EnumerateArray().Count(group => Format(group) == $"int{bits} weights").ShouldBe(13);
    }

    [Fact]
    public async Task Inspect_RecurrentLayersAndTablesInCodes_TellsThem()
    {
        var plain = SentenceLstm.ToGraph(3);

        var (before, after) = (await InspectAsync(plain), await InspectAsync(Rounded(plain, 4, 32)));

        var rows = after.GetProperty("weights").EnumerateArray().ToDictionary(row => row.GetProperty("operator").GetString()!);
        rows.Keys.ShouldBe(["MatMulNBits", "GatherBlockQuantized"], ignoreOrder: true);
        rows["GatherBlockQuantized"].GetProperty("nodes").GetInt32().ShouldBe(4 + 1); // two matrices a layer, the words
        after.GetProperty("macs").GetInt64().ShouldBe(before.GetProperty("macs").GetInt64());
        after.GetProperty("parameters").GetInt64().ShouldBe(before.GetProperty("parameters").GetInt64());
        after.GetProperty("problems").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Inspect_ProductsInCodes_SaysSoInALine()
    {
        Write(Rounded(GlyphTransformer.ToGraph(3), 4, 32));

        var run = await CommandLineRun.OfAsync("inspect", _folder["q.onnx"]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("Weights:    13 MatMulNBits of 4 bits in blocks of 32: ");
        run.Output.ShouldContain("% of the file)");
        run.Output.ShouldContain("int4 weights");
    }

    [Theory]
    [InlineData("K", 1L, "which are not those of 1 x")]
    [InlineData("N", 1L << 40, "bytes of codes, which are not those of")]
    [InlineData("block_size", 0L, "has codes of 4 bits in blocks of 0")]
    [InlineData("bits", 64L, "has codes of 64 bits in blocks of 32")]
    public void WeightOnlyGraph_AttributesThatCannotBe_AreRefusedBeforeAnythingIsAllocated(string name, long value, string expected)
    {
        var graph = Rounded(GlyphTransformer.ToGraph(3), 4, 32);
        var damaged = graph with
        {
            Nodes =
            [
                .. graph.Nodes.Select(node => node.OpType != WeightOnlyNodes.Product ? node : node with
                {
                    Attributes = new Dictionary<string, AttributeValue>(node.Attributes, StringComparer.Ordinal)
                    {
                        [name] = AttributeValue.Of(value),
                    },
                }),
            ],
        };

        Should.Throw<KernelException>(() => new WeightOnlyGraph(damaged)).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("quantize", "--data")]
    [InlineData("run", "--data")]
    [InlineData("sensitivity", "--data")]
    [InlineData("smooth", "--data")]
    [InlineData("quantize-weights", "--eval")]
    [InlineData("reparameterize", null)]
    public async Task Commands_WeightsInCodesAlready_AreRefusedInOneSentence(string verb, string? data)
    {
        Write(Rounded(GlyphTransformer.ToGraph(3), 4, 32));
        File.Copy(Checkout.At("samples", "glyphs.preprocess.json"), _folder["q.preprocess.json"]);
        GlyphFiles.Write(_folder.Root, new GlyphGenerator(1), GlyphSet.Calibration, 32);
        string images = $"idx:{GlyphFiles.ImagesPath(_folder.Root, GlyphSet.Calibration)}";
        string[] output = verb == "sensitivity" ? [] : ["-o", _folder[verb == "run" ? "out" : "out.onnx"]];

        var run = await CommandLineRun.OfAsync(
            [verb, "--model", _folder["q.onnx"], .. data is null ? [] : new[] { data, images }, .. output]);

        run.Code.ShouldBe(ExitCode.Failed, run.Error);
        run.Error.ShouldContain(
            $"{_folder["q.onnx"]} is quantized already (it has 13 MatMulNBits nodes); give the FP32 network it was made from, or what "
            + "./cluster dequantize makes of it.");
        File.Exists(_folder["out.onnx"]).ShouldBeFalse();
    }

    private static ModelGraph Rounded(ModelGraph graph, int bits, int block) =>
        new WeightOnly(graph).Nearest(new BlockFormat(bits, block), ActivationRounding.None).Graph;

    private static long CodeBytes(ModelGraph graph) => graph.Initializers
        .Where(pair => pair.Key.Split('/')[^1] is "codes" or "scales" or "zeros")
        .Sum(pair => (long)pair.Value.Bytes.Length);

    private static List<string?> Names(JsonElement report) =>
        [.. report.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("name").GetString())];

    private static string? Format(JsonElement group) =>
        group.TryGetProperty("format", out var format) ? format.GetString() : null;

    private void Write(ModelGraph graph) => _folder.Write("q.onnx", OnnxWriter.Write(graph).Message);

    private async Task<JsonElement> InspectAsync(ModelGraph graph)
    {
        Write(graph);
        return (await CommandLineRun.OfAsync("inspect", _folder["q.onnx"], "--json")).Report();
    }
}
