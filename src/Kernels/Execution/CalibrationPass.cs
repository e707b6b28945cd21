using Cluster.Kernels.Calibration;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// The one FP32 pass over the calibration images. For every tensor that any plan may quantize, it gathers the statistics from which every
/// calibrator's range follows. They depend neither on the batch size nor on the number of threads.
/// </summary>
public static class CalibrationPass
{
    /// <summary>Runs all images; the statistics are the same for any number of workers.</summary>
    public static CalibrationStatistics Run(
        FloatNetwork network, ImageBatches images, int workers, CancellationToken cancellation) =>
        Observe(network, images, 1, _ => 0, workers, cancellation)[0];

    /// <summary>The same pass, which also gathers the statistics of the images that are not held back.</summary>
    /// <param name="heldBack">Indices of images in the set; not all of them.</param>
    /// <returns>Statistics of all images, bit-identical to a run that holds none back, and of the others, numbered as in the set.</returns>
    public static (CalibrationStatistics All, CalibrationStatistics Fitted) RunApart(
        FloatNetwork network, ImageBatches images, IReadOnlySet<int> heldBack, int workers, CancellationToken cancellation)
    {
        var parts = Observe(network, images, 2, image => heldBack.Contains(image) ? 1 : 0, workers, cancellation);
        var all = new CalibrationStatistics();
        all.Merge(parts[0]);
        all.Merge(parts[1]);
        return (all, parts[0]);
    }

    /// <summary>Every tensor with a Q/DQ pair if all groups are INT8, and every input of a group that may stand alone.</summary>
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
        FloatNetwork network, ImageBatches images, int count, Func<int, int> partOf, int workers, CancellationToken cancellation)
    {
        CalibrationStatistics[] parts = [.. Enumerable.Range(0, count).Select(_ => new CalibrationStatistics())];
        string[] tensors = [.. ObservedTensors(network.Graph)];
        var histograms = parts.Select(part => tensors.ToDictionary(tensor => tensor, part.GetOrAdd, StringComparer.Ordinal)).ToArray();
        Batches.ForEach(
            images.Count,
            workers,
            batch => Show(network, images, batch, new HistogramFiller(
                image => histograms[partOf(image)], images.Start(batch), images.Size(batch)).Add),
            cancellation);
        return parts;
    }

    private sealed class HistogramFiller(Func<int, Dictionary<string, ActivationHistogram>> of, int firstImage, int count)
    {
        public void Add(string tensor, Tensor value)
        {
            if (!of(firstImage).ContainsKey(tensor))
            {
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
