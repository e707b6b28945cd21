using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Weights;

/// <summary>
/// Quantizes the weights of a network's products by constants, and nothing else: the other operators are written as they
/// were read, so they may be any that ONNX Runtime has.
/// </summary>
public sealed class WeightOnly
{
    private readonly ModelGraph _graph;
    private readonly IReadOnlyList<WeightProduct> _products;

    /// <param name="graph">As it was read; no normalization is needed.</param>
    /// <exception cref="KernelException">It has no product by a constant.</exception>
    public WeightOnly(ModelGraph graph)
    {
        _graph = graph;
        _products = WeightProducts.Find(graph);
        if (_products.Count == 0)
        {
            throw new KernelException(
                "The network has no product by a constant float matrix (MatMul, or Gemm without factors), so there are no weights to "
                + "quantize this way; ./cluster quantize does convolutions.");
        }
    }

    /// <summary>Matrices that will be quantized.</summary>
    public int Count => _products.Count;

    /// <summary>Rounds to the nearest code.</summary>
    public WeightOnlyNetwork Nearest(BlockFormat format, ActivationRounding activations) =>
        Write(_products.ToDictionary(
            product => product.Weight,
            product => BlockRounding.Nearest(
                product.Rows(_graph.Initializers[product.Weight]), product.Outputs, product.Inputs, format.For(product.Inputs)),
            StringComparer.Ordinal), activations);

    /// <summary>
    /// Rounds by GPTQ, one matrix after the other; the inputs that a matrix is adapted to come from the network with all
    /// matrices before it quantized.
    /// </summary>
    /// <param name="calibration">For the network's inputs.</param>
    /// <param name="threads">Of ONNX Runtime.</param>
    /// <param name="done">Told how many matrices are done.</param>
    /// <exception cref="KernelException">ONNX Runtime cannot run the network.</exception>
    public WeightOnlyNetwork Gptq(
        BlockFormat format,
        ActivationRounding activations,
        ImageBatches calibration,
        int threads,
        Action<int> done,
        CancellationToken cancellation)
    {
        var constants = new Dictionary<string, TensorData>(_graph.Initializers, StringComparer.Ordinal);
        var codes = new Dictionary<string, BlockCodes>(StringComparer.Ordinal);
        string[] inputs = [];
        double[][] factor = [];
        foreach (var product in _products)
        {
            // Query, key and value read one tensor: its moments serve all three.
            string[] read = [.. product.Nodes.Select(node => node.Inputs[0]).Distinct(StringComparer.Ordinal)];
            if (!read.SequenceEqual(inputs, StringComparer.Ordinal))
            {
                var prefix = PrefixGraph.Of(_graph with { Initializers = constants }, read);
                factor = InverseFactor.Of(Moments(prefix, product.Inputs, calibration, threads, cancellation).Sums());
                inputs = read;
            }

            var rounded = BlockRounding.Gptq(
                product.Rows(constants[product.Weight]), product.Outputs, product.Inputs, format.For(product.Inputs), factor);
            codes.Add(product.Weight, rounded);
            constants[product.Weight] = product.Constant(rounded.Decoded());
            done(codes.Count);
        }

        return Write(codes, activations);
    }

    private static InputMoments Moments(
        ModelGraph prefix, int inputs, ImageBatches calibration, int threads, CancellationToken cancellation)
    {
        var moments = new InputMoments(inputs);
        using var session = OrtSession.Open(OnnxWriter.Write(prefix), new OrtSessionOptions { Threads = threads, AllowSpinning = false });
        string[] names = [.. prefix.Outputs.Select(output => output.Name)];
        for (int batch = 0; batch < calibration.Count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var rows in session.Run(calibration.Inputs(batch), names))
            {
                moments.Add(rows.Span<float>());
            }
        }

        return moments;
    }

    private WeightOnlyNetwork Write(Dictionary<string, BlockCodes> codes, ActivationRounding activations)
    {
        var constants = _graph.Initializers
            .Where(pair => !codes.ContainsKey(pair.Key))
            .Concat(codes
                .SelectMany(pair => MatMulNBits.Constants(pair.Key, pair.Value))
                .Select(pair => KeyValuePair.Create(pair.Name, pair.Value)))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var replaced = _products.SelectMany(product => product.Nodes).Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        GraphNode[] nodes =
        [
            .. _graph.Nodes.SelectMany(
                node => replaced.Contains(node.Name) ? MatMulNBits.Nodes(node, codes[node.Inputs[1]], activations) : [node]),
        ];
        return new WeightOnlyNetwork(
            _graph with { Nodes = nodes, Initializers = constants },
            [.. _products.Select(product => Told(product, codes[product.Weight]))]);
    }

    private QuantizedProduct Told(WeightProduct product, BlockCodes codes)
    {
        double signal = 0;
        double noise = 0;
        foreach (var (exact, rounded) in product.Rows(_graph.Initializers[product.Weight]).Zip(codes.Decoded()))
        {
            signal += (double)exact * exact;
            noise += ((double)exact - rounded) * ((double)exact - rounded);
        }

        return new QuantizedProduct(
            product.Weight,
            product.Nodes[0].Name,
            product.Outputs,
            product.Inputs,
            codes.Format.Block,
            noise > 0 ? 10 * Math.Log10(signal / noise) : null);
    }
}
