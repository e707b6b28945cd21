namespace Cluster.Evaluation.SingleSteps.Errors;

/// <summary>A plan file and the folder of the numbers that it was built from.</summary>
public sealed record StoredPlan(string Plan, string Calibration)
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
