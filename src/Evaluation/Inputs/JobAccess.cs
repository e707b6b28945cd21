using Cluster.DataSpecs;

namespace Cluster.Evaluation.Inputs;

/// <summary>The files that each of a job's data sets may be read from.</summary>
public sealed record JobAccess(DataAccess Calibration, DataAccess Evaluation, DataAccess Test, DataAccess Training)
{
    /// <summary>For a user's own job on the user's own machine.</summary>
    public static JobAccess Anywhere { get; } = new(DataAccess.Anywhere, DataAccess.Anywhere, DataAccess.Anywhere, DataAccess.Anywhere);
}
