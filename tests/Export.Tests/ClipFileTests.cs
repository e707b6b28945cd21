using FsCheck;

namespace Cluster.Export.Tests;

/// <summary>
/// A Clip before a Q is dropped by every ONNX Runtime, and its layer gets an integer kernel, if no code lies beyond the Clip's bounds.
/// Where one does, versions before 1.31 make two nodes of one name and refuse the file.
/// </summary>
public sealed class ClipFileTests
{
    // Lowest, highest; NaN where the Clip has none.
    public static TheoryData<float, float, string> Clips => new()
    {
        { -0.4f, 0.4f, "" }, { -0.2f, 0.9f, "" }, { -0.9f, 0.003f, "" }, { float.NaN, 1, "" }, { -0.3f, float.NaN, "" }, { 0, 6, "" },
        { -1, 0, "" }, { -0.33f, 0.77f, "MaxPool" }, { float.NaN, 0.7f, "MaxPool" }, { -0.33f, 0.77f, "Reshape" },
        { 0.05f, 0.6f, "" }, { -0.6f, -0.05f, "" },
    };

    [Theory]
    [MemberData(nameof(Clips))]
    public void Export_ClipBetweenLayers_RunsInIntegersAsSimulated(float low, float high, string between)
    {
        using var net = new Calibrated(Nets.Group(Graph(low, high, between)), Nets.Noise(8, 3, 4, 4, 4));
        var network = net.AllInt8("max");

        var report = net.Check(network);

        report.Passed.ShouldBeTrue(report.Failure);
        if (!(low > 0) && !(high < 0))
        {
            var optimized = OptimizedGraph.Nodes(OnnxWriter.Write(QdqExporter.Export(network)).Message)
                .Select(node => node.OpType).ToArray();
            optimized.ShouldNotContain("Clip");
            optimized.ShouldContain("QLinearConv");
        }
    }

    [Fact]
    public async Task Export_ClipBetweenLayers_OpensInAnOlderRuntime()
    {
        string? node = Checkout.Program("node");
        string packages = Checkout.At(".tools", "onnxruntime-node-1.24.3");
        Assert.SkipWhen(
            node is null || !Directory.Exists(packages),
            "needs node and ONNX Runtime 1.24.3 in .tools/onnxruntime-node-1.24.3: .ci/run installs them");
        using var folder = new WorkFolder();
        foreach (var (index, clip) in Clips.Index())
        {
            var (low, high, between) = clip.Data;
            using var net = new Calibrated(Nets.Group(Graph(low, high, between)), Nets.Noise(8, 3, 4, 4, 4));
            await File.WriteAllBytesAsync(
                folder[$"{index}.onnx"], OnnxWriter.Write(QdqExporter.Export(net.AllInt8())).Message,
                TestContext.Current.CancellationToken);
        }

        using var process = Process.Start(new ProcessStartInfo(
            node!, [Path.Combine(AppContext.BaseDirectory, "open-all.mjs"), packages, folder.Root])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0, await error);
        output.Trim().ShouldBe($"1.24.3 opens {Clips.Count}");
    }

    [Fact]
    public void Contain_AnyRangeWithinAnyBounds_HasNoCodeBeyondAndLosesAtMostHalfAStep()
    {
        Prop.ForAll(
            Gen.Choose(1, 1_000_000).Select(number => number / 1000f).Four().ToArbitrary(),
            numbers =>
            {
                var (floor, ceiling, low, high) = numbers;
                var bounds = new ActivationBounds(-floor, ceiling);
                var range = new CalibrationRange(Math.Max(-low, -floor), Math.Min(high, ceiling)).ToUnsigned();

                var contained = bounds.Contain(range);

                contained.ZeroPoint.ShouldBe(range.ZeroPoint);
                contained.Low.ShouldBeGreaterThanOrEqualTo(-floor);
                contained.High.ShouldBeLessThanOrEqualTo(ceiling);
                double lost = Math.Max(contained.Low - range.Low, range.High - contained.High);
                return lost <= 255 * range.Scale / 2 && bounds.Contain(contained) == contained;
            }).QuickCheckThrowOnFailure();
    }

    private static ModelGraph Graph(float low, float high, string between)
    {
        var graph = new GraphBuilder(13, -1, 3, 4, 4)
            .Floats("w", [4, 3, 1, 1], Nets.Values(12, 1, 0.004)).Floats("b", [4], Nets.Values(4, 2, 0.2))
            .Floats("v", [2, 4, 1, 1], Nets.Values(8, 3)).Ints("shape", 0, 4, 2, 8);
        if (!float.IsNaN(low))
        {
            graph.Floats("low", [], low);
        }

        if (!float.IsNaN(high))
        {
            graph.Floats("high", [], high);
        }

        graph.Node("Conv", "x w b", "c").Node("Clip", $"c {(float.IsNaN(low) ? "-" : "low")}{(float.IsNaN(high) ? "" : " high")}", "k");
        string read = between.Length == 0 ? "k" : "m";
        return (between switch
        {
            "MaxPool" => graph.Node("MaxPool", "k", "m", GraphBuilder.Ints("kernel_shape", [2, 2])),
            "Reshape" => graph.Node("Reshape", "k shape", "m"),
            _ => graph,
        }).Node("Conv", $"{read} v", "y").Build();
    }
}
