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
                ? Of(
                    output.Name,
                    ChannelSums.For(first.Shape),
                    batches.Select(batch => (batch.Exact[index]!.Value, batch.Found[index]!.Value.Values)))
                : []),
        ];
    }

    private static IEnumerable<DeadChannel> Of(
        string output, IReadOnlyList<ChannelSums> axes, IEnumerable<((long[] Shape, float[] Values) Exact, float[] Found)> batches)
    {
        foreach (var ((shape, exact), found) in batches)
        {
            foreach (var sums in axes)
            {
                sums.Add(exact, found, shape);
            }
        }

        return axes.SelectMany(sums => Enumerable.Range(0, sums.Count)
            .Where(channel => sums.Signal(channel) > 0
                && sums.Decibels(channel) < LeastDecibels
                && sums.Kept(channel) < LeastPower * sums.Signal(channel))
            .Select(channel => new DeadChannel(output, sums.Axis, channel, sums.Decibels(channel))));
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
