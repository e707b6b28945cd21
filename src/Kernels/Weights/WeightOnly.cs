using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Quantization.Blocks;
using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Weights;

/// <summary>
/// Quantizes only the weights of a network's products by constants, its tables of vectors and its recurrent layers. Other operators are
/// written unchanged, so they may be any that ONNX Runtime supports.
/// </summary>
public sealed class WeightOnly
{
    private readonly ModelGraph _graph;
    private readonly IReadOnlyList<IWeightMatrix> _matrices;

    /// <param name="graph">As read from the file; it need not be normalized.</param>
    /// <exception cref="KernelException">It has no such weights.</exception>
    public WeightOnly(ModelGraph graph)
    {
        _graph = graph;
        _matrices = WeightMatrices.Find(graph);
        if (_matrices.Count == 0)
        {
            throw new KernelException(
                "The network has no product by a constant float matrix (MatMul, or Gemm without factors), no table for Gather and no LSTM "
                + "or GRU, so there are no weights to quantize this way; ./cluster quantize does convolutions.");
        }
    }

    /// <summary>Matrices that will be quantized.</summary>
    public int Count => _matrices.Count;

    /// <summary>Rounds to the nearest code.</summary>
    public WeightOnlyNetwork Nearest(BlockFormat format, ActivationRounding activations) =>
        Write(
            _matrices.ToDictionary(matrix => matrix.Weight, matrix => Rounded(matrix, format), StringComparer.Ordinal), activations);

    /// <summary>
    /// Rounds by GPTQ, one matrix after another; each matrix is adapted to inputs from the network with all earlier matrices quantized.
    /// </summary>
    /// <param name="calibration">Calibration data for the network's inputs.</param>
    /// <param name="threads">Threads of ONNX Runtime.</param>
    /// <param name="done">Receives the number of finished matrices.</param>
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
        foreach (var matrix in _matrices)
        {
            // Query, key and value read one tensor, so its moments serve all three.
            string[] read = [.. matrix.Reads];
            if (read.Length > 0 && !read.SequenceEqual(inputs, StringComparer.Ordinal))
            {
                var moments = new InputMoments(matrix.Inputs);
                var batches = PrefixGraph.Run(_graph with { Initializers = constants }, read, calibration, threads, cancellation);
                foreach (var rows in batches.SelectMany(batch => batch))
                {
                    moments.Add(rows.As<float>());
                }

                factor = InverseFactor.Of(moments.Sums());
                inputs = read;
            }

            var rounded = read.Length > 0
                ? BlockRounding.Gptq(
                    matrix.Rows(constants[matrix.Weight]), matrix.Outputs, matrix.Inputs, format.For(matrix.Inputs), factor)
                : Rounded(matrix, format);
            codes.Add(matrix.Weight, rounded);
            constants[matrix.Weight] = matrix.Constant(rounded.Decoded());
            done(codes.Count);
        }

        return Write(codes, activations);
    }

    private BlockCodes Rounded(IWeightMatrix matrix, BlockFormat format) => BlockRounding.Nearest(
        matrix.Rows(_graph.Initializers[matrix.Weight]), matrix.Outputs, matrix.Inputs, format.For(matrix.Inputs));

    private WeightOnlyNetwork Write(Dictionary<string, BlockCodes> codes, ActivationRounding activations)
    {
        var names = new NameSource(_graph);
        var constants = _graph.Initializers
            .Where(pair => !codes.ContainsKey(pair.Key))
            .Concat(_matrices
                .SelectMany(matrix => matrix.Constants(codes[matrix.Weight], names))
                .Select(pair => KeyValuePair.Create(pair.Name, pair.Value)))
            .ToDictionary(StringComparer.Ordinal);
        var readers = _matrices
            .SelectMany(matrix => matrix.Nodes.Select(node => (node.Name, Matrix: matrix)))
            .DistinctBy(pair => pair.Name, StringComparer.Ordinal)
            .ToDictionary(pair => pair.Name, pair => pair.Matrix, StringComparer.Ordinal);
        GraphNode[] nodes =
        [
            .. _matrices.SelectMany(matrix => matrix.Before(codes[matrix.Weight], names)),
            .. _graph.Nodes.SelectMany(node => readers.TryGetValue(node.Name, out var matrix)
                ? matrix.Replace(node, codes[matrix.Weight], activations, names)
                : [node]),
        ];
        return new WeightOnlyNetwork(
            _graph with { Nodes = nodes, Initializers = constants },
            [.. _matrices.Select(matrix => Told(matrix, codes[matrix.Weight]))]);
    }

    private QuantizedProduct Told(IWeightMatrix matrix, BlockCodes codes)
    {
        double signal = 0;
        double noise = 0;
        foreach (var (exact, rounded) in matrix.Rows(_graph.Initializers[matrix.Weight]).Zip(codes.Decoded()))
        {
            signal += (double)exact * exact;
            noise += ((double)exact - rounded) * ((double)exact - rounded);
        }

        return new QuantizedProduct(
            matrix.Weight,
            matrix.Nodes[0].Name,
            matrix.Outputs,
            matrix.Inputs,
            codes.Format.Block,
            noise > 0 ? 10 * Math.Log10(signal / noise) : null);
    }
}
