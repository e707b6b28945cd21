using Cluster.Tests.Exported;

namespace Cluster.EndToEnd.Networks;

/// <summary>Formats that are nodes of ONNX Runtime's own, in a whole search over a small vision transformer.</summary>
public sealed class RuntimeFormatTests : IDisposable
{
    // All groups in INT8 have 58 kB and more, with or without VNNI: only products in these formats are within it.
    private const string Budget = "53kB";

    private static readonly string[] OfRuntime = ["int8-dynamic", "int4-block"];

    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_FormatsOfProducts_EndsWithAFileOfTheirNodes()
    {
        ExportedNetworks.All["vit"]().Write(_folder.Root, 32);

        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", "vit.onnx", "--data", "npz:vit.npz@0..16", "--eval", "npz:vit.npz@16..",
            "--metric", "output-sqnr", "--methods", "mse", "--formats", string.Join(',', OfRuntime.Prepend("int8-safe")),
            "--size-budget", Budget, "--cache", "none", "-o", "out");

        run.ShouldBeDone();
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(_folder["out/result.json"], Cancellation));
        var winner = result.RootElement.GetProperty("winner");
        winner.GetProperty("sizeBytes").GetInt64().ShouldBe(new FileInfo(_folder["out/winner.qdq.onnx"]).Length);
        winner.GetProperty("accuracy").GetProperty("value").GetDouble().ShouldBeGreaterThan(20);
        result.RootElement.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();

        // The JSON's groups, the plan's and the file's nodes say the same; the report names each format.
        var groups = result.RootElement.GetProperty("groups").EnumerateArray()
            .ToDictionary(group => group.GetProperty("group").GetString()!, group => group.GetProperty("format").GetString()!);
        winner.GetProperty("plan").GetProperty("groups").EnumerateArray()
            .Select(group => (group.GetProperty("group").GetString()!, group.GetProperty("format").GetString()!))
            .ShouldBe(groups.Select(group => (group.Key, group.Value)));
        var nodes = OnnxReader.Read(_folder["out/winner.qdq.onnx"]).Nodes.Where(node => node.Domain == "com.microsoft").ToArray();
        nodes.ShouldNotBeEmpty();
        nodes.ToDictionary(node => node.Name, node => node.OpType == "MatMulNBits" ? "int4-block" : "int8-dynamic").ShouldBe(
            groups.Where(group => OfRuntime.Contains(group.Value)).ToDictionary(), ignoreOrder: true);
        string report = await File.ReadAllTextAsync(_folder["out/report.html"], Cancellation);
        groups.Values.Distinct().Where(OfRuntime.Contains).ShouldAllBe(format => report.Contains(format));
    }
}
