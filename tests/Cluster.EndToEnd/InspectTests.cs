using System.Text.Json.Nodes;

namespace Cluster.EndToEnd;

public class InspectTests
{
    [Fact]
    public async Task Inspect_QuantizedFile_TellsEachGroupsFormat()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        (await ClusterProcess.RunAsync(folder.Root, "quantize", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte", "-o", "q.onnx"))
            .Code.ShouldBe(0);
        var run = await ClusterProcess.RunAsync(folder.Root, "inspect", "q.onnx", "--json");
        run.Code.ShouldBe(0, run.Error);
        var report = run.Json();
        var groups = report.GetProperty("groups").EnumerateArray().ToList();
        groups.Select(group => group.GetProperty("name").GetString()).ShouldBe(["first", "second", "head"]);
        groups.ShouldAllBe(group => group.GetProperty("format").GetString() == "int8");

        // Three weights and three biases are stored as codes.
        report.GetProperty("quantization").GetProperty("constants").GetInt32().ShouldBe(6);
        report.GetProperty("quantization").GetProperty("quantizeNodes").GetInt32().ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Inspect_MixedPlan_ListsFloatGroup()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        (await ClusterProcess.RunAsync(folder.Root, "quantize", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte", "-o", "q.onnx"))
            .Code.ShouldBe(0);
        var plan = JsonNode.Parse(await File.ReadAllTextAsync(folder["q.plan.json"], TestContext.Current.CancellationToken))!.AsObject();
        plan.Remove("digest");
        plan["plan"]!["groups"]![1]!["format"] = "float32";
        await File.WriteAllTextAsync(folder["mixed.plan.json"], plan.ToJsonString(), TestContext.Current.CancellationToken);
        var mixed = await ClusterProcess.RunAsync(
            folder.Root, "quantize", "--model", "tiny.onnx", "--plan", "mixed.plan.json", "--data", "idx:images-idx3-ubyte",
            "-o", "mixed.onnx");
        mixed.Code.ShouldBe(0, mixed.Error);
        mixed.Output.ShouldContain("2 of 3 groups in INT8");
        var run = await ClusterProcess.RunAsync(folder.Root, "inspect", "mixed.onnx", "--json");
        run.Json().GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("format").GetString())
            .ShouldBe(["int8", "float32", "int8"]);
    }

    [Fact]
    public async Task Inspect_Resnet8_ListsFoldedNodes()
    {
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(folder.Root, "inspect", Resnet8.Model, "--json");
        run.Code.ShouldBe(0, run.Error);
        var report = run.Json();
        report.GetProperty("macs").GetInt64().ShouldBe(12_501_632);
        report.GetProperty("groups").GetArrayLength().ShouldBe(10);
        report.GetProperty("normalised").GetProperty("BatchNormalization").GetInt32().ShouldBe(-7);
    }

    [Fact]
    public async Task Inspect_OnnxFilesOfTheSharedData_AreUnderstood()
    {
        using var folder = new WorkFolder();
        string models = SharedData.Require("models");
        foreach (string model in Directory.EnumerateFiles(models, "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var run = await ClusterProcess.RunAsync(folder.Root, "inspect", model);
            run.Code.ShouldBe(0, $"{model}: {run.Error}");
            run.Output.ShouldContain("can be quantized");
        }
    }
}
