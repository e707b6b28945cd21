using System.Runtime.InteropServices;
using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Kernels.Tests.Export;

/// <summary>
/// What files of each format give on processors without VNNI, and without AVX2, beside the simulation, which knows no processor: the
/// table in docs/guide/deployment.md.
/// </summary>
public sealed class EmulatedProcessorTests
{
    private const string Packages = "onnxruntime-node";

    // Sums of floats, in whatever order, and nothing else.
    private const double Exact = 80;

    // An intermediate sum that saturates, or activations that are not rounded.
    private const double Other = 60;

    private static readonly Dictionary<string, GroupFormat> Formats = new(StringComparer.Ordinal)
    {
        ["int8"] = GroupFormat.Int8,
        ["int8-safe"] = GroupFormat.Int8Safe,
        ["int8-dynamic"] = GroupFormat.Dynamic,
        ["int4-block"] = GroupFormat.Int4Block,
    };

    [Theory]
    [InlineData("Haswell", null, "int8")]
    [InlineData("Haswell", "x64quantprecision=1", null)]
    [InlineData("Nehalem", null, "int4-block")]
    public async Task Run_FileOfEachFormat_IsAsSimulatedButWhereTheTableSays(string processor, string? entry, string? other)
    {
        string? node = Checkout.Program("node"), emulator = Checkout.Program("qemu-x86_64");
        string packages = Checkout.At(".tools", Packages);
        Assert.SkipWhen(
            node is null || emulator is null || !Directory.Exists(packages),
            $"needs node, qemu-x86_64 and ONNX Runtime in .tools/{Packages}: .ci/run installs them");
        using var folder = new WorkFolder();
        using var net = new Calibrated(Nets.Group(Graph()), Nets.Noise(16, 3, 4, 4, 8));
        var input = net.Images.Take(1).Inputs(0)[0];
        await File.WriteAllTextAsync(
            folder["input.json"], $"[{string.Join(',', input.Shape)}]", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder["input.bin"], input.Bytes.ToArray(), TestContext.Current.CancellationToken);
        var simulated = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var (name, format) in Formats)
        {
            // Convolutions have neither a dynamic form nor blocks.
            var network = net.Resolve(group => Decide.In(
                format.IsCalibrated || group.Nodes.Any(part => part.OpType == "Gemm") ? format : GroupFormat.Int8Safe));
            simulated[name] = net.Float32.Run([input], network);
            await File.WriteAllBytesAsync(
                folder[$"{name}.onnx"], OnnxWriter.Write(QdqExporter.Export(network)).Message, TestContext.Current.CancellationToken);
        }

        string[] arguments =
        [
            "-cpu", processor, node!, Path.Combine(AppContext.BaseDirectory, "Export", "run-all.mjs"), packages, folder.Root,
            .. entry is null ? [] : new[] { entry },
        ];
        using var process = Process.Start(new ProcessStartInfo(emulator!, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0, error);
        foreach (var (name, expected) in simulated)
        {
            byte[] bytes = await File.ReadAllBytesAsync(folder[$"{name}.bin"], TestContext.Current.CancellationToken);
            float[] found = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
            double decibels = ChannelSums.Of(expected, found, [expected.Length])[0].Overall;
            if (name == other)
            {
                decibels.ShouldBeLessThan(Other, name);
            }
            else
            {
                decibels.ShouldBeGreaterThan(Exact, name);
            }
        }
    }

    // Weights of one sign and inputs of one sign: two products of the largest codes are beyond 16 bits.
    private static ModelGraph Graph() => new GraphBuilder(13, -1, 3, 4, 4)
        .Floats("w", [16, 3, 3, 3], Alike(16 * 3 * 9)).Floats("v", [32, 16], Alike(512)).Floats("b", [32], Nets.Values(32, 4))
        .Floats("u", [8, 32], Nets.Values(256, 5))
        .Node("Conv", "x w", "c", Nets.Same).Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "p").Node("Flatten", "p", "f")
        .Node("Gemm", "f v b", "g", GraphBuilder.Int("transB", 1)).Node("Relu", "g", "h")
        .Node("Gemm", "h u", "y", GraphBuilder.Int("transB", 1)).Build();

    private static float[] Alike(int count) => [.. Nets.Values(count, 3).Select(value => 0.7f + (0.05f * value))];
}
