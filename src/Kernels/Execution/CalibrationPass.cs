using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// The one FP32 pass over the calibration images. For every tensor that any plan may quantize, it gathers the statistics from which every
/// calibrator's range follows. They depend neither on the batch size nor on the number of threads. If some images are far from all others
/// (<see cref="FarImage"/>), a second pass leaves them out, and the statistics say so.
/// </summary>
public static class CalibrationPass
{
    /// <summary>Runs the images; the statistics are the same for any number of workers.</summary>
    public static CalibrationStatistics Run(
        FloatNetwork network, ImageBatches images, int workers, CancellationToken cancellation) =>
        WithoutFar(network, 1, partOf => Observe(network, images, partOf, workers, cancellation), _ => 0).All;

    /// <summary>The same pass over other tensors: the network's inputs and what its nodes compute.</summary>
    public static CalibrationStatistics Run(
        FloatNetwork network, ImageBatches images, IReadOnlyList<string> tensors, int workers, CancellationToken cancellation) =>
        WithoutFar(network, 1, partOf => Observe(network, images, partOf, workers, cancellation, tensors), _ => 0).All;

    /// <summary>The same pass, which also gathers the statistics of the images that are not held back.</summary>
    /// <param name="heldBack">Indices of images in the set; not all of them.</param>
    /// <returns>Statistics of all images, bit-identical to a run that holds none back, and of the others, numbered as in the set.</returns>
    public static (CalibrationStatistics All, CalibrationStatistics Fitted) RunApart(
        FloatNetwork network, ImageBatches images, IReadOnlySet<int> heldBack, int workers, CancellationToken cancellation)
    {
        var (all, parts) = WithoutFar(
            network,
            2,
            partOf => Observe(network, images, partOf, workers, cancellation),
            image => heldBack.Contains(image) ? 1 : 0);
        return (all, parts[0]);
    }

    /// <summary>The same pass, which also gathers the statistics of each part of the images.</summary>
    /// <param name="count">Parts; image i is in part i modulo this.</param>
    /// <returns>Statistics of all images, bit-identical to a run without parts, and of each part, numbered as in the set.</returns>
    public static (CalibrationStatistics All, IReadOnlyList<CalibrationStatistics> Parts) RunInParts(
        FloatNetwork network, ImageBatches images, int count, int workers, CancellationToken cancellation) =>
        WithoutFar(network, count, partOf => Observe(network, images, partOf, workers, cancellation), image => image % count);

    private static (CalibrationStatistics All, IReadOnlyList<CalibrationStatistics> Parts) WithoutFar(
        FloatNetwork network, int count, Func<(int Count, Func<int, int> Of), CalibrationStatistics[]> observe, Func<int, int> partOf)
    {
        var parts = observe((count, partOf));
        var all = CalibrationStatistics.Merged(parts);
        var far = FarImage.Among(
            all, network.Graph.Inputs.Select(input => input.Name).Concat(network.Graph.Nodes.Select(node => node.Output)));
        if (far.Count == 0)
        {
            return (Seen(all), parts);
        }

        var left = far.Select(image => image.Image).ToHashSet();
        parts = observe((count + 1, image => left.Contains(image) ? count : partOf(image)));
        all = CalibrationStatistics.Merged(parts[..count]);
        all.LeftOut = far;
        return (Seen(all), parts[..count]);
    }

    // A range of no values would be none that a plan can use.
    private static CalibrationStatistics Seen(CalibrationStatistics all) =>
        all.Empty is { } unseen
            ? throw new InvalidOperationException($"After the calibration '{unseen}', which plans may quantize, has no statistics.")
            : all;

    /// <summary>
    /// Every tensor with a Q/DQ pair if all groups are INT8, every input of a group that may stand alone, of a layer whose surroundings
    /// stay in float, and of a layer with fewer bits.
    /// </summary>
    internal static IReadOnlyList<string> ObservedTensors(GroupedGraph graph)
    {
        var tensors = new SortedSet<string>(StringComparer.Ordinal);
        var all = graph.Groups.Select(_ => true).ToArray();
        tensors.UnionWith(OnnxRuntimeCpuPlacement.Place(graph, all).Points.Values.Select(point => point.ScaleOf));
        foreach (var group in graph.Groups)
        {
            var alone = graph.Groups.Select(other => other == group).ToArray();
            tensors.UnionWith(OnnxRuntimeCpuPlacement.Place(graph, alone).Points.Values.Select(point => point.ScaleOf));
        }

        tensors.UnionWith(OnnxRuntimeCpuPlacement.Place(graph, all, FloatNodes.AllBut(graph, NodeRole.Weighted)).Points.Keys);
        tensors.UnionWith(graph.WeightedNodes.Select(node => LowBitPlacement.Origin(graph, node.Inputs[0])));
        return [.. tensors];
    }

    /// <summary>Runs one batch in FP32 and shows its tensors: the network's inputs and what each node computes.</summary>
    /// <param name="see">Receives a tensor's name and values, which remain the run's.</param>
    internal static void Show(FloatNetwork network, ImageBatches images, int batch, Action<string, Tensor> see)
    {
        using var live = new LiveTensors();
        live.SetInputs(network.Graph, images, batch);
        foreach (var input in network.Graph.Inputs)
        {
            see(input.Name, live.Get(input.Name));
        }

        var observer = new Onlooker((node, value) => see(node.Output, value));
        foreach (var group in network.Graph.Groups)
        {
            network.Float32(group.Index).Run(live, observer);
        }
    }

    private static CalibrationStatistics[] Observe(
        FloatNetwork network,
        ImageBatches images,
        (int Count, Func<int, int> Of) parts,
        int workers,
        CancellationToken cancellation,
        IReadOnlyList<string>? others = null)
    {
        CalibrationStatistics[] statistics = [.. Enumerable.Range(0, parts.Count).Select(_ => new CalibrationStatistics())];
        var graph = network.Graph.Graph;
        var conditions = graph.Nodes.Select(node => node.Condition()).OfType<string>().Where(name => !graph.Initializers.ContainsKey(name));
        string[] tensors = [.. others ?? ObservedTensors(network.Graph).Union(conditions, StringComparer.Ordinal)];
        var histograms = statistics.Select(part => tensors.ToDictionary(tensor => tensor, part.GetOrAdd, StringComparer.Ordinal)).ToArray();
        Batches.ForEach(
            images.Count,
            workers,
            batch => Show(network, images, batch, new HistogramFiller(
                image => histograms[parts.Of(image)], images.Start(batch), images.Size(batch)).Add),
            cancellation);
        return statistics;
    }

    private sealed class HistogramFiller(Func<int, Dictionary<string, ActivationHistogram>> of, int firstImage, int count)
    {
        public void Add(string tensor, Tensor value)
        {
            if (!of(firstImage).ContainsKey(tensor))
            {
                return;
            }

            if (value.dtype == ScalarType.Bool)
            {
                // A condition has one value a run.
                using var number = value.to_type(ScalarType.Float32);
                using var each = number.reshape(1).expand(count).contiguous();
                Add(tensor, each);
                return;
            }

            // Statistics do not depend on the order of the values within an image, so they are read in place.
            using var memory = new DenseMemory(value);
            var values = memory.Values;
            int length = values.Length / count;
            for (int begin = 0, end; begin < count; begin = end)
            {
                // Neighbours in the same statistics are added together.
                var histograms = of(firstImage + begin);
                for (end = begin + 1; end < count && ReferenceEquals(of(firstImage + end), histograms); end++)
                {
                }

                var histogram = histograms[tensor];
                lock (histogram)
                {
                    histogram.Add(values[(begin * length)..(end * length)], firstImage + begin, end - begin);
                }
            }
        }
    }
}
