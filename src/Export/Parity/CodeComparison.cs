using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Export.Parity;

/// <summary>
/// Replaces each quantized tensor of a simulated run by the runtime's, after comparing the two. Use one per batch, so that batches may run
/// concurrently; <see cref="Add"/> joins the results.
/// </summary>
internal sealed class CodeComparison(QuantizedNetwork network, CodeRule rule) : IRunObserver
{
    private const double MostTiedPower = 1e-4;
    private const int ElementsATie = 64;

    private readonly Dictionary<string, GroupParity> _results = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly List<Doubt> _doubts = [];
    private IRuntimeCodes? _runtime;

    /// <summary>One entry per tensor, in the order of execution.</summary>
    public IReadOnlyList<GroupParity> Results => [.. _order.Select(tensor => _results[tensor])];

    /// <summary>The worst channel of an output, of those that differ by more than float32 leaves open; null if there is none.</summary>
    public ChannelDifference? Diverging { get; private set; }

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

        Include(later.Diverging);
    }

    /// <summary>
    /// Compares the outputs that the simulation computes from the runtime's codes with the runtime's own, which no Q/DQ pair exposes. Of
    /// tensors and outputs that differ only what is beyond <see cref="OpenRounding"/> counts.
    /// </summary>
    /// <param name="move">
    /// Computes them again in a draw of <see cref="RoundingDrift"/>, which shows numbers in steps; only called if they differ.
    /// </param>
    /// <param name="isCounted">Whether a sample's content decides the rows of an output, by its name.</param>
    public void End(
        IReadOnlyList<TensorData> outputs,
        Func<int, Action<string, Tensor>, IReadOnlyList<TensorData>> move,
        Func<string, bool> isCounted)
    {
        IReadOnlyList<TensorData>[]? moved = null;
        IReadOnlyList<TensorData>[] Moved() => [.. Enumerable.Range(0, OpenRounding.Draws).Select(draw => move(draw, Widen))];
        if (_doubts.Count > 0)
        {
            moved = Moved();
            foreach (var doubt in _doubts)
            {
                Record(doubt.Tensor, elements: 0, doubt.Differences(_runtime!.Codes(doubt.Tensor)));
            }

            _doubts.Clear();
        }

        for (int i = 0; i < outputs.Count; i++)
        {
            string name = network.Graph.Outputs[i].Name;
            if (!rule.JudgesFloats && RestsOnFloats(name))
            {
                continue;
            }

            float[] rows = new float[outputs[i].Count];
            OrtSession.Fill(rows, _runtime!.Output(i), isCounted(name));
            SettleTies(rows, outputs[i].ToFloats(), outputs[i].Shape);
            var own = TensorData.FromFloats(outputs[i].Shape, rows);
            ChannelDifference? Beside(params IReadOnlyList<OtherRounding> others) => TensorPrimitives.IsNaNAny(own.As<float>())
                ? new ChannelDifference(name, null, double.NegativeInfinity)
                : OutputIdentity.Of([name], [own], [outputs[i]], OutputIdentity.Least, others);
            if (Beside() is not null)
            {
                moved ??= Moved();
                Include(Beside([.. moved.Select(draw => new OtherRounding([outputs[i]], [draw[i]], OpenRounding.Times))]));
            }
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
            var found = CodeDifferences.Of(exact.AsSpan(0, codes.Length), codes, parameters, numbers);
            if (found is { LargestStep: > 1 } || found.Different > (1 - rule.Share) * codes.Length)
            {
                _doubts.Add(new Doubt(tensor, exact.AsSpan(0, codes.Length).ToArray(), new float[codes.Length], parameters));
                found = default;
            }

            Record(tensor, codes.Length, found);
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
    /// Takes over the simulation's element where one side alone is 0: a mask made of a comparison (of peaks) decides either way at a tie.
    /// Only as long as nearly all of each channel is left to judge it by, and what was taken over is 40 dB below the output.
    /// </summary>
    internal static void SettleTies(Span<float> runtime, ReadOnlySpan<float> simulated, long[] shape)
    {
        List<int> ties = [];
        double noise = 0;
        for (int i = 0; i < runtime.Length; i++)
        {
            if ((runtime[i] == 0) != (simulated[i] == 0))
            {
                ties.Add(i);
                noise += Math.Pow((double)runtime[i] - simulated[i], 2);
            }
        }

        if (!(noise <= MostTiedPower * TensorPrimitives.SumOfSquares(simulated)))
        {
            return;
        }

        long stride = runtime.Length;
        foreach (long size in shape)
        {
            (stride, long elements) = (stride / size, runtime.Length / size);
            if (ties.CountBy(i => i / stride % size).Any(channel => channel.Value > elements / ElementsATie))
            {
                return;
            }
        }

        foreach (int i in ties)
        {
            runtime[i] = simulated[i];
        }
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

    private void Widen(string tensor, Tensor steps)
    {
        foreach (var doubt in _doubts.Where(doubt => doubt.Tensor == tensor))
        {
            doubt.Widen(steps);
        }
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
            RestsOnRuns = RestsOn(tensor, node => network.Layout.RuntimeNodes.ContainsKey(node.Name)),
        });
    }

    private bool RestsOnFloats(string tensor) => RestsOn(tensor, node => network.Layout.FloatOf(node) != NumberFormat.Float32);

    // Whether such a node computes it, or what it is computed from without a pair in between.
    private bool RestsOn(string tensor, Func<GraphNode, bool> isSuch)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Rests(tensor);

        bool Rests(string value) => seen.Add(value)
            && network.Graph.ProducingNode(value) is { } node
            && (isSuch(node) || node.Inputs.Any(input => network.Layout.PointFor(input, node) is null && Rests(input)));
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

    private void Include(ChannelDifference? found) =>
        Diverging = Diverging?.Decibels <= found?.Decibels ? Diverging : found ?? Diverging;

    // A tensor of the batch whose codes differ too much.
    private sealed record Doubt(string Tensor, float[] Exact, float[] Open, QuantizationParameters Parameters)
    {
        public void Widen(Tensor steps)
        {
            float[] moved = new float[Exact.Length];
            TensorFactory.CopyTo(steps, moved);
            for (int i = 0; i < moved.Length; i++)
            {
                Open[i] = Math.Max(Open[i], (float)OutputParity.DriftTimes * Math.Abs(moved[i] - Exact[i]));
            }
        }

        public CodeDifferences Differences(ReadOnlySpan<byte> codes) =>
            CodeDifferences.Of(Exact, codes, Parameters, new float[Exact.Length], Open);
    }
}
