using Cluster.Export.Forms;

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

    /// <summary>"dynamic", "not free: one sample at a time", or "fixed at N" if the file states a number.</summary>
    public required string Batch { get; init; }

    /// <summary>Operators that ONNX Runtime executes in float, as the interpreter has no kernel for their form; empty if none.</summary>
    public IReadOnlyList<string> Executed { get; init; } = [];

    /// <summary>
    /// The sizes that the figures are for where the file leaves some free, such as "x [3, 224, 224]"; null: it leaves none. Data have their
    /// own.
    /// </summary>
    public string? Assumed { get; init; }

    /// <summary>Outputs whose number of rows depends on what a sample holds, such as detections; empty if none.</summary>
    public IReadOnlyList<string> Counted { get; init; } = [];

    /// <summary>The 16-bit float that parts of the file compute in, widened to float32, which loses nothing; null: none.</summary>
    public string? Widened { get; init; }

    /// <summary>Nodes in the file, by operator.</summary>
    public required IReadOnlyDictionary<string, int> Operators { get; init; }

    /// <summary>The effect of normalisation: how many nodes fewer (negative) or more, by operator.</summary>
    public required IReadOnlyDictionary<string, int> Normalised { get; init; }

    /// <summary>The file's metadata: its author's, and this program's with keys that begin with "cluster."; null: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Weights and biases; in a quantized file including the quantized ones.</summary>
    public long? Parameters { get; init; }

    /// <summary>Multiply-accumulates an image.</summary>
    public long? Macs { get; init; }

    /// <summary>Groups in the order of execution; null if the network cannot be quantized.</summary>
    public IReadOnlyList<InspectGroup>? Groups { get; init; }

    /// <summary>Convolutions whose channels INT8 pads, with the next count that costs no more; empty for a quantized file.</summary>
    public IReadOnlyList<FreeChannels> Padded { get; init; } = [];

    /// <summary>Null for a file without Q/DQ nodes.</summary>
    public InspectQdq? Quantization { get; init; }

    /// <summary>Why the network cannot be quantized, one sentence each; empty if it can.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>One group.</summary>
/// <param name="OutputShape">For one image, without the batch.</param>
/// <param name="Macs">Multiply-accumulates per image.</param>
/// <param name="Why">Why it cannot be quantized; null if it can.</param>
/// <param name="Format">In a quantized file: "int8" or "float32", or "int8 + float32" if its products differ; for weights in codes "int4
/// weights"; else null.</param>
/// <param name="Nodes">Names in order, if requested.</param>
public sealed record InspectGroup(
    int Index,
    string Name,
    IReadOnlyList<string> Operators,
    IReadOnlyList<long> OutputShape,
    long Macs,
    long Parameters,
    bool Quantizable,
    string? Why,
    string? Format,
    IReadOnlyList<InspectNode>? Nodes);

/// <summary>One node of a group.</summary>
/// <param name="Format">In a quantized file: its inputs ("int8", "float32", or "mixed"), or that its weights are codes ("int4 weights");
/// else null.</param>
public sealed record InspectNode(string Name, string Operator, string? Format);

/// <summary>The Q/DQ nodes of a quantized file.</summary>
/// <param name="QuantizeNodes">QuantizeLinear nodes: activations that are rounded to codes.</param>
/// <param name="DequantizeNodes">DequantizeLinear nodes, of activations and of constants.</param>
/// <param name="Constants">Constants stored as integer codes: weights and biases.</param>
/// <param name="Int8Nodes">Nodes all of whose inputs are dequantized codes.</param>
public sealed record InspectQdq(int QuantizeNodes, int DequantizeNodes, int Constants, int Int8Nodes, int Float32Nodes);

/// <summary>An input or output of the file.</summary>
/// <param name="Shape">-1 for a size that is not fixed; empty if the file states none.</param>
public sealed record InspectValue(string Name, string Type, IReadOnlyList<long> Shape)
{
    /// <summary>What the file calls sizes that are not fixed, one name an axis, empty where it has none; null: it names none.</summary>
    public IReadOnlyList<string>? AxisNames { get; init; }
}
