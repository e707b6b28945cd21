using Cluster.Export;
using Cluster.Export.Parity;

namespace Cluster.Tests;

/// <summary>A network and images that it was calibrated on, from which its plans are resolved.</summary>
internal sealed class Calibrated : IDisposable
{
    public Calibrated(GroupedGraph graph, ImageBatches images)
    {
        (Graph, Images, Float32) = (graph, images, new FloatNetwork(graph));
        Statistics = Nets.Calibrate(Float32, images);
        Resolver = new PlanResolver(graph, Statistics);
    }

    public GroupedGraph Graph { get; }

    public ImageBatches Images { get; }

    public FloatNetwork Float32 { get; }

    public CalibrationStatistics Statistics { get; }

    public PlanResolver Resolver { get; }

    /// <summary><see cref="Nets.Residual"/>, on noise.</summary>
    public static Calibrated Residual(int count, int batch, int classes = 0) =>
        new(Nets.Group(Nets.Residual()), Nets.Noise(count, 3, 8, 8, batch, classes));

    /// <summary>One of <see cref="SmallNetworks"/>, on noise.</summary>
    public static Calibrated Small(string name, int count = 24, int batch = 8) =>
        new(Nets.Group(SmallNetworks.All[name]().Build()), Nets.Noise(count, 3, 8, 8, batch));

    public static Calibrated Shared(string model, int count, int batch = 16) =>
        new(Nets.Shared(model), Nets.SharedImages(model, count, batch));

    /// <summary>All groups in INT8.</summary>
    public QuantizedNetwork AllInt8(string calibrator = "mse") => Resolver.Resolve(Nets.AllInt8(Graph, calibrator));

    /// <summary>Each group as it is decided.</summary>
    public QuantizedNetwork Resolve(Func<LayerGroup, GroupDecision> decide) => Resolver.Resolve([.. Graph.Groups.Select(decide)]);

    /// <summary>What the gate finds in the file of a plan.</summary>
    public ParityReport Check(QuantizedNetwork network, CodeStorage storage = CodeStorage.Bytes) =>
        Check(network, OnnxWriter.Write(QdqExporter.Export(network, storage)));

    /// <summary>What the gate finds in a file.</summary>
    public ParityReport Check(QuantizedNetwork network, ModelFile file, int workers = 2) =>
        ParityGate.Check(Float32, network, ModelFile.Of(file.Message), Images, workers, CancellationToken.None);

    public void Dispose() => Float32.Dispose();
}
