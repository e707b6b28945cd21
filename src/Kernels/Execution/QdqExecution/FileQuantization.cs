using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.QdqExecution;

/// <summary>The numbers of a QDQ file. Layers whose weights and bias are codes add up whole numbers; the others compute in float.</summary>
internal sealed class FileQuantization : KernelQuantization
{
    // A file's bias scales may have been computed in another order of float32 operations.
    private const float ScaleTolerance = 1e-6f;

    private readonly QdqNetwork _file;
    private readonly GroupedGraph _graph;
    private readonly ComputeDevice _device;
    private readonly HashSet<string> _written;

    /// <param name="graph">The network of the file, grouped.</param>
    /// <param name="device">Device of weights and biases.</param>
    public FileQuantization(QdqNetwork file, GroupedGraph graph, ComputeDevice device)
        : base(graph)
    {
        _file = file;
        _graph = graph;
        _device = device;
        _written = [.. file.Pairs.Keys.Where(tensor => graph.ProducingNode(tensor) is not null && !graph.IsOutput(tensor)
            && graph.Consumers(tensor).All(reader => file.Readers.Contains((tensor, reader.Name))))];
        foreach (var node in graph.Nodes)
        {
            if (!AddLayer(node))
            {
                ComputeProduct(node);
            }

            Write(node);
        }
    }

    public override NumberFormat FloatOf(GraphNode node) => _file.Floats.GetValueOrDefault(node.Name, NumberFormat.Float32);

    public override bool HasHalves => _file.Floats.Values.Any(format => format.IsHalf);

    protected override QuantizationParameters? WrittenPair(string tensor) => _written.Contains(tensor) ? _file.Pairs[tensor] : null;

    protected override QuantizationParameters? Seen(string tensor, GraphNode reader) =>
        _file.Readers.Contains((tensor, reader.Name)) ? _file.Pairs[tensor] : null;

    private bool AddLayer(GraphNode node)
    {
        if (_graph.Roles.Of(node) != NodeRole.Weighted
            || !_file.Codes.TryGetValue(node.Inputs[1], out var weights)
            || Seen(node.Inputs[0], node) is not { } input)
        {
            return false;
        }

        int axis = WeightBank.OutputAxis(node);
        int channels = (int)weights.Shape[axis];
        if (weights.Axis is { } other && other != axis)
        {
            return false;
        }

        float[] steps = BiasQuantizer.Scales(input.Scale, weights.ScalesOf(channels));
        Tensor? bias = null;
        if (node.HasInput(2))
        {
            if (!_file.Codes.TryGetValue(node.Inputs[2], out var codes) || !HasScales(codes, steps))
            {
                return false;
            }

            bias = Floats(codes.Steps, [channels]);
        }

        // Whole numbers, which float32 adds exactly below 2^24, as the integer kernel does.
        Set(node, Floats(weights.Steps, weights.Shape), bias);
        ComputeInIntegers(node, steps);
        return true;
    }

    private static bool HasScales(StoredCodes bias, float[] steps) =>
        bias.Steps.Length == steps.Length
        && bias.ScalesOf(steps.Length).Zip(steps).All(pair => Math.Abs(pair.First - pair.Second) <= ScaleTolerance * pair.Second);

    private Tensor Floats(int[] values, long[] shape) => _device.Floats(Array.ConvertAll(values, value => (float)value), shape);
}
