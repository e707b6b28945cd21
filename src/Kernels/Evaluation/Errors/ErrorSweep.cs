using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Evaluation.Errors;

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
                var total = batches.Aggregate(default(Sums), (sums, batch) => sums.Plus(batch[group.Index]));
                var local = locals.ContainsKey(group.Index) ? total.Local.Errors() : null;
                return new GroupErrors(local, total.Accumulated.Errors(), Worst([.. batches.Select(batch => batch[group.Index].Channels)]));
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
            var local = locals.TryGetValue(group.Index, out var program) ? Local(network, group, program, exact) : default;
            var accumulated = Difference(network, group, exact, found);
            ChannelSums[] channels =
            [
                .. HandedOn(network, group, exact).SelectMany(tensor => Channels(exact.Get(tensor), found.Get(tensor))),
            ];
            foreach (string tensor in network.EndingIn(group))
            {
                exact.Drop(tensor);
                found.Drop(tensor);
            }

            return new Sums(local, accumulated, channels);
        })];
    }

    private static ErrorSums Local(FloatNetwork network, LayerGroup group, SimulatedProgram program, LiveTensors exact)
    {
        using var run = exact.Borrow();
        program.Run(run);
        return Difference(network, group, exact, run);
    }

    private static IEnumerable<string> HandedOn(FloatNetwork network, LayerGroup group, LiveTensors exact) =>
        network.HandedOn(group).Where(tensor => exact.Get(tensor).dtype == ScalarType.Float32);

    private static IReadOnlyList<ChannelSums> Channels(Tensor exact, Tensor found)
    {
        var axes = ChannelSums.For(exact.shape);
        (float[] before, float[] after) = (TensorFactory.ToFloats(exact), TensorFactory.ToFloats(found));
        foreach (var sums in axes)
        {
            sums.Add(before, after, exact.shape);
        }

        return axes;
    }

    // Of all tensors and axes; infinite where nothing was rounded.
    private static double? Worst(IReadOnlyList<ChannelSums[]> batches)
    {
        var total = batches[0];
        foreach (var (sums, index) in batches.Skip(1).SelectMany(batch => batch.Select((sums, index) => (sums, index))))
        {
            total[index].Add(sums);
        }

        double worst = total.Select(sums => sums.Worst()?.Decibels ?? double.PositiveInfinity)
            .DefaultIfEmpty(double.PositiveInfinity)
            .Min();
        return double.IsFinite(worst) ? worst : null;
    }

    private static ErrorSums Difference(FloatNetwork network, LayerGroup group, LiveTensors exact, LiveTensors found) =>
        HandedOn(network, group, exact)
            .Select(tensor => ErrorSums.Of(TensorFactory.ToFloats(exact.Get(tensor)), TensorFactory.ToFloats(found.Get(tensor))))
            .Aggregate(default(ErrorSums), (sums, tensor) => sums + tensor);

    private readonly record struct Sums(ErrorSums Local, ErrorSums Accumulated, ChannelSums[] Channels)
    {
        public Sums Plus(Sums other) => new(Local + other.Local, Accumulated + other.Accumulated, other.Channels);
    }
}
