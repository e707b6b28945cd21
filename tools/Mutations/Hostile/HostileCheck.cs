using System.Diagnostics;
using System.Text.RegularExpressions;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels;
using Cluster.Kernels.Data.Arrays;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Runtimes;
using Cluster.Plans;
using Cluster.Terminal;

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
    private const double OpenTimes = 4, RoundingShare = 1e-10; // of power: what float32 leaves open, as the program has it
    private const double Float32Decibels = 60, Int8Decibels = 20, ChannelDecibels = 5;

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
        if (Expected(file, evaluation, batch) is not { } expected)
        {
            return new HostileOutcome(HostileEnd.Meaningless, "", "");
        }

        var folder = Directory.CreateTempSubdirectory("hostile-");
        try
        {
            return await QuantizedAsync(folder.FullName, recipe, net, file, calibration, evaluation, expected, cancellation);
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
        CancellationToken cancellation)
    {
        string In(string name) => Path.Combine(folder, name);
        await File.WriteAllBytesAsync(In("net.onnx"), file, cancellation);
        NpzWriter.Write(In("data.npz"), [.. net.Inputs.Zip(calibration, (input, array) => (input.Name, array))]);
        var words = new List<string>();
        var request = new QuantizeRequest
        {
            Model = In("net.onnx"),
            Data = $"npz:{In("data.npz")}",
            Method = recipe.Method,
            Format = GroupFormat.Int8Safe,
            Output = In("q.onnx"),
        };
        await new QuantizeWork(request, words.Add).RunAsync(cancellation);

        var network = NetworkFile.Open(In("net.onnx"));
        bool isFree = network.Grouped.Inputs[0].Shape[0] < 0;
        int[] batches = isFree ? [net.Batch > 0 ? (int)net.Batch : Samples, 1] : [(int)network.Grouped.Inputs[0].Shape[0]];
        byte[] normal = OnnxWriter.Write(network.Grouped.Graph).Message;
        byte[] quantized = await File.ReadAllBytesAsync(In("q.onnx"), cancellation);
        foreach (int batch in batches)
        {
            if (Difference("the normal graph", expected, Run(normal, evaluation, batch), Float32Decibels, Float32Decibels) is { } wrong)
            {
                return wrong;
            }
        }

        using (var interpreter = new FloatNetwork(network.Grouped))
        {
            Output Computed(Func<TensorData[], float[]> run) => expected[0] with
            {
                Values =
                [
                    .. Enumerable.Range(0, Samples / batches[0]).SelectMany(turn => run(Part(evaluation, turn * batches[0], batches[0]))),
                ],
            };
            var moved = Enumerable.Range(0, OpenRounding.Draws)
                .Select(draw => Computed(part => OpenRounding.Run(interpreter, part, draw)));
            if (Difference(
                "the interpreter", expected, [Computed(interpreter.Run)], Float32Decibels, Float32Decibels, [.. moved]) is { } wrong)
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
    private static Output[]? Expected(byte[] file, TensorData[] samples, int batch)
    {
        try
        {
            var outputs = Run(file, samples, batch);
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

    private static Output[] Run(byte[] file, TensorData[] samples, int batch)
    {
        using var session = OrtSession.Open(ModelFile.Of(file), new OrtSessionOptions { Threads = 1, AllowSpinning = false });
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
    // Of the first output, what the draws leave open is rounding.
    private static HostileOutcome? Difference(
        string of, Output[] expected, Output[] found, double least, double leastOfAChannel, Output[]? moved = null)
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
            double[] Powers(Func<int, double> value)
            {
                double[] sums = new double[channels];
                for (int at = 0; at < values.Length; at++)
                {
                    sums[at / inner % channels] += value(at) * value(at);
                }

                return sums;
            }

            float[] computed = found[i].Values;
            double[] signal = Powers(at => values[at]), noise = Powers(at => (double)computed[at] - values[at]);
            double total = signal.Sum();
            foreach (var draw in moved ?? [])
            {
                double[] open = Powers(at => (double)draw.Values[at] - computed[at]);
                noise = [.. noise.Zip(open, (power, most) => power <= OpenTimes * most ? 0 : power)];
            }

            if (least == Float32Decibels)
            {
                noise = [.. noise.Select(power => power <= RoundingShare * total / channels ? 0 : power)];
            }

            double all = Decibels(total, noise.Sum());
            if (!(all >= least) && total > 0)
            {
                return new HostileOutcome(HostileEnd.Finding, $"{of} loses an output", $"{of} has {all:F1} dB in '{name}'");
            }

            for (int channel = 0; channel < channels; channel++)
            {
                double own = Decibels(signal[channel], noise[channel]);
                if (!(own >= leastOfAChannel) && signal[channel] > 1e-9 * total)
                {
                    return new HostileOutcome(
                        HostileEnd.Finding,
                        $"{of} loses a channel",
                        $"{of} has {own:F1} dB in channel {channel} of '{name}', {all:F1} dB in all");
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
