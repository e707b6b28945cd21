namespace Cluster.Kernels.SmoothQuant;

/// <summary>
/// SmoothQuant (Xiao et al., ICML 2023): channels with large activations before a product are divided by a factor, and the product's
/// weights are multiplied with it. The factors go into the normalization before it, so the network is the same function with the same
/// nodes, but one scale for all channels of an activation loses less.
/// </summary>
/// <param name="Graph">With its new constants, still in FP32.</param>
/// <param name="Tensors">In execution order.</param>
public sealed record SmoothedNetwork(ModelGraph Graph, IReadOnlyList<SmoothedTensor> Tensors)
{
    /// <summary>The paper's value of alpha.</summary>
    public const double UsualAlpha = 0.5;

    /// <param name="graph">As read from the file; it need not be normalized.</param>
    /// <param name="calibration">Calibration data for the network's inputs.</param>
    /// <param name="alpha">0 to 1: how much of the activations' range goes to the weights.</param>
    /// <param name="threads">Threads of ONNX Runtime.</param>
    /// <exception cref="KernelException">No normalization is read by products alone, or ONNX Runtime cannot run the
    /// network.</exception>
    public static SmoothedNetwork Of(
        ModelGraph graph, ImageBatches calibration, double alpha, int threads, CancellationToken cancellation)
    {
        var points = SmoothPoint.Find(graph);
        if (points.Count == 0)
        {
            throw new KernelException(
                "The network has no normalization (LayerNormalization, or factors for each channel) that only products by constants "
                + "read, so there is nothing to smooth; it would quantize as it is.");
        }

        var ranges = Ranges(graph, points, calibration, threads, cancellation);
        var constants = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal);
        var tensors = new List<SmoothedTensor>();
        foreach (var (point, activations) in points.Zip(ranges))
        {
            double[] factors = SmoothFactors.Of(activations, WeightRanges(point, graph), alpha);
            foreach (string name in point.Constants)
            {
                var vector = constants[name];
                constants[name] = TensorData.FromFloats(
                    vector.Shape, [.. vector.As<float>().ToArray().Select((value, channel) => (float)(value / factors[channel]))]);
            }

            foreach (var product in point.Readers)
            {
                float[] rows = product.Rows(constants[product.Weight]);
                for (int i = 0; i < rows.Length; i++)
                {
                    rows[i] = (float)(rows[i] * factors[i % product.Inputs]);
                }

                constants[product.Weight] = product.Constant(rows);
            }

            tensors.Add(Told(point, activations, factors));
        }

        return new SmoothedNetwork(graph with { Initializers = constants }, tensors);
    }

    private static float[][] Ranges(
        ModelGraph graph, IReadOnlyList<SmoothPoint> points, ImageBatches calibration, int threads, CancellationToken cancellation)
    {
        float[][] ranges = [.. points.Select(point => new float[point.Channels])];
        foreach (var batch in PrefixGraph.Run(graph, [.. points.Select(point => point.Value)], calibration, threads, cancellation))
        {
            foreach (var (range, tensor) in ranges.Zip(batch))
            {
                Widen(range, tensor.As<float>());
            }
        }

        return ranges;
    }

    private static float[] WeightRanges(SmoothPoint point, ModelGraph graph)
    {
        float[] ranges = new float[point.Channels];
        foreach (var product in point.Readers)
        {
            Widen(ranges, product.Rows(graph.Initializers[product.Weight]));
        }

        return ranges;
    }

    /// <param name="values">(rows, channels).</param>
    private static void Widen(float[] ranges, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            ref float range = ref ranges[i % ranges.Length];
            range = Math.Max(range, Math.Abs(values[i]));
        }
    }

    private static SmoothedTensor Told(SmoothPoint point, float[] before, double[] factors)
    {
        double[] wide = [.. before.Select(range => (double)range)];
        double[] after = [.. wide.Zip(factors, (range, factor) => range / factor)];
        return new SmoothedTensor(
            point.Value,
            [.. point.Readers.SelectMany(product => product.Nodes).Select(node => node.Name)],
            wide.Max(),
            after.Max(),
            Spread(wide),
            Spread(after));
    }

    private static double Spread(double[] ranges)
    {
        double median = ranges.Order().ElementAt(ranges.Length / 2);
        return median > 0 ? ranges.Max() / median : 1;
    }
}

/// <summary>A tensor whose channels were scaled.</summary>
/// <param name="Value">Its name.</param>
/// <param name="Products">Nodes that read it.</param>
/// <param name="Before">Largest magnitude on the calibration data.</param>
/// <param name="After">Largest magnitude after scaling.</param>
/// <param name="SpreadBefore">Largest magnitude relative to the median channel's: the cost of one scale for all channels.</param>
/// <param name="SpreadAfter">The same after scaling.</param>
public sealed record SmoothedTensor(
    string Value,
    IReadOnlyList<string> Products,
    double Before,
    double After,
    double SpreadBefore,
    double SpreadAfter);

/// <summary>Splits each channel's range between activations and weights (Xiao et al., SmoothQuant, ICML 2023, equation 4).</summary>
internal static class SmoothFactors
{
    private const double Least = 1e-5;

    /// <summary>s_j = max|X_j|^α / max|W_j|^(1-α): the divisor of activations and the factor of weights.</summary>
    /// <param name="activations">Largest magnitude of each channel.</param>
    /// <param name="weights">Largest magnitude of the weights that the channel is multiplied with.</param>
    /// <param name="alpha">0: weights become equal and activations take over their ranges; 1: the other way round.</param>
    /// <returns>The factors; 1 for a channel that is always 0 or is multiplied only with zeros.</returns>
    public static double[] Of(ReadOnlySpan<float> activations, ReadOnlySpan<float> weights, double alpha)
    {
        double[] factors = new double[activations.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = activations[i] == 0 || weights[i] == 0
                ? 1
                : Math.Max(Math.Pow(activations[i], alpha) / Math.Pow(weights[i], 1 - alpha), Least);
        }

        return factors;
    }
}
