using Cluster.Coordinator.Model;

namespace Cluster.Grains.Ports;

/// <summary>What a node that worked for a job holds ready for others like it.</summary>
public static class JobAffinity
{
    /// <summary>The model with its calibration: reading the one and making the other is what takes long.</summary>
    public static string Of(JobEntry job) => $"{job.Spec.Network}/{job.Spec.Data.Calibration}";
}
