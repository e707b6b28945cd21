using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Evaluation.Errors;

/// <summary>
/// Finds the channels of a network's outputs that hold something in FP32 and lose it in a quantized network: scores of 0 to 1 that share a
/// scale with boxes of 0 to 500 leave no trace in an SQNR over both.
/// </summary>
public static class DeadChannels
{
    private const double LeastDecibels = 5;

    // Rounding adds power to a channel, dying takes it away: a channel that is only noisy is judged by the metric.
    private const double LeastPower = 0.5;

    /// <summary>The dead channels, by output, axis and index; the same for any number of workers.</summary>
    /// <param name="images">A few are enough; labels are ignored.</param>
    public static IReadOnlyList<DeadChannel> Of(
        FloatNetwork network, QuantizedNetwork quantized, ImageBatches images, int workers, CancellationToken cancellation)
    {
        using var programs = network.Compile(quantized);
        var float32 = Enumerable.Range(0, network.Graph.Groups.Count).Select(network.Float32).ToArray();
        var batches = Batches.Select(
            images.Count,
            workers,
            batch => (Exact: Outputs(network, float32, images, batch), Found: Outputs(network, programs.Programs, images, batch)),
            cancellation);
        return
        [
            .. network.Graph.Outputs.SelectMany((output, index) => batches[0].Exact[index] is { } first
                ? Axes(first.Shape.Length).SelectMany(axis =>
                    Of(output.Name, axis, batches.Select(batch => (batch.Exact[index]!.Value, batch.Found[index]!.Value.Values))))
                : []),
        ];
    }

    // Channels come second; tokens and boxes, (samples, rows, channels), have theirs last.
    private static int[] Axes(int rank) => rank switch
    {
        < 2 => [],
        3 => [1, 2],
        _ => [1],
    };

    private static IEnumerable<DeadChannel> Of(
        string output, int axis, IEnumerable<((long[] Shape, float[] Values) Exact, float[] Found)> batches)
    {
        double[] signal = [];
        double[] noise = [];
        double[] kept = [];
        foreach (var ((shape, exact), found) in batches)
        {
            int channels = (int)shape[axis];
            int inner = (int)shape[(axis + 1)..].Aggregate(1L, (product, size) => product * size);
            if (signal.Length == 0)
            {
                (signal, noise, kept) = (new double[channels], new double[channels], new double[channels]);
            }

            for (int i = 0; i < exact.Length; i++)
            {
                if (float.IsFinite(exact[i]))
                {
                    int channel = i / inner % channels;
                    double error = (double)exact[i] - found[i];
                    signal[channel] += (double)exact[i] * exact[i];
                    noise[channel] += error * error;
                    kept[channel] += (double)found[i] * found[i];
                }
            }
        }

        for (int channel = 0; channel < signal.Length; channel++)
        {
            double decibels = 10 * Math.Log10(signal[channel] / noise[channel]);
            if (signal[channel] > 0 && decibels < LeastDecibels && kept[channel] < LeastPower * signal[channel])
            {
                yield return new DeadChannel(output, axis, channel, decibels);
            }
        }
    }

    // Null for whole numbers, which no plan rounds.
    private static (long[] Shape, float[] Values)?[] Outputs(
        FloatNetwork network, IReadOnlyList<NetworkProgram> programs, ImageBatches images, int batch)
    {
        var names = network.Graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        using var live = new LiveTensors { Retained = names };
        live.SetInputs(network.Graph, images, batch);
        foreach (var program in programs)
        {
            program.Run(live);
        }

        return
        [
            .. network.Graph.Outputs.Select(output => live.Get(output.Name) is { dtype: ScalarType.Float32 } tensor
                ? (tensor.shape, TensorFactory.ToFloats(tensor))
                : ((long[], float[])?)null),
        ];
    }
}

/// <summary>A channel that a quantized network loses.</summary>
/// <param name="Axis">The output's axis along which the channels lie.</param>
/// <param name="Decibels">Signal to noise that it keeps, dB.</param>
public sealed record DeadChannel(string Output, int Axis, int Channel, double Decibels);
