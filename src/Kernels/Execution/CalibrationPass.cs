using Cluster.Kernels.Calibration;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// The one FP32 pass over the calibration images. It leaves, for every tensor that any plan may quantize, the
/// statistics from which every calibrator's range follows; they do not depend on the batch size nor on the number of
/// threads.
/// </summary>
public static class CalibrationPass
{
    /// <summary>Runs all images; the statistics are the same for any number of workers.</summary>
    public static CalibrationStatistics Run(
        FloatNetwork network, ImageBatches images, int workers, Action<int>? batchDone, CancellationToken cancellation)
    {
        var statistics = new CalibrationStatistics();
        var total = ObservedTensors(network.Graph).ToDictionary(tensor => tensor, statistics.GetOrAdd, StringComparer.Ordinal);
        Batches.ForEach(images.Count, workers, batch =>
        {
            Observe(network, images, batch, total);
            batchDone?.Invoke(batch);
        }, cancellation);
        return statistics;
    }

    /// <summary>
    /// Every tensor with a Q/DQ pair when all groups are INT8, and every input of a group that may stand alone.
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

        return [.. tensors];
    }

    private static void Observe(FloatNetwork network, ImageBatches images, int batch, Dictionary<string, ActivationHistogram> total)
    {
        using var live = new LiveTensors();
        var observer = new HistogramObserver(total, images.Start(batch), images.Size(batch));
        var input = images.Tensor(batch);
        live.Set(network.Graph.Input.Name, input);
        observer.Add(network.Graph.Input.Name, input);
        foreach (var group in network.Graph.Groups)
        {
            network.Float32(group.Index).Run(live, observer);
        }
    }

    private sealed class HistogramObserver(Dictionary<string, ActivationHistogram> total, int firstImage, int count) : IRunObserver
    {
        public void Computed(GraphNode node, Tensor value) => Add(node.Output, value);

        public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters) => null;

        public void Add(string tensor, Tensor value)
        {
            if (total.TryGetValue(tensor, out var histogram))
            {
                float[] values = TensorFactory.ToFloats(value);
                lock (histogram)
                {
                    histogram.Add(values, firstImage, count);
                }
            }
        }
    }
}
