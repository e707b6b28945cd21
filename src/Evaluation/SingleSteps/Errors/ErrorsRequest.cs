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

/// <summary>A plan file and the folder of the numbers that it was built from.</summary>
internal sealed record StoredPlan(string Plan, string Calibration)
{
    /// <summary>A plan with the numbers next to it (<see cref="CalibrationFolder.Beside"/>); for a job's folder, the winner's.</summary>
    /// <param name="path">A job's folder, or a plan file.</param>
    /// <exception cref="NotFoundException">Plan or calibration does not exist.</exception>
    public static StoredPlan Find(string path)
    {
        string plan = Directory.Exists(path) ? Path.Combine(path, "winner.plan.json") : path;
        if (!File.Exists(plan))
        {
            throw new NotFoundException(plan == path
                ? $"there is neither a folder nor a plan file {path}; give a job's folder or a plan file (winner.plan.json)."
                : $"there is no {plan}; give the folder of a job that has ended (run … -o OUT), or a plan file.");
        }

        string calibration = CalibrationFolder.Beside(plan);
        return Directory.Exists(calibration)
            ? new StoredPlan(plan, calibration)
            : throw new NotFoundException($"there is no {calibration}, from which {plan} was built; keep it beside the plan.");
    }
}
