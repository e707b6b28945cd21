using System.Diagnostics;
using System.Text.RegularExpressions;
using Cluster.Coordinator.Model;
using Cluster.Data.Arrays;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels.Execution;
using Cluster.Networks;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Networks.Runtimes;
using Cluster.Plans;
using Cluster.Terminal;
using Microsoft.ML.OnnxRuntime;

namespace Cluster.Mutations.Hostile;

/// <summary>How a hostile network ended.</summary>
internal enum HostileEnd
{
    /// <summary>Its numbers are right.</summary>
    Right,

    /// <summary>A sentence refused it, or said that it loses.</summary>
    Told,

    /// <summary>ONNX Runtime does not run it, or its own outputs are not finite.</summary>
    Meaningless,

    /// <summary>A wrong number without a word, or no sentence.</summary>
    Finding,
}

/// <summary>How a hostile network ended, and why.</summary>
/// <param name="Kind">What findings, or sentences, of one cause have in common.</param>
/// <param name="What">All of it.</param>
internal sealed record HostileOutcome(HostileEnd End, string Kind, string What)
{
    /// <summary>Whether the INT8 file loses much, and is right otherwise: in FP32, and as its simulation.</summary>
    public bool IsLoss => Kind.StartsWith(HostileCheck.Int8, StringComparison.Ordinal);
}

/// <summary>
/// Quantizes a hostile network as a user would and compares files in ONNX Runtime, the user's own being the truth: the normal graph and the
/// interpreter channel by channel, and the written file.
/// </summary>
internal static partial class HostileCheck
{
    /// <summary>What the written file is called.</summary>
    public const string Int8 = "the INT8 file";

    /// <summary>Samples that judge, and those that calibrate unless others are asked for.</summary>
    public const int Samples = 20;

    // Sentences in which the program refuses its own file.
    private static readonly string[] OwnDefects = ["The parity gate", "'artefact'", "defect of this program"];

    // Of rounding in float32, of an INT8 file, and of a channel of one.
    private const double Float32Decibels = 60, Int8Decibels = 20, ChannelDecibels = 5;

    // What a network that computes the same in another order may have of the noise that other roundings of the user's own file have.
    private const double OfOwnRounding = 1000;

    /// <param name="calibrating">Samples that calibrate.</param>
    public static async Task<HostileOutcome> OfAsync(
        HostileRecipe recipe, CancellationToken cancellation, int calibrating = Samples)
    {
        var net = recipe.Build();
        byte[] file = net.File();
        var random = new Random(recipe.Seed);
        var (calibration, evaluation) = (Drawn(net, random, calibrating), Drawn(net, random, Samples));
        if (recipe.Data == 2)
        {
            calibration[0] = WithOutlier(calibration[0]);
        }

        int batch = net.Batch > 0 ? (int)net.Batch : Samples;
        if (Expected(file, evaluation, batch) is not { } expected
            || Expected(file, evaluation, batch, GraphOptimizationLevel.ORT_DISABLE_ALL) is not { } plain
            || Expected(file, [.. evaluation.Select(Nudged)], batch) is not { } nudged
            || Expected(WrittenOtherwise.Of(file), evaluation, batch) is not { } written)
        {
            return new HostileOutcome(HostileEnd.Meaningless, "", "");
        }

        var folder = Directory.CreateTempSubdirectory("hostile-");
        try
        {
            return await QuantizedAsync(
                folder.FullName, recipe, net, file, calibration, evaluation, expected, [plain, nudged, written], cancellation);
        }
        catch (Exception refused) when (refused is KernelException or JobException or UsageException)
        {
            string sentence = refused.Message.Replace(folder.FullName, "", StringComparison.Ordinal);
            bool isDefect = OwnDefects.Any(words => sentence.Contains(words, StringComparison.Ordinal));
            return new HostileOutcome(isDefect ? HostileEnd.Finding : HostileEnd.Told, Numbers().Replace(sentence, "#"), sentence);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            string place = new StackTrace(defect).GetFrames().Select(frame => frame.GetMethod())
                .FirstOrDefault(method => method?.DeclaringType?.Namespace?.StartsWith("Cluster.", StringComparison.Ordinal) == true)
                is { } own ? $"{own.DeclaringType!.Name}.{own.Name}" : "";
            return new HostileOutcome(HostileEnd.Finding, $"{defect.GetType().Name} in {place}", $"{defect}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The smallest recipe found that ends in the same kind.</summary>
    public static async Task<HostileRecipe> SmallestAsync(
        HostileRecipe recipe, HostileOutcome outcome, CancellationToken cancellation, int calibrating = Samples)
    {
        foreach (var smaller in recipe.Smaller())
        {
            if (await OfAsync(smaller, cancellation, calibrating) is var ended && (ended.End, ended.Kind) == (outcome.End, outcome.Kind))
            {
                return await SmallestAsync(smaller, outcome, cancellation, calibrating);
            }
        }

        return recipe;
    }

    private static async Task<HostileOutcome> QuantizedAsync(
        string folder,
        HostileRecipe recipe,
        HostileNet net,
        byte[] file,
        TensorData[] calibration,
        TensorData[] evaluation,
        Output[] expected,
        Output[][] rounded,
        CancellationToken cancellation)
    {
        string In(string name) => Path.Combine(folder, name);
        await File.WriteAllBytesAsync(In("net.onnx"), file, cancellation);
        NpzWriter.Write(In("data.npz"), [.. net.Inputs.Zip(calibration, (input, array) => (input.Name, array))]);
        var words = new List<string>();
        var request = new JobRequest
        {
            Inputs = new JobInputs { Model = In("net.onnx"), Calibration = $"npz:{In("data.npz")}" },
            Output = In("q.onnx"),
        };
        var given = new GivenPlan { Method = recipe.Method, Format = GroupFormat.Int8Safe };
        await new QuantizeWork(request, given, words.Add).RunAsync(cancellation);

        var network = NetworkFile.Open(In("net.onnx"));
        bool isFree = network.Grouped.Inputs[0].Shape[0] < 0;
        int[] batches = isFree ? [net.Batch > 0 ? (int)net.Batch : Samples, 1] : [(int)network.Grouped.Inputs[0].Shape[0]];
        byte[] normal = OnnxWriter.Write(network.Grouped.Graph).Message;
        byte[] quantized = await File.ReadAllBytesAsync(In("q.onnx"), cancellation);
        foreach (int batch in batches)
        {
            if (Difference("the normal graph", expected, Run(normal, evaluation, batch), Float32Decibels, Float32Decibels, rounded)
                is { } wrong)
            {
                return wrong;
            }
        }

        using (var interpreter = new FloatNetwork(network.Grouped))
        {
            var own = new List<float>();
            for (int i = 0; i < Samples; i += batches[0])
            {
                own.AddRange(interpreter.Run(Part(evaluation, i, batches[0])));
            }

            var computed = expected[0] with { Values = [.. own] };
            if (Difference("the interpreter", expected, [computed], Float32Decibels, Float32Decibels, rounded) is { } wrong)
            {
                return wrong;
            }
        }

        string told = string.Join(' ', words.Where(word => word.StartsWith("warning", StringComparison.Ordinal)));
        foreach (int batch in batches)
        {
            if (Difference(Int8, expected, Run(quantized, evaluation, batch), Int8Decibels, ChannelDecibels) is { } lost)
            {
                return told.Length > 0 ? new HostileOutcome(HostileEnd.Told, Numbers().Replace(told, "#"), told) : lost;
            }
        }

        return new HostileOutcome(HostileEnd.Right, "", "");
    }

    // Null if ONNX Runtime's own rewrites spoil the file, such as a fusion into an operator that its opset lacks, or numbers are not
    // finite.
    private static Output[]? Expected(
        byte[] file, TensorData[] samples, int batch, GraphOptimizationLevel level = GraphOptimizationLevel.ORT_ENABLE_ALL)
    {
        try
        {
            var outputs = Run(file, samples, batch, level);
            return outputs.Any(output => output.Values.Any(value => !float.IsFinite(value))) ? null : outputs;
        }
        catch (KernelException)
        {
            return null;
        }
    }

    private static TensorData[] Drawn(HostileNet net, Random random, int count) =>
    [
        .. net.Inputs.Select(input => TensorData.FromFloats(
            [count, .. input.Shape],
            [.. Enumerable.Range(0, count * (int)input.Shape.Aggregate(1L, (all, size) => all * size)).Select(_ => input.Draw(random))])),
    ];

    private static TensorData WithOutlier(TensorData samples)
    {
        float[] values = samples.As<float>().ToArray();
        values[values.Length / 2] = 10_000;
        return TensorData.FromFloats(samples.Shape, values);
    }

    private static TensorData[] Part(TensorData[] samples, int from, int count) =>
        [.. samples.Select(array => SampleTurns.Part(array, from, count))];

    // The same numbers but for their last bits.
    private static TensorData Nudged(TensorData samples)
    {
        var random = new Random(1);
        return TensorData.FromFloats(
            samples.Shape,
            [.. samples.As<float>().ToArray().Select(
                value => random.Next(2) == 0 ? MathF.BitIncrement(value) : MathF.BitDecrement(value))]);
    }

    private static Output[] Run(
        byte[] file, TensorData[] samples, int batch, GraphOptimizationLevel level = GraphOptimizationLevel.ORT_ENABLE_ALL)
    {
        using var session = OrtSession.Open(
            ModelFile.Of(file), new OrtSessionOptions { Threads = 1, AllowSpinning = false, Optimize = level });
        var parts = Enumerable.Range(0, Samples / batch).Select(turn => session.RunAll(Part(samples, turn * batch, batch))).ToArray();
        return
        [
            .. session.OutputNames.Select((name, i) =>
            {
                var all = SampleTurns.Joined([.. parts.Select(part => part[i].Value)]);
                return new Output(name, all.Shape, all.As<float>().ToArray());
            }),
        ];
    }

    // What lost more than an output may, or a channel of it.
    private static HostileOutcome? Difference(
        string of, Output[] expected, Output[] found, double least, double leastOfAChannel, params Output[][] rounded)
    {
        for (int i = 0; i < found.Length; i++)
        {
            var (name, shape, values) = expected[i];
            if (found[i].Name != name || found[i].Values.Length != values.Length)
            {
                return new HostileOutcome(HostileEnd.Finding, $"{of} has other outputs", $"{found[i].Name} where {name} is expected");
            }

            // Tokens have their channels last.
            int axis = shape.Length == 3 ? 2 : 1;
            long channels = shape.Length > 1 ? shape[axis] : 1;
            long inner = shape.Skip(axis + 1).Aggregate(1L, (product, size) => product * size);
            double[] signal = new double[channels], noise = new double[channels];
            double[][] own = [.. rounded.Select(_ => new double[channels])];
            for (int at = 0; at < values.Length; at++)
            {
                long channel = at / inner % channels;
                signal[channel] += (double)values[at] * values[at];
                noise[channel] += Math.Pow((double)found[i].Values[at] - values[at], 2);
                foreach (var (other, sums) in rounded.Zip(own))
                {
                    sums[channel] += OfOwnRounding * Math.Pow((double)other[i].Values[at] - values[at], 2);
                }
            }

            double total = signal.Sum();
            double all = Decibels(total, noise.Sum());
            if (!(all >= least) && total > 0 && !own.Any(sums => noise.Sum() <= sums.Sum()))
            {
                return new HostileOutcome(HostileEnd.Finding, $"{of} loses an output", $"{of} has {all:F1} dB in '{name}'");
            }

            for (int channel = 0; channel < channels; channel++)
            {
                double kept = Decibels(signal[channel], noise[channel]);
                if (!(kept >= leastOfAChannel) && signal[channel] > 1e-9 * total && !own.Any(sums => noise[channel] <= sums[channel]))
                {
                    return new HostileOutcome(
                        HostileEnd.Finding,
                        $"{of} loses a channel",
                        $"{of} has {kept:F1} dB in channel {channel} of '{name}', {all:F1} dB in all");
                }
            }
        }

        return null;
    }

    private static double Decibels(double signal, double noise) => noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / noise);

    [GeneratedRegex(@"'[^']*'|\[[^\]]*\]|-?[0-9][0-9.,]*", RegexOptions.None, 10_000)]
    private static partial Regex Numbers();

    private sealed record Output(string Name, long[] Shape, float[] Values);
}
