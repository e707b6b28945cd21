namespace Cluster.Grains.Ports;

/// <summary>The data that a node keeps ready for similar jobs after working for one.</summary>
public static class JobAffinity
{
    /// <summary>The model with its calibration: reading and calibrating take the most time.</summary>
    public static string Of(JobEntry job) => $"{job.Spec.Network}/{job.Spec.Data.Calibration}";
}
