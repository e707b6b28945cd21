using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Errors;

/// <summary>A user's request for `errors`, as typed.</summary>
public sealed record ErrorsRequest
{
    /// <summary>Path of the FP32 ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>Folder of a finished job, or a plan file; null: every group is quantized with <see cref="Method"/>.</summary>
    public string? Stored { get; init; }

    /// <summary>Calibrator of every group; null: <see cref="DefaultMethod"/>, or as the plan says.</summary>
    public string? Method { get; init; }

    /// <summary>Bits of weights; null: 8, or as the plan says.</summary>
    public int? WeightBits { get; init; }

    /// <summary>Bits of activations; null: 8, or as the plan says.</summary>
    public int? ActivationBits { get; init; }

    /// <summary>Groups that stay in FP32, by name, index or pattern.</summary>
    public IReadOnlyList<string> KeepFloat32 { get; init; } = [];

    /// <summary>Data spec of the calibration images; not used with a stored plan, which has its numbers already.</summary>
    public string? Data { get; init; }

    /// <summary>Data spec of the images to compare on; null: the calibration images.</summary>
    public string? Evaluation { get; init; }

    /// <summary>Path of the preprocessing; null: the one next to the model.</summary>
    public string? Preprocess { get; init; }

    /// <summary>Most images to compare on.</summary>
    public required int Images { get; init; }

    /// <summary>Bytes that the process should stay below; null: half of the machine's.</summary>
    public long? Memory { get; init; }

    /// <summary>Seed of the choice of images, 0 to 2^53 - 1.</summary>
    public long Seed { get; init; }

    /// <summary>The default calibrator of plans that are not stored.</summary>
    public const string DefaultMethod = "mse";

    /// <summary>Checks what can be checked without opening a file.</summary>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    public void Validate()
    {
        Require(
            Stored is not null || Data is not null,
            "neither a plan nor calibration images were given; give a job's folder or a plan file, or --data SPEC.");
        Require(
            Stored is null || (Data ?? Method) is null,
            "--data or --method was given with a plan, whose numbers lie beside it; leave them out.");
        Require(
            Stored is null || (WeightBits ?? ActivationBits) is null,
            "--weight-bits or --activation-bits was given with a plan, which says how many bits each group has; leave them out.");
        Require(
            Stored is null || Evaluation is not null, "a plan needs images to be compared on; add --eval SPEC (labels are not needed).");
    }

    /// <summary>The quantization to examine.</summary>
    internal QuantizeRequest ToQuantize()
    {
        var stored = Stored is null ? null : StoredPlan.Find(Stored);
        return new QuantizeRequest
        {
            Model = Model,
            Plan = stored?.Plan,
            Calibration = stored?.Calibration,
            Method = stored is null ? Method ?? DefaultMethod : null,
            WeightBits = WeightBits,
            ActivationBits = ActivationBits,
            KeepFloat32 = KeepFloat32,
            Data = Data,
            Evaluation = Evaluation,
            Preprocess = Preprocess,
            Memory = Memory,
            Seed = Seed,
            Output = "", // nothing is written
        };
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new UsageException(message);
        }
    }
}
