using Microsoft.ML.OnnxRuntime;
using Values = System.Collections.Generic.IReadOnlyList<(string Name, Cluster.Networks.Graphs.TensorData Value)>;

namespace Cluster.Evaluation.Inputs;

/// <summary>
/// Whether a network still computes the function of the user's file after it was rewritten, as ONNX Runtime computes both. Simulation and
/// written file have the rewrites in common, so the parity gate cannot see a wrong one, and only labels would.
/// </summary>
internal static class SameFunction
{
    private const int Samples = 8;

    // In power: another order of sums rounds in every layer, what the file's own roundings are read from in one or in few.
    private const double OfOwnRounding = 1000;

    // Of samples of several shapes, the most frequent ones.
    private const int MostShapes = 8;

    /// <summary>Runs the file at its own batch, and the rewritten network on the same samples in one batch.</summary>
    /// <param name="network">The file, and how it was rewritten.</param>
    /// <param name="float32">The network that is executed, for its first output; null: only its file is compared.</param>
    /// <exception cref="InvalidPlanException">They differ; the message names the rewrite.</exception>
    /// <exception cref="KernelException">The file or the network cannot be run on these samples.</exception>
    public static void Require(NetworkFile network, FloatNetwork? float32, ImageBatches samples) =>
        Require(network.Path, network.Original, network.Grouped.Graph, network.Steps, float32, samples);

    /// <summary>The same of any rewrites.</summary>
    /// <param name="steps">The network after each of them, asked for only if it differs.</param>
    internal static void Require(
        string path,
        OriginalFile original,
        ModelGraph rewritten,
        Func<IEnumerable<(string Name, ModelGraph Graph)>> steps,
        FloatNetwork? float32,
        ImageBatches samples)
    {
        for (int shape = 0; shape < Math.Clamp(samples.Images.Shapes.Count, 1, MostShapes); shape++)
        {
            int of = samples.Images.HasSeveralShapes ? samples.Images.Shapes[shape].Count : samples.Images.Count;
            var inputs = samples.Repeated(
                original.Batch is { } batch ? batch * Math.Max(2, Samples / batch) : Math.Min(Samples, of), shape);
            Require(path, original, rewritten, steps, float32, inputs);
        }
    }

    private static void Require(
        string path,
        OriginalFile original,
        ModelGraph rewritten,
        Func<IEnumerable<(string Name, ModelGraph Graph)>> steps,
        FloatNetwork? float32,
        IReadOnlyList<TensorData> inputs)
    {
        double least = OutputIdentity.LeastBeside(rewritten.Widened);
        bool isSingle = rewritten.TakesOneSample;
        var given = Outputs(original.File, inputs, isSingle);
        var rounded = new Lazy<Values[]>(() => Rounded(original.File, inputs, isSingle));
        Values Of(ModelGraph graph) => Outputs(OnnxWriter.Write(graph), inputs, isSingle);
        if (Different(given, Of(rewritten), least, rounded) is { } difference)
        {
            throw Refusal(
                steps().First(step => Different(given, Of(step.Graph), least, rounded) is not null).Name,
                path,
                difference,
                least);
        }

        if (float32 is not null && Executed(float32, given, inputs, least, rounded) is { } executed)
        {
            throw Refusal("executing it in libtorch", path, executed, least);
        }
    }

    /// <summary>Compares all outputs of two files, which take the same inputs, in ONNX Runtime.</summary>
    /// <param name="rewrite">The name of the rewrite, as the subject of a sentence.</param>
    /// <returns>Root mean square of the differences, relative to that of the outputs before, over all outputs.</returns>
    /// <exception cref="InvalidPlanException">They differ by more than rounding; the message names rewrite and network.</exception>
    public static double Require(string rewrite, string path, ModelFile before, ModelFile after, IReadOnlyList<TensorData> inputs)
    {
        var (exact, found) = (Outputs(before, inputs), Outputs(after, inputs));
        return Different(exact, found, OutputIdentity.Least, new Lazy<Values[]>(() => Rounded(before, inputs))) is { } difference
            ? throw Refusal(rewrite, path, difference, OutputIdentity.Least)
            : Relative(exact, found);
    }

    private static InvalidPlanException Refusal(string rewrite, string path, ChannelDifference difference, double least) => new(
        $"{rewrite} does not keep the function of {path}: on a few samples its FP32 outputs in ONNX Runtime differ from the file's "
        + $"({difference}), where at least {least} dB are expected of rounding. That is a defect of this program: leave the "
        + "step out if it is optional, and report the network.");

    private static ChannelDifference? Executed(
        FloatNetwork float32, Values given, IReadOnlyList<TensorData> inputs, double least, Lazy<Values[]> rounded)
    {
        string name = float32.Graph.Output.Name;
        var value = given.First(output => output.Name == name).Value;
        var first = float32.Counted.TryGetValue(name, out var sizes) ? SampleTurns.Fitted(value, sizes) : value;
        TensorData Own(float[] values) => TensorData.FromFloats(first.Shape, values);
        var found = Own(float32.Run(inputs));
        var draws = Enumerable.Range(0, OpenRounding.Draws)
            .Select(draw => new OtherRounding([found], [Own(OpenRounding.Run(float32, inputs, draw))], OpenRounding.Times));
        return Different([(name, first)], [(name, found)], least, rounded, draws);
    }

    private static ChannelDifference? Different(
        Values before, Values after, double least, Lazy<Values[]> rounded, IEnumerable<OtherRounding>? draws = null)
    {
        string[] names = [.. before.Select(output => output.Name)];
        TensorData[] Of(Values values) => [.. values.Where(output => names.Contains(output.Name)).Select(output => output.Value)];
        ChannelDifference? Beside(IEnumerable<OtherRounding> others) => OutputIdentity.Of(names, Of(before), Of(after), least, [.. others]);
        return Beside([]) is null
            ? null
            : Beside([.. rounded.Value.Select(other => new OtherRounding(Of(before), Of(other), OfOwnRounding)), .. draws ?? []]);
    }

    // The file without ONNX Runtime's own rewrites, and on inputs whose last bit is another.
    private static Values[] Rounded(ModelFile file, IReadOnlyList<TensorData> inputs, bool isSingle = false) =>
    [
        Outputs(file, inputs, isSingle, GraphOptimizationLevel.ORT_DISABLE_ALL),
        Outputs(file, [.. inputs.Select(input => input.Type == ElementType.Float ? Nudged(input) : input)], isSingle),
    ];

    private static TensorData Nudged(TensorData input)
    {
        var random = new SplitMix64(1);
        return TensorData.FromFloats(
            input.Shape,
            [.. input.As<float>().ToArray().Select(
                value => random.Below(2) == 0 ? MathF.BitIncrement(value) : MathF.BitDecrement(value))]);
    }

    private static Values Outputs(
        ModelFile model,
        IReadOnlyList<TensorData> inputs,
        bool isSingle = false,
        GraphOptimizationLevel level = GraphOptimizationLevel.ORT_ENABLE_ALL)
    {
        using var session = OrtSession.Open(
            model, new OrtSessionOptions { Threads = 1, AllowSpinning = false, Optimize = level, TakesOneSample = isSingle });
        return session.RunAll(inputs);
    }

    private static double Relative(Values before, Values after)
    {
        var sums = before.Select(output => output.Value).Zip(after.Select(output => output.Value))
            .Where(pair => pair.First.Type == ElementType.Float)
            .Select(pair => ChannelSums.Of(pair.First.As<float>(), pair.Second.As<float>(), [pair.First.Count])[0])
            .ToArray();
        return Math.Sqrt(sums.Sum(sum => sum.Noise(0)) / sums.Sum(sum => sum.Signal(0)));
    }
}

/// <summary>The FP32 network as the user gave it: what every accuracy is compared with.</summary>
/// <param name="File">The file.</param>
/// <param name="Batch">The samples that it takes at a time; null: any number.</param>
internal sealed record OriginalFile(ModelFile File, int? Batch);
