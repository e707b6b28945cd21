using System.Buffers;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Kernels.Evaluation.Parity;

/// <summary>
/// Replaces each quantized tensor of a simulated run by the runtime's, after comparing the two. Use one per batch, so that batches may run
/// concurrently; <see cref="Add"/> joins the results.
/// </summary>
internal sealed class CodeComparison(QuantizedNetwork network) : IRunObserver
{
    private readonly Dictionary<string, GroupParity> _results = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly Dictionary<string, int> _places = Places(network);
    private OrtOutputs? _runtime;

    /// <summary>One entry per tensor, in the order of execution.</summary>
    public IReadOnlyList<GroupParity> Results => [.. _order.Select(tensor => _results[tensor])];

    /// <summary>Largest difference of an output's element, relative to the largest element of that output and batch.</summary>
    public double LogitsDifference { get; private set; }

    /// <summary>The output with that difference.</summary>
    public string DivergingOutput { get; private set; } = network.Graph.Output.Name;

    /// <summary>The tensors to request from the runtime: the codes of each tensor, then the network's outputs.</summary>
    public static string[] Wanted(QuantizedNetwork network) =>
        [.. network.Layout.Points.Keys.Select(QdqWriter.CodesOf), .. network.Graph.Outputs.Select(output => output.Name)];

    /// <summary>Starts a simulated run on the same inputs as the runtime's.</summary>
    /// <param name="runtime">The tensors named by <see cref="Wanted"/>; must stay valid until <see cref="End"/>.</param>
    public void Begin(OrtOutputs runtime) => _runtime = runtime;

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
    public void End(IReadOnlyList<float[]> outputs)
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            float[] given = _runtime!.Span<float>(_places.Count + i).ToArray();
            float largest = given.Max(Math.Abs);
            double difference = given.Zip(outputs[i], (runtime, simulated) => Math.Abs((double)runtime - simulated)).Max();
            double share = difference == 0 ? 0 : difference / largest;
            Include(share, network.Graph.Outputs[i].Name);
        }

        _runtime = null;
    }

    public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters)
    {
        var codes = _runtime!.Span<byte>(_places[tensor]);

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

    private static Dictionary<string, int> Places(QuantizedNetwork network) =>
        network.Layout.Points.Keys.Select((tensor, place) => (tensor, place))
            .ToDictionary(entry => entry.tensor, entry => entry.place, StringComparer.Ordinal);

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

    private void Record(string tensor, long elements, CodeDifferences found)
    {
        int group = network.Graph.ProducerGroup(tensor);
        string name = group < 0 ? "input" : network.Graph.Groups[group].Name;
        Record(new GroupParity(name, tensor, elements, found.Different, found.LargestStep) { Ties = found.Ties });
    }

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
