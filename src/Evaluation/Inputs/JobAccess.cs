namespace Cluster.Evaluation.Inputs;

/// <summary>The files that a job's data sets may be read from.</summary>
public sealed record JobAccess(DataAccess Calibration, DataAccess Evaluation, DataAccess Test, DataAccess Training)
{
    /// <summary>For a user's own job on the user's own machine.</summary>
    public static JobAccess Own { get; } =
        new(DataAccess.Anywhere, DataAccess.Anywhere, DataAccess.Anywhere, DataAccess.Anywhere) { IsOwn = true };

    /// <summary>
    /// Whether the user who typed the job runs this process: only then may <see cref="JobOptions.MetricCommand"/> be run, and may the model
    /// have data in other files of its folder, as uploads share one.
    /// </summary>
    public bool IsOwn { get; init; }

    /// <summary>Where others run this process: what scores predictions for a metric of theirs; null where nothing is measured.</summary>
    public IPredictionJudge? Judge { get; init; }
}
