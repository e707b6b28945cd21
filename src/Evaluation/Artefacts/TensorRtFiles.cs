using System.Text.Json;

namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// A plan for TensorRT, next to the measured file: the network with explicit quantization, and, for implicit quantization, the calibration
/// cache and the dynamic ranges of the same tensors. TensorRT is not here; the network is checked in ONNX Runtime.
/// </summary>
/// <param name="stem">Path of the files without their suffixes.</param>
internal sealed class TensorRtFiles(string stem)
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    /// <summary>The network.</summary>
    public string Model => stem + ".tensorrt.onnx";

    /// <summary>Scales of the quantized tensors, in the format that a TensorRT calibrator reads.</summary>
    public string Cache => stem + ".tensorrt.cache";

    /// <summary>Tensor to [min, max], as for <c>ITensor::setDynamicRange</c>.</summary>
    public string Ranges => stem + ".tensorrt.ranges.json";

    /// <summary>
    /// The rules of explicit quantization that the network would break, or where it does not compute the plan; written instead of all other
    /// files.
    /// </summary>
    public string Broken => stem + ".tensorrt.broken-rules.txt";

    /// <summary>Writes the files, after removing those of an earlier attempt.</summary>
    /// <param name="settings">The plan, one setting a group.</param>
    /// <param name="gate">Why the network does not compute the plan; null if it does.</param>
    /// <param name="cache">Largest magnitudes by tensor, which replace those of the plan's calibrators.</param>
    /// <returns>Paths of the written files.</returns>
    public IReadOnlyList<string> Write(
        BuiltArtefact artefact,
        IReadOnlyList<GroupDecision> settings,
        CalibrationStatistics statistics,
        Func<QuantizedNetwork, ModelFile, string?> gate,
        IReadOnlyDictionary<string, float>? cache = null)
    {
        foreach (string old in new[] { Model, Cache, Ranges, Broken })
        {
            File.Delete(old);
        }

        var network = artefact.Network is { } built ? TensorRtNetwork.Of(built, settings, statistics, cache) : null;
        var file = network is null ? OnnxReader.Read(artefact.File, Path.GetFileName(Model)) : TensorRtExporter.Export(network);
        var written = network is null ? artefact.File : OnnxWriter.Write(file);
        var broken = TensorRtLint.Check(file);
        if (broken.Count == 0 && network is not null && gate(network, written) is { } failure)
        {
            broken = [failure];
        }

        if (broken.Count > 0)
        {
            AtomicFile.Write(Broken, string.Concat(broken.Select(rule => rule + "\n")));
            return [Broken];
        }

        var ranges = network is null ? [] : Symmetric(network);
        using var text = new StringWriter();
        CalibrationCacheWriter.Write(text, ranges);
        ModelFiles.Write(Model, written);
        AtomicFile.Write(Cache, text.ToString());
        AtomicFile.Write(Ranges, Json(ranges));
        return [Model, Cache, Ranges];
    }

    private static (string Tensor, float Amax)[] Symmetric(QuantizedNetwork network) =>
    [
        .. network.Layout.Points.Values
            .OrderBy(point => point.Tensor, StringComparer.Ordinal)
            .Select(point => (point.Tensor, network.Parameters(point).High)),
    ];

    private static string Json((string Tensor, float Amax)[] ranges) => JsonSerializer.Serialize(
        ranges.ToDictionary(range => range.Tensor, range => new[] { -range.Amax, range.Amax }, StringComparer.Ordinal), Layout) + "\n";
}
