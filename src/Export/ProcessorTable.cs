using System.Runtime.Intrinsics.X86;

namespace Cluster.Export;

/// <summary>Processors for which ONNX Runtime has kernels of their own, and a setting that chooses others.</summary>
public enum ProcessorKind
{
    /// <summary>x86 with AVX-512 VNNI or AVX-VNNI, where files are compared with the simulation.</summary>
    Vnni,

    /// <summary>x86 with AVX2 and without VNNI.</summary>
    Avx2,

    /// <summary>The same in a session with the configuration entry <c>session.x64quantprecision</c> = 1.</summary>
    PreciseAvx2,

    /// <summary>x86 without AVX2.</summary>
    OldX86,

    /// <summary>ARM64 with dot products of bytes (Armv8.2 FEAT_DotProd).</summary>
    Arm64,

    /// <summary>ARM64 without them.</summary>
    OldArm64,

    /// <summary>WebAssembly, as in browsers.</summary>
    Wasm,
}

/// <summary>What a file may hold that processors compute in ways of their own.</summary>
public enum FilePart
{
    /// <summary>Operators in float.</summary>
    Floats,

    /// <summary>Products of bytes of which no two together leave 16 bits, with calibrated activations.</summary>
    SafeProducts,

    /// <summary>Products of bytes of which two may (<see cref="SaturatingProducts"/>).</summary>
    FullProducts,

    /// <summary>Products of bytes whose activations are rounded by the range of each run.</summary>
    DynamicProducts,

    /// <summary>Products with weights in blocks of 4 bits.</summary>
    BlockProducts,

    /// <summary>Sums of two quantized tensors.</summary>
    Sums,
}

/// <summary>What a processor computes beside one with VNNI, the nearest first.</summary>
public enum Computation
{
    /// <summary>The same bits.</summary>
    Equal,

    /// <summary>Floats added in another order, as in the FP32 network.</summary>
    LastBits,

    /// <summary>Sums of blocks added in another order, on to the next rounding of activations.</summary>
    BlockSums,

    /// <summary>Sums that lie halfway between two codes but for their last bits, rounded to the other one.</summary>
    NearTies,

    /// <summary>Activations that are not rounded to 8 bits.</summary>
    Unrounded,

    /// <summary>Sums of two products that stop at the limits of 16 bits.</summary>
    Saturates,
}

/// <summary>
/// What ONNX Runtime computes of a file, by processor: the one table from which metadata, screens, reports and docs/guide/where.md
/// say it. Each cell is held by <c>EmulatedProcessorTests</c>.
/// </summary>
public static class ProcessorTable
{
    /// <summary>The metadata key that says where a file is exact: <see cref="ExactOn"/>.</summary>
    public const string Metadata = "cluster.exact_on";

    // The widest first; all processors with VNNI have AVX2.
    private static readonly (ProcessorKind[] Kinds, string Name)[] Names =
    [
        ([ProcessorKind.Vnni, ProcessorKind.Avx2, ProcessorKind.OldX86], "every x86"),
        ([ProcessorKind.Vnni, ProcessorKind.Avx2], "x86 with AVX2"),
        ([ProcessorKind.Vnni], "x86 with VNNI"),
        ([ProcessorKind.Avx2], "x86 with AVX2 and no VNNI"),
        ([ProcessorKind.OldX86], "x86 without AVX2"),
        ([ProcessorKind.Arm64, ProcessorKind.OldArm64], "ARM64"),
        ([ProcessorKind.Arm64], "ARM64 with dot products"),
        ([ProcessorKind.OldArm64], "ARM64 without dot products"),
        ([ProcessorKind.Wasm], "WebAssembly"),
    ];

    private static readonly Dictionary<Computation, string> Faults = new()
    {
        [Computation.BlockSums] = "sums of blocks are rounded otherwise",
        [Computation.NearTies] = "near ties of sums are rounded otherwise",
        [Computation.Unrounded] = "activations are not rounded",
        [Computation.Saturates] = "products saturate",
    };

    // In the order of ProcessorKind.
    private static readonly Dictionary<FilePart, Computation[]> Cells = new()
    {
        [FilePart.Floats] = [
            Computation.Equal, Computation.Equal, Computation.Equal, Computation.LastBits, Computation.LastBits, Computation.LastBits,
            Computation.LastBits],
        [FilePart.SafeProducts] = new Computation[7],
        [FilePart.FullProducts] = [
            Computation.Equal, Computation.Saturates, Computation.Equal, Computation.Equal, Computation.Equal, Computation.Equal,
            Computation.Equal],
        [FilePart.DynamicProducts] = new Computation[7],
        [FilePart.BlockProducts] = [
            Computation.Equal, Computation.BlockSums, Computation.BlockSums, Computation.Unrounded, Computation.BlockSums,
            Computation.Unrounded, Computation.Unrounded],
        [FilePart.Sums] = [
            Computation.Equal, Computation.Equal, Computation.Equal, Computation.NearTies, Computation.NearTies, Computation.NearTies,
            Computation.NearTies],
    };

    /// <summary>What one part is on one processor.</summary>
    public static Computation Of(FilePart part, ProcessorKind processor) => Cells[part][(int)processor];

    /// <summary>What a file holds.</summary>
    /// <param name="file">A QDQ graph as written.</param>
    public static IReadOnlySet<FilePart> Parts(ModelGraph file)
    {
        var decoded = file.Nodes.Where(node => node.OpType == "DequantizeLinear").Select(node => node.Output)
            .ToHashSet(StringComparer.Ordinal);
        var parts = new HashSet<FilePart>(file.Nodes.Select(node => node.OpType switch
        {
            WeightOnlyNodes.Product => FilePart.BlockProducts,
            WeightOnlyNodes.DynamicProduct => FilePart.DynamicProducts,
            WeightOnlyNodes.Lstm => FilePart.DynamicProducts,
            "Add" when node.Inputs.All(decoded.Contains) => FilePart.Sums,
            "Conv" or "Gemm" or "MatMul" when node.Inputs.Take(2).All(decoded.Contains) => FilePart.SafeProducts,
            _ => FilePart.Floats,
        }));
        if (SaturatingProducts.In(file).Count > 0)
        {
            parts.Add(FilePart.FullProducts);
        }

        return parts;
    }

    /// <summary>
    /// On which processors a file computes what it does with VNNI, up to the last bits of floats, and what the others make of it: "x86 with
    /// AVX2 and ARM64; activations are not rounded on WebAssembly".
    /// </summary>
    /// <inheritdoc cref="Parts"/>
    public static string ExactOn(ModelGraph file)
    {
        var parts = Parts(file);
        Computation Worst(ProcessorKind processor) => parts.Max(part => Of(part, processor));
        var byWorst = Enum.GetValues<ProcessorKind>().Where(kind => kind != ProcessorKind.PreciseAvx2).ToLookup(Worst);
        var exact = byWorst.Where(group => !Faults.ContainsKey(group.Key)).SelectMany(group => group);
        return string.Join("; ", byWorst
            .Where(group => Faults.ContainsKey(group.Key))
            .OrderByDescending(group => group.Key)
            .Select(group => $"{Faults[group.Key]} on {Named(group)}"
                + (group.Key == Computation.Saturates && Worst(ProcessorKind.PreciseAvx2) < group.Key
                    ? " unless session.x64quantprecision is 1"
                    : string.Empty))
            .Prepend(Named(exact)));
    }

    /// <summary>What a file states of <see cref="ExactOn"/>, if anything.</summary>
    public static string? StatedIn(ModelGraph file) => file.Metadata.GetValueOrDefault(Metadata);

    private static string Named(IEnumerable<ProcessorKind> processors)
    {
        var left = processors.ToHashSet();
        var names = new List<string>();
        foreach (var (kinds, name) in Names)
        {
            if (left.IsSupersetOf(kinds))
            {
                left.ExceptWith(kinds);
                names.Add(name);
            }
        }

        return names.Count == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }
}
