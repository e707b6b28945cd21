using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Evaluation.Parity;

/// <summary>Replaces each quantized tensor of a simulated run by the runtime's, after comparing the two.</summary>
internal sealed class CodeComparison(QuantizedNetwork network) : IRunObserver
{
    // In codes. The runtime may round x / s + zero point where the simulation rounds x / s, each from float32 numbers of its own: below 256
    // they are less than this apart.
    private const float TieWidth = 1e-4f;

    private readonly Dictionary<string, GroupParity> _results = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private Dictionary<string, OrtTensor> _runtime = new(StringComparer.Ordinal);
    private IReadOnlyList<float[]> _outputs = [];

    // Of the largest tensor so far: the garbage of a new one for each tensor would be what a job needs most memory for.
    private float[] _exact = [];
    private float[] _forced = [];

    /// <summary>One entry a tensor, in the order of execution.</summary>
    public IReadOnlyList<GroupParity> Results => [.. _order.Select(tensor => _results[tensor])];

    /// <summary>Largest difference of an element of an output, as a share of the largest of that output and batch.</summary>
    public double LogitsDifference { get; private set; }

    /// <summary>The output with that difference.</summary>
    public string DivergingOutput { get; private set; } = network.Graph.Output.Name;

    public void Begin(OrtSession session, IReadOnlyList<TensorData> inputs)
    {
        string[] tensors = [.. network.Layout.Points.Keys];
        var outputs = session.Run(
            inputs, [.. tensors.Select(QdqExporter.CodesOf), .. network.Graph.Outputs.Select(output => output.Name)]);
        _runtime = tensors.Zip(outputs).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        _outputs = [.. outputs.Skip(tensors.Length).Select(output => output.Span<float>().ToArray())];
    }

    /// <summary>
    /// Compares the outputs that the simulation computes from the runtime's codes with the runtime's own: no Q/DQ pair
    /// shows them.
    /// </summary>
    public void End(IReadOnlyList<float[]> outputs)
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            float largest = _outputs[i].Max(Math.Abs);
            double difference = _outputs[i].Zip(outputs[i], (runtime, simulated) => Math.Abs((double)runtime - simulated)).Max();
            double share = difference == 0 ? 0 : difference / largest;

            // Not below or equal, rather than above: NaN counts, and stays.
            if (!(share <= LogitsDifference) && !double.IsNaN(LogitsDifference))
            {
                (LogitsDifference, DivergingOutput) = (share, network.Graph.Outputs[i].Name);
            }
        }
    }

    public void Computed(GraphNode node, Tensor value)
    {
    }

    public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters)
    {
        var codes = _runtime[tensor].Span<byte>();
        int count = codes.Length;
        var exact = Room(ref _exact, count);
        TensorFactory.CopyTo(steps, exact);
        var whole = parameters with { Scale = 1 };
        long different = 0;
        long ties = 0;
        int largest = 0;
        var forced = Room(ref _forced, count);
        for (int i = 0; i < count; i++)
        {
            int step = Math.Abs(AffineQuantizer.Quantize(exact[i], whole) - codes[i]);
            bool isTie = step == 1 && Math.Abs(Math.Abs(exact[i] - MathF.Truncate(exact[i])) - 0.5f) < TieWidth;
            ties += isTie ? 1 : 0;
            different += step == 0 || isTie ? 0 : 1;
            largest = Math.Max(largest, step);
            forced[i] = AffineQuantizer.Dequantize(codes[i], parameters);
        }

        Record(tensor, count, different, ties, largest);
        var planar = TensorFactory.FromFloats(forced, steps.shape);
        if (count == 0 || steps.shape.Length != 4)
        {
            return planar;
        }

        using (planar)
        {
            return TensorOps.ToChannelsLast(planar);
        }
    }

    private static Span<float> Room(ref float[] buffer, int count)
    {
        if (buffer.Length < count)
        {
            buffer = new float[count];
        }

        return buffer.AsSpan(0, count);
    }

    private void Record(string tensor, long elements, long different, long ties, int largest)
    {
        int group = network.Graph.ProducerGroup(tensor);
        if (!_results.TryGetValue(tensor, out var before))
        {
            _order.Add(tensor);
            before = new GroupParity(group < 0 ? "input" : network.Graph.Groups[group].Name, tensor, 0, 0, 0);
        }

        _results[tensor] = before with
        {
            Elements = before.Elements + elements,
            Different = before.Different + different,
            Ties = before.Ties + ties,
            LargestStep = Math.Max(before.LargestStep, largest),
        };
    }
}
