using Values = System.Collections.Generic.IReadOnlyList<(string Name, Cluster.Kernels.Graphs.TensorData Value)>;

namespace Cluster.Evaluation.Inputs;

/// <summary>
/// Whether a network still computes the function of the user's file after it was rewritten, as ONNX Runtime computes both. Simulation and
/// written file have the rewrites in common, so the parity gate cannot see a wrong one, and only labels would.
/// </summary>
internal static class SameFunction
{
    private const int Samples = 8;

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
        var given = Outputs(original.File, inputs);
        if (Different(given, Outputs(OnnxWriter.Write(rewritten), inputs), least) is { } difference)
        {
            throw Refusal(steps().First(step => !Keeps(step.Graph, given, inputs, least)).Name, path, difference, least);
        }

        if (float32 is not null
            && given.First(output => output.Name == float32.Graph.Output.Name) is var (output, first)
            && OutputIdentity.Of(
                [output],
                [first],
                [TensorData.FromFloats(first.Shape, float32.Run(inputs))],
                least,
                draw => OpenRounding.Run(float32, inputs, draw)) is { } executed)
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
        return Different(exact, found, OutputIdentity.Least) is { } difference
            ? throw Refusal(rewrite, path, difference, OutputIdentity.Least)
            : Relative(exact, found);
    }

    private static InvalidPlanException Refusal(string rewrite, string path, ChannelDifference difference, double least) => new(
        $"{rewrite} does not keep the function of {path}: on a few samples its FP32 outputs in ONNX Runtime differ from the file's "
        + $"({difference}), where at least {least} dB are expected of rounding. That is a defect of this program: leave the "
        + "step out if it is optional, and report the network.");

    private static bool Keeps(ModelGraph graph, Values given, IReadOnlyList<TensorData> inputs, double least) =>
        Different(given, Outputs(OnnxWriter.Write(graph), inputs), least) is null;

    private static ChannelDifference? Different(Values before, Values after, double least) => OutputIdentity.Of(
        [.. before.Select(output => output.Name)], [.. before.Select(output => output.Value)], [.. after.Select(output => output.Value)],
        least);

    private static Values Outputs(ModelFile model, IReadOnlyList<TensorData> inputs)
    {
        using var session = OrtSession.Open(model, new OrtSessionOptions { Threads = 1, AllowSpinning = false });
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
