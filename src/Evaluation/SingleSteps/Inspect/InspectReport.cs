namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>The result of `inspect`; its JSON form is the command's `--json`.</summary>
public sealed record InspectReport
{
    /// <summary>Path of the file, as typed.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the file.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Version of the default ONNX operator set that the file imports.</summary>
    public required int Opset { get; init; }

    /// <summary>Inputs that are not initializers, in the file's order.</summary>
    public required IReadOnlyList<InspectValue> Inputs { get; init; }

    /// <summary>Outputs, in the file's order.</summary>
    public required IReadOnlyList<InspectValue> Outputs { get; init; }

    /// <summary>"dynamic", or "fixed at N" if the file states a number.</summary>
    public required string Batch { get; init; }

    /// <summary>Nodes in the file, by operator.</summary>
    public required IReadOnlyDictionary<string, int> Operators { get; init; }

    /// <summary>The effect of normalisation: how many nodes fewer (negative) or more, by operator.</summary>
    public required IReadOnlyDictionary<string, int> Normalised { get; init; }

    /// <summary>Weights and biases; in a quantized file including the quantized ones.</summary>
    public long? Parameters { get; init; }

    /// <summary>Multiply-accumulates an image.</summary>
    public long? Macs { get; init; }

    /// <summary>Groups in the order of execution; null if the network cannot be quantized.</summary>
    public IReadOnlyList<InspectGroup>? Groups { get; init; }

    /// <summary>Null for a file without Q/DQ nodes.</summary>
    public InspectQdq? Quantization { get; init; }

    /// <summary>Null for a file without weights in codes that products and tables unpack.</summary>
    public IReadOnlyList<InspectWeights>? Weights { get; init; }

    /// <summary>Why the network cannot be quantized, one sentence each; empty if it can.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
