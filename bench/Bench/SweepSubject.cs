using Cluster.Data;
using Cluster.Data.Sources;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using Cluster.Networks.Graphs.Groups;
using Cluster.Networks.Preprocessing;
using Cluster.Plans;

namespace Cluster.Bench;

/// <summary>The network whose groups are tried one by one, calibrated, with the images that they are tried on.</summary>
internal sealed class SweepSubject : IDisposable
{
    /// <summary>Images a forward pass, as rivals' loops have it.</summary>
    public const int Batch = 32;

    private SweepSubject(FloatNetwork float32, IReadOnlyList<(LayerGroup Group, QuantizedNetwork Network)> alone, ImageBatches images)
    {
        Float32 = float32;
        Alone = alone;
        Images = images;
    }

    public FloatNetwork Float32 { get; }

    /// <summary>Each group that can be quantized, with the network in which it alone is.</summary>
    public IReadOnlyList<(LayerGroup Group, QuantizedNetwork Network)> Alone { get; }

    public ImageBatches Images { get; }

    /// <summary>Calibrates the network on all calibration images, and takes the first images to try it on.</summary>
    public static SweepSubject Open(string model, string calibration, string evaluation, int count, string method)
    {
        var network = NetworkFile.Open(model);
        var preprocess = Preprocess.LoadFor(model);
        var images = new ImageBatches(DataSource.Open(evaluation), preprocess, Batch).Take(count);
        images.Images.RequireLabels();
        TorchSettings.Threads = 1;
        var float32 = new FloatNetwork(network.Grouped);
        var statistics = CalibrationPass.Run(
            float32,
            new ImageBatches(DataSource.Open(calibration), preprocess, Batch),
            Environment.ProcessorCount,
            CancellationToken.None);
        var resolver = new PlanResolver(network.Grouped, statistics);
        var alone = network.Grouped.Groups
            .Where(group => group.CanQuantize)
            .Select(group => (group, resolver.Resolve(
                [.. network.Grouped.Groups.Select(other => other == group
                    ? GroupDecision.In(GroupFormat.Int8, group.Name, method, biasCorrection: false)
                    : GroupDecision.Baseline(other.Name))])))
            .ToList();
        return new SweepSubject(float32, alone, images);
    }

    public void Dispose() => Float32.Dispose();
}
