namespace Cluster.Silo.Commands.Quantize;

/// <summary>What `quantize` made; its JSON form is the command's `--json`. Fractions are 0..1.</summary>
internal sealed record QuantizeReport
{
    public required string Model { get; init; }

    public required QuantizeOutput Output { get; init; }

    /// <summary>The calibrator, where no plan was given.</summary>
    public string? Method { get; init; }

    /// <summary>Path of the plan that the file was built from, also where this command made it.</summary>
    public required string Plan { get; init; }

    /// <summary>Folder that the same bytes can be built from with the plan.</summary>
    public required string Calibration { get; init; }

    public required int Int8Groups { get; init; }

    public required int Groups { get; init; }

    /// <summary>Of the file, in ONNX Runtime; null without evaluation images.</summary>
    public MeasuredAccuracy? Accuracy { get; init; }

    public MeasuredLatency? Latency { get; init; }

    /// <summary>The network as it came, on the same images, its latency interleaved with the file's.</summary>
    public QuantizeFloat32? Float32 { get; init; }

    public QuantizeParity? Parity { get; init; }

    /// <summary>Wall time of everything.</summary>
    public required double Seconds { get; init; }
}
