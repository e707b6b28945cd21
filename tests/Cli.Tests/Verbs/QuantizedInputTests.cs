using Cluster.Evaluation.SingleSteps.Inspect;

namespace Cluster.Cli.Tests.Verbs;

/// <summary>Files that are quantized already: what inspect says of them, and what refuses them.</summary>
public sealed class QuantizedInputTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_ProductsInCodes_TellsTheNetworkTheyStandFor()
    {
        var plain = GlyphTransformer.ToGraph(3);

        var (before, after) = (await InspectAsync(plain), await InspectAsync(BlockWeights.Of(plain)));

        foreach (string same in new[] { "macs", "parameters" })
        {
            after.GetProperty(same).GetInt64().ShouldBe(before.GetProperty(same).GetInt64(), same);
        }

        Names(after).ShouldBe(Names(before));
        after.GetProperty("groups").EnumerateArray().Count(group => Format(group) == "int4 weights").ShouldBe(13);
        after.GetProperty("operators").GetProperty("MatMulNBits").GetInt32().ShouldBe((3 * 4) + 1); // four layers a block, the head
        (await CommandLineRun.OfAsync("inspect", _folder["q.onnx"])).Output.ShouldContain("int4 weights");
    }

    [Theory]
    [InlineData("K", 1L, "which are not those of 1 x")]
    [InlineData("N", 1L << 40, "bytes of codes, which are not those of")]
    [InlineData("block_size", 0L, "has codes of 4 bits in blocks of 0")]
    [InlineData("bits", 64L, "has codes of 64 bits in blocks of 32")]
    public void WeightOnlyGraph_AttributesThatCannotBe_AreRefusedBeforeAnythingIsAllocated(string name, long value, string expected)
    {
        var graph = BlockWeights.Of(GlyphTransformer.ToGraph(3));
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
    public async Task Commands_WeightsInCodesAlready_AreRefusedInOneSentence(string verb, string data)
    {
        Write(BlockWeights.Of(GlyphTransformer.ToGraph(3)));
        File.Copy(Checkout.At("samples", "glyphs.preprocess.json"), _folder["q.preprocess.json"]);
        GlyphFiles.Write(_folder.Root, new GlyphGenerator(1), GlyphSet.Calibration, 32);
        string images = $"idx:{GlyphFiles.ImagesPath(_folder.Root, GlyphSet.Calibration)}";
        string[] output = verb == "sensitivity" ? [] : ["-o", _folder[verb == "run" ? "out" : "out.onnx"]];

        var run = await CommandLineRun.OfAsync(
            [verb, "--model", _folder["q.onnx"], data, images, .. output]);

        run.Code.ShouldBe(ExitCode.Failed, run.Error);
        run.Error.ShouldContain(
            $"{_folder["q.onnx"]} is quantized already (it has 13 MatMulNBits nodes); give the FP32 network it was made from, or what "
            + "./cluster dequantize makes of it.");
        File.Exists(_folder["out.onnx"]).ShouldBeFalse();
    }

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
