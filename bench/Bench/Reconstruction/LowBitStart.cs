using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Operators;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using Cluster.Learning.Reconstruction;
using Cluster.Networks;
using Cluster.Networks.Graphs;
using Cluster.Networks.Graphs.Groups;
using static TorchSharp.torch;

namespace Cluster.Bench.Reconstruction;

/// <summary>
/// The setting of the published reconstruction methods: the inputs of weighted operations are quantized by their producers (after the
/// activation function, after the Add of a residual block); the first and the last weight and their inputs have more bits than the others.
/// </summary>
internal static class LowBitStart
{
    private const int Bins = 4096;
    private const int MostImages = 256;
    private const long Seed = 0;

    /// <summary>Bits and calibrated ranges for a whole network.</summary>
    /// <param name="images">256 of them are used, stratified by label if there are labels.</param>
    /// <param name="weightBits">2 to 8.</param>
    /// <param name="activationBits">2 to 8; unsigned codes.</param>
    /// <param name="firstLastBits">Bits of the first and last weights, the network's input and the last weighted layer's input.</param>
    /// <param name="firstOutputBits">Bits of the second weighted layer's input: in BRECQ the same as at the ends, in QDrop the same as
    /// other activations.</param>
    public static ReconstructionStart Create(
        GroupedGraph graph, ImageBatches images, int weightBits, int activationBits, int firstLastBits, int? firstOutputBits = null)
    {
        GraphNode[] weighted = [.. graph.WeightedNodes];
        if (weighted.Length == 0)
        {
            throw new KernelException("The network has no convolution or product with constant weights; there is nothing to reconstruct.");
        }

        var forms = weighted.ToDictionary(
            node => node.Name,
            node => new WeightForm(node == weighted[0] || node == weighted[^1] ? firstLastBits : weightBits),
            StringComparer.Ordinal);
        var levels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in weighted)
        {
            string tensor = node.Inputs[0];
            int wanted = node == weighted[^1] || tensor == graph.Input.Name ? firstLastBits
                : weighted.Length > 1 && tensor == weighted[1].Inputs[0] ? firstOutputBits ?? activationBits
                : activationBits;
            levels[tensor] = 1 << Math.Min(wanted, levels.TryGetValue(tensor, out int before) ? int.Log2(before) : wanted);
        }

        return new ReconstructionStart(forms, Ranges(graph, images.Stratified(MostImages, Seed), levels));
    }

    private static Dictionary<string, QuantizationParameters> Ranges(
        GroupedGraph graph, ImageBatches images, Dictionary<string, int> levels)
    {
        using var programs = new ProgramBuilder(graph);
        var ends = levels.Keys.ToDictionary(
            tensor => tensor, _ => (Low: float.PositiveInfinity, High: float.NegativeInfinity), StringComparer.Ordinal);
        Pass(programs, graph.Input.Name, images, (tensor, value) =>
        {
            if (ends.TryGetValue(tensor, out var seen))
            {
                float[] values = TensorFactory.ToFloats(value);
                var (low, high) = (values.Min(), values.Max());
                ends[tensor] = (Math.Min(seen.Low, low), Math.Max(seen.High, high));
            }
        });
        var counts = levels.Keys.ToDictionary(tensor => tensor, _ => new long[Bins], StringComparer.Ordinal);
        Pass(programs, graph.Input.Name, images, (tensor, value) =>
        {
            if (counts.TryGetValue(tensor, out long[]? bins) && ends[tensor].Low < ends[tensor].High)
            {
                using var memory = new DenseMemory(value);
                Count(memory.Values, ends[tensor].Low, ends[tensor].High, bins);
            }
        });
        return levels.ToDictionary(
            pair => pair.Key,
            pair => PowerRange.Find(counts[pair.Key], ends[pair.Key].Low, ends[pair.Key].High, pair.Value),
            StringComparer.Ordinal);
    }

    // Into bins of equal width over [low, high], the last one closed.
    private static void Count(ReadOnlySpan<float> values, float low, float high, long[] bins)
    {
        double perUnit = bins.Length / ((double)high - low);
        foreach (float value in values)
        {
            bins[(int)Math.Min(((double)value - low) * perUnit, bins.Length - 1)]++;
        }
    }

    private static void Pass(ProgramBuilder programs, string input, ImageBatches images, Action<string, Tensor> see)
    {
        var program = programs.Whole(SumKind.Whole);
        for (int batch = 0; batch < images.Count; batch++)
        {
            using var live = new LiveTensors();
            var pixels = images.Tensor(batch);
            live.Set(input, pixels);
            see(input, pixels);
            program.Run(live, new Onlooker((node, value) => see(node.Output, value)));
        }
    }
}
