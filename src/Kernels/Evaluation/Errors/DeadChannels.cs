using Cluster.Kernels.Evaluation.Measurement;
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

    /// <summary>Signal and noise of every float output's channels; the same for any number of workers.</summary>
    /// <param name="images">A few are enough; labels are ignored.</param>
    public static IReadOnlyList<(string Output, IReadOnlyList<ChannelSums> Axes)> Sums(
        FloatNetwork network, QuantizedNetwork quantized, ImageBatches images, int workers, CancellationToken cancellation)
    {
        using var programs = network.Compile(quantized);
        var float32 = Enumerable.Range(0, network.Graph.Groups.Count).Select(network.Float32).ToArray();
        var batches = Batches.Select(
            images.Count,
            workers,
            batch => (Exact: Outputs(network, float32, images, batch), Found: Outputs(network, programs.Programs, images, batch)),
            cancellation);
        var outputs = new List<(string, IReadOnlyList<ChannelSums>)>();
        for (int output = 0; output < network.Graph.Outputs.Count; output++)
        {
            if (batches[0].Exact[output] is { } first)
            {
                var axes = ChannelSums.For(first.Shape);
                foreach (var (exact, found) in batches.Select(batch => (batch.Exact[output]!.Value, batch.Found[output]!.Value.Values)))
                {
                    foreach (var sums in axes)
                    {
                        sums.Add(exact.Values, found, exact.Shape);
                    }
                }

                outputs.Add((network.Graph.Outputs[output].Name, axes));
            }
        }

        return outputs;
    }

    /// <summary>The dead channels, by output, axis and index.</summary>
    public static IEnumerable<DeadChannel> In(IReadOnlyList<(string Output, IReadOnlyList<ChannelSums> Axes)> outputs) =>
        outputs.SelectMany(output => output.Axes.SelectMany(sums => Enumerable.Range(0, sums.Count)
            .Where(channel => sums.Signal(channel) > 0
                && sums.Decibels(channel) < LeastDecibels
                && sums.Kept(channel) < LeastPower * sums.Signal(channel))
            .Select(channel => new DeadChannel(output.Output, sums.Axis, channel, sums.Decibels(channel)))));

    /// <summary>Both in one.</summary>
    /// <inheritdoc cref="Sums"/>
    public static IReadOnlyList<DeadChannel> Of(
        FloatNetwork network, QuantizedNetwork quantized, ImageBatches images, int workers, CancellationToken cancellation) =>
        [.. In(Sums(network, quantized, images, workers, cancellation))];

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
