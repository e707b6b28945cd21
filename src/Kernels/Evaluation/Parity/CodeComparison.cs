using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Kernels.Evaluation.Parity;

/// <summary>
/// Replaces each quantized tensor of a simulated run by the runtime's, after comparing the two. Use one per batch, so that batches may run
/// concurrently; <see cref="Add"/> joins the results.
/// </summary>
internal sealed class CodeComparison(QuantizedNetwork network, CodeRule rule) : IRunObserver
{
    private readonly Dictionary<string, GroupParity> _results = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private IRuntimeCodes? _runtime;

    /// <summary>One entry per tensor, in the order of execution.</summary>
    public IReadOnlyList<GroupParity> Results => [.. _order.Select(tensor => _results[tensor])];

    /// <summary>
    /// Largest difference of an output's element beyond what float32 leaves open, relative to the largest element of that output and batch.
    /// </summary>
    public double LogitsDifference { get; private set; }

    /// <summary>The output with that difference.</summary>
    public string DivergingOutput { get; private set; } = network.Graph.Output.Name;

    /// <summary>Starts a simulated run on the same inputs as the runtime's.</summary>
    /// <param name="runtime">Must stay valid until <see cref="End"/>.</param>
    public void Begin(IRuntimeCodes runtime) => _runtime = runtime;

    /// <summary>Adds the results of a later batch.</summary>
    public void Add(CodeComparison later)
    {
        foreach (var tensor in later.Results)
        {
            Record(tensor);
        }

        Include(later.LogitsDifference, later.DivergingOutput);
    }

    /// <summary>
    /// Compares the outputs that the simulation computes from the runtime's codes with the runtime's own, which no Q/DQ pair exposes.
    /// </summary>
    /// <param name="move">Computes them again with <see cref="RoundingDrift"/>; only called if they differ.</param>
    public void End(IReadOnlyList<float[]> outputs, Func<IReadOnlyList<float[]>> move)
    {
        IReadOnlyList<float[]>? moved = null;
        for (int i = 0; i < outputs.Count; i++)
        {
            string name = network.Graph.Outputs[i].Name;
            if (!rule.JudgesFloats && RestsOnFloats(name))
            {
                continue;
            }

            double difference = Difference(_runtime!.Output(i), outputs[i]);
            if (!(difference <= ParityReport.LargestLogitsDifference))
            {
                moved ??= move();
                difference = Difference(_runtime.Output(i), outputs[i], OutputParity.DriftTimes * Farthest(moved[i], outputs[i]));
            }

            Include(difference, name);
        }

        _runtime = null;
    }

    public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters)
    {
        var codes = _runtime!.Codes(tensor);
        if (codes.IsEmpty)
        {
            return null;
        }

        // Rented: the garbage from a new array per tensor would dominate a job's memory.
        float[] exact = ArrayPool<float>.Shared.Rent(codes.Length);
        float[] forced = ArrayPool<float>.Shared.Rent(codes.Length);
        try
        {
            var numbers = forced.AsSpan(0, codes.Length);
            TensorFactory.CopyTo(steps, exact.AsSpan(0, codes.Length));
            Record(tensor, codes.Length, CodeDifferences.Of(exact.AsSpan(0, codes.Length), codes, parameters, numbers));
            TensorPrimitives.Multiply(numbers, parameters.Scale, numbers);
            return InLayout(numbers, steps.shape);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(exact);
            ArrayPool<float>.Shared.Return(forced);
        }
    }

    /// <summary>
    /// The largest difference of an element, relative to the largest finite one; NaN if either side alone is NaN, or both are.
    /// </summary>
    /// <param name="open">What float32 leaves open of each element: only what is beyond it counts.</param>
    internal static double Difference(ReadOnlySpan<float> runtime, ReadOnlySpan<float> simulated, double open = 0)
    {
        double largest = 0;
        foreach (float element in runtime)
        {
            largest = Math.Max(largest, float.IsFinite(element) ? Math.Abs(element) : 0);
        }

        double difference = Math.Max(0, Farthest(runtime, simulated) - open);
        return difference == 0 ? 0 : difference / largest;
    }

    /// <summary>Converts values to the layout that operators compute in.</summary>
    internal static Tensor InLayout(ReadOnlySpan<float> values, long[] shape)
    {
        var planar = TensorFactory.FromFloats(values, shape);
        if (values.IsEmpty || shape.Length != 4)
        {
            return planar;
        }

        using (planar)
        {
            return TensorOps.ToChannelsLast(planar);
        }
    }

    private static double Farthest(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        double difference = 0;
        for (int i = 0; i < one.Length; i++)
        {
            // Math.Max keeps NaN. Infinities of one sign are the same, as a mask may make them.
            difference = Math.Max(difference, one[i] == other[i] ? 0 : Math.Abs((double)one[i] - other[i]));
        }

        return difference;
    }

    private void Record(string tensor, long elements, CodeDifferences found)
    {
        int group = network.Graph.ProducerGroup(tensor);
        string name = group < 0 ? "input" : network.Graph.Groups[group].Name;
        Record(new GroupParity(name, tensor, elements, found.Different, found.LargestStep)
        {
            Ties = found.Ties,
            RequiredShare = rule.Share,
            IsJudged = rule.JudgesFloats || !RestsOnFloats(tensor),
        });
    }

    // Whether a layer in 16 bits computes it, or what it is computed from without a pair in between.
    private bool RestsOnFloats(string tensor) => network.Graph.ProducingNode(tensor) is { } node
        && (network.Layout.FloatOf(node) != NumberFormat.Float32
            || node.Inputs.Any(input => network.Layout.PointFor(input, node) is null && RestsOnFloats(input)));

    private void Record(GroupParity found)
    {
        if (!_results.TryGetValue(found.Tensor, out var before))
        {
            _order.Add(found.Tensor);
            _results[found.Tensor] = found;
            return;
        }

        _results[found.Tensor] = before with
        {
            Elements = before.Elements + found.Elements,
            Different = before.Different + found.Different,
            Ties = before.Ties + found.Ties,
            LargestStep = Math.Max(before.LargestStep, found.LargestStep),
        };
    }

    // "Not below or equal" rather than "above": NaN counts, and stays.
    private void Include(double share, string output)
    {
        if (!(share <= LogitsDifference) && !double.IsNaN(LogitsDifference))
        {
            (LogitsDifference, DivergingOutput) = (share, output);
        }
    }
}
