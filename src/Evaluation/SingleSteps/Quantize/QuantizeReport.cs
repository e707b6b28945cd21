using System.Text.Json.Serialization;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The result of `quantize`; its JSON form is the command's `--json`. Fractions are 0..1.</summary>
public sealed record QuantizeReport
{
    /// <summary>Path of the FP32 network, as typed.</summary>
    public required string Model { get; init; }

    /// <summary>The written file.</summary>
    public required QuantizeOutput Output { get; init; }

    /// <summary>The calibrator, if no plan was given.</summary>
    public string? Method { get; init; }

    /// <summary>Path of the plan that the file was built from, even if this command made it.</summary>
    public required string Plan { get; init; }

    /// <summary>Folder with which the plan gives the same bytes again.</summary>
    public required string Calibration { get; init; }

    /// <summary>Groups that are quantized, in any number of bits.</summary>
    public required int Int8Groups { get; init; }

    /// <summary>Layers of these groups that have no integer kernel in this plan and stay in FP32.</summary>
    public int LayersInFloat { get; init; }

    /// <summary>Groups that could be quantized.</summary>
    public required int Groups { get; init; }

    /// <summary>
    /// How weights are rounded, and in how many bits, if no plan was given: for inner groups, and for the first and the last.
    /// </summary>
    public string? Rounding { get; init; }

    /// <summary>How the weights of each block were learned; null if they were rounded to nearest.</summary>
    public IReadOnlyList<BlockOutcome>? Blocks { get; init; }

    /// <summary>
    /// Blocks that an interrupted run of the same command had finished, which were not learned again.
    /// </summary>
    public int? ResumedBlocks { get; init; }

    /// <summary>Requested iterations per block.</summary>
    public int? Iterations { get; init; }

    /// <summary>Iterations of learning per second, over all blocks of this run.</summary>
    public double? IterationsPerSecond { get; init; }

    /// <summary>Wall time of learning.</summary>
    public double? LearningSeconds { get; init; }

    /// <summary>Bits of weights in inner groups.</summary>
    public int? WeightBits { get; init; }

    /// <summary>Bits of activations in inner groups.</summary>
    public int? ActivationBits { get; init; }

    /// <summary>Bits of weights and activations in the first and the last group with weights.</summary>
    public int? FirstLastBits { get; init; }

    /// <summary>
    /// Bit operations per image of the plan: multiply-accumulates times weight bits times activation bits, FP32 as 32 x 32.
    /// </summary>
    public required long Bops { get; init; }

    /// <summary>Bytes of the numbers if each is stored in exactly its bits, regardless of the file's types.</summary>
    public required long PackedBytes { get; init; }

    /// <summary>Top-1 of the file, in ONNX Runtime; null without evaluation images, and if another metric was requested.</summary>
    public MeasuredAccuracy? Accuracy { get; init; }

    /// <summary>The file and FP32 by the requested metric; null if that is top-1.</summary>
    public MeasuredMetric? Metric { get; init; }

    /// <summary>Latency of the file, in ONNX Runtime; null without evaluation images.</summary>
    public MeasuredLatency? Latency { get; init; }

    /// <summary>The FP32 network on the same images, its latency interleaved with the file's.</summary>
    public QuantizeFloat32? Float32 { get; init; }

    /// <summary>The file in the target against the simulation; null if it was not run.</summary>
    public ParityFinding? Parity { get; init; }

    /// <summary>The number of groups per precision; for the text of the report.</summary>
    [JsonIgnore]
    public string Precision { get; init; } = "";

    /// <summary>Whether some group has fewer than 8 bits; for the text of the report.</summary>
    [JsonIgnore]
    public bool IsLowBit { get; init; }

    /// <summary>Total wall time.</summary>
    public double Seconds { get; init; }
}

/// <summary>The FP32 network, for comparison with the quantized file.</summary>
/// <param name="Accuracy">Null if a metric other than top-1 was requested.</param>
/// <param name="Bops">Bit operations per image.</param>
/// <param name="PackedBytes">Bytes of the packed numbers.</param>
public sealed record QuantizeFloat32(MeasuredAccuracy? Accuracy, MeasuredLatency Latency, long SizeBytes, long Bops, long PackedBytes);
