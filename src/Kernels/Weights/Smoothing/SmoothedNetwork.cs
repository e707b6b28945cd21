namespace Cluster.Kernels.Weights.Smoothing;

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
