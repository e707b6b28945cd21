using Cluster.DataSpecs;

namespace Cluster.Evaluation.Inputs;

/// <summary>Which files a job's data may be read from, for each of its sets.</summary>
public sealed record JobAccess(DataAccess Calibration, DataAccess Evaluation, DataAccess Test, DataAccess Training)
{
    /// <summary>A user's own job on the user's own machine.</summary>
    public static JobAccess Anywhere { get; } = new(DataAccess.Anywhere, DataAccess.Anywhere, DataAccess.Anywhere, DataAccess.Anywhere);
}
