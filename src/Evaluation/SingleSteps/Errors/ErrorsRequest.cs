using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Errors;

/// <summary>A user's request for `errors`, as typed.</summary>
/// <param name="Quantize">The quantization to examine, without its plan; nothing of it is written.</param>
/// <param name="Stored">Folder of a finished job, or a plan file; null: every group is quantized with the same calibrator.</param>
/// <param name="Images">Most images to compare on: those of the evaluation, else those of the calibration.</param>
public sealed record ErrorsRequest(QuantizeRequest Quantize, string? Stored, int Images)
{
    /// <summary>The default calibrator of plans that are not stored.</summary>
    public const string DefaultMethod = "mse";

    /// <summary>Checks what can be checked without opening a file.</summary>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    public void Validate()
    {
        Require(
            Stored is not null || Quantize.Data is not null,
            "neither a plan nor calibration images were given; give a job's folder or a plan file, or --data SPEC.");
        Require(
            Stored is null || (Quantize.Data ?? Quantize.Method) is null,
            "--data or --method was given with a plan, whose numbers lie beside it; leave them out.");
        Require(
            Stored is null || (Quantize.WeightBits ?? Quantize.ActivationBits) is null,
            "--weight-bits or --activation-bits was given with a plan, which says how many bits each group has; leave them out.");
        Require(
            Stored is null || Quantize.Evaluation is not null,
            "a plan needs images to be compared on; add --eval SPEC (labels are not needed).");
    }

    /// <summary>The quantization to examine, with its plan.</summary>
    internal QuantizeRequest ToQuantize()
    {
        if (Stored is null)
        {
            return Quantize with { Method = Quantize.Method ?? DefaultMethod };
        }

        var (plan, calibration) = StoredPlan.Find(Stored);
        return Quantize with { Plan = plan, Calibration = calibration };
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new UsageException(message);
        }
    }
}
