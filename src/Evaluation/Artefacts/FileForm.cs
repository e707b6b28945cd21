using Cluster.Export.Forms;

namespace Cluster.Evaluation.Artefacts;

/// <summary>Makes a plan's file for a target's runtime, which decides the positions of its pairs, and their types.</summary>
/// <param name="network">The plan with its numbers, placed for ONNX Runtime's CPU.</param>
/// <param name="settings">The plan, one setting a group.</param>
/// <exception cref="Networks.KernelException">The plan has no such file.</exception>
internal delegate FormedFile FileForm(QuantizedNetwork network, IReadOnlyList<GroupDecision> settings);

/// <summary>A plan's file and the network that it holds.</summary>
/// <param name="Network">The network to simulate the file.</param>
internal sealed record FormedFile(QuantizedNetwork Network, ModelGraph File)
{
    /// <summary>Layers that are written in another form than in the network, by the names of their nodes there.</summary>
    public IReadOnlyList<(string Layer, string Words)> Forms { get; init; } = [];

    /// <summary>The QDQ file for ONNX Runtime's CPU in the forms that its kernels run fast, with the same outputs bit for bit.</summary>
    /// <inheritdoc cref="FastFiles"/>
    public static FileForm Fast(CodeStorage storage, ImageBatches? samples)
    {
        var files = new FastFiles(storage, samples);
        return (network, _) => files.Make(network).OverPixels();
    }

    /// <summary>The QDQ file for ONNX Runtime's CPU, which our own executor and other providers run too.</summary>
    /// <param name="storage">Types of codes of fewer than 8 bits.</param>
    public static FileForm Qdq(CodeStorage storage) =>
        (network, _) => new FormedFile(network, QdqExporter.Export(network, storage)).OverPixels();

    /// <summary>A file by TensorRT's rules, checked against them: symmetric, pairs before layers and on residual branches.</summary>
    /// <param name="statistics">Statistics for symmetric ranges, by the plan's own calibrators.</param>
    public static FileForm TensorRt(CalibrationStatistics statistics) => (network, settings) =>
    {
        var placed = TensorRtNetwork.Of(network, settings, statistics);
        var file = TensorRtExporter.Export(placed);
        TensorRtLint.Require(file);
        return new FormedFile(placed, file);
    };

    private FormedFile OverPixels() => this with { File = PixelFile.Write(File) };
}
