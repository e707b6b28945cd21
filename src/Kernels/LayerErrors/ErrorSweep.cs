using Cluster.Kernels.Metrics;
using static TorchSharp.torch;

namespace Cluster.Kernels.LayerErrors;

/// <summary>
/// Runs a network in FP32 and quantized side by side, group by group, and compares what each group hands on. Each quantized group also runs
/// on the FP32 inputs, which separates its own error from the inherited one. Simulated with the integers of the file.
/// </summary>
public static class ErrorSweep
{
    /// <summary>The errors of every group; the same bits for any number of workers.</summary>
    /// <param name="whole">The quantized network.</param>
    /// <param name="alone">For each group that it quantizes, the network in which only that group is quantized.</param>
    /// <param name="images">The images to run; labels are ignored.</param>
    /// <returns>One entry per group, in group order.</returns>
    public static IReadOnlyList<GroupErrors> Run(
        FloatNetwork network, QuantizedNetwork whole, IReadOnlyDictionary<int, QuantizedNetwork> alone, ImageBatches images, int workers,
        CancellationToken cancellation)
    {
        using var quantized = network.Compile(whole);
        var locals = alone.ToDictionary(
            candidate => candidate.Key, candidate => network.Quantized(network.Graph.Groups[candidate.Key], candidate.Value));
        try
        {
            var batches = Batches.Select(
                images.Count, workers, batch => Compare(network, quantized, locals, images, batch), cancellation);
            return [.. network.Graph.Groups.Select(group =>
            {
                var total = batches.Select(batch => batch[group.Index]).Aggregate((sums, batch) => sums + batch);
                return new GroupErrors(
                    locals.ContainsKey(group.Index) ? total.Local.Errors() : null, total.Accumulated.Errors(), Worst(total.Channels));
            })];
        }
        finally
        {
            locals.Values.DisposeAll();
        }
    }

    private static Sums[] Compare(
        FloatNetwork network, ProgramSet quantized, Dictionary<int, SimulatedProgram> locals, ImageBatches images, int batch)
    {
        using var exact = new LiveTensors { Retained = network.Crossings };
        using var found = new LiveTensors { Retained = network.Crossings };
        exact.SetInputs(network.Graph, images, batch);
        found.SetInputs(network.Graph, images, batch);
        return [.. network.Graph.Groups.Select(group =>
        {
            network.Float32(group.Index).Run(exact);
            quantized.Programs[group.Index].Run(found);
            string[] tensors = [.. network.Compared(group, exact)];
            var (before, after) = (Floats(exact, tensors), Floats(found, tensors));
            var local = default(ErrorSums);
            if (locals.TryGetValue(group.Index, out var program))
            {
                using var alone = exact.Borrow();
                program.Run(alone);
                local = Difference(before, Floats(alone, tensors));
            }

            ChannelSums[] channels =
            [
                .. tensors.SelectMany((tensor, index) => ChannelSums.Of(before[index], after[index], exact.Get(tensor).shape)),
            ];
            foreach (string tensor in network.EndingIn(group))
            {
                exact.Drop(tensor);
                found.Drop(tensor);
            }

            return new Sums(local, Difference(before, after), channels);
        })];
    }

    private static float[][] Floats(LiveTensors run, IEnumerable<string> tensors) =>
        [.. tensors.Select(tensor => TensorFactory.ToFloats(run.Get(tensor)))];

    private static ErrorSums Difference(float[][] exact, float[][] found) =>
        exact.Zip(found, (a, q) => ErrorSums.Of(a, q)).Aggregate(default(ErrorSums), (sums, tensor) => sums + tensor);

    // Of all tensors and axes; infinite where nothing was rounded.
    private static double? Worst(ChannelSums[] channels)
    {
        double worst = channels.Select(sums => sums.Worst()?.Decibels ?? double.PositiveInfinity)
            .DefaultIfEmpty(double.PositiveInfinity)
            .Min();
        return double.IsFinite(worst) ? worst : null;
    }

    private readonly record struct Sums(ErrorSums Local, ErrorSums Accumulated, ChannelSums[] Channels)
    {
        public static Sums operator +(Sums x, Sums y) =>
            new(x.Local + y.Local, x.Accumulated + y.Accumulated, [.. x.Channels.Zip(y.Channels, (a, b) => a + b)]);
    }
}

/// <summary>The distance of a tensor q from its exact value a.</summary>
/// <param name="Mse">Mean squared error, Σ(a − q)² / n, in squared units of the tensor.</param>
/// <param name="Mae">Mean absolute error, Σ|a − q| / n, in units of the tensor.</param>
/// <param name="Cosine">Σaq / (‖a‖ ‖q‖), −1 to 1; null if one of the two is all zeros and has no direction.</param>
/// <param name="SqnrDb">10 log10(Σa² / Σ(a − q)²), dB; null if there is no error, or no signal.</param>
public sealed record TensorErrors(double Mse, double Mae, double? Cosine, double? SqnrDb);

/// <summary>The errors, relative to FP32, of what a group hands on to later groups or out of the network.</summary>
/// <param name="Local">With only this group quantized and FP32 inputs; null if it stays in FP32.</param>
/// <param name="Accumulated">In the quantized network, with all earlier groups quantized too; null if it hands on no float32.</param>
/// <param name="WorstChannelDb">
/// Signal to noise of the channel that keeps least in the quantized network, dB; null if no channel loses anything.
/// </param>
public sealed record GroupErrors(TensorErrors? Local, TensorErrors? Accumulated, double? WorstChannelDb);
