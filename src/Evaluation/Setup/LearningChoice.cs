using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Inputs;
using Cluster.Plans;

namespace Cluster.Evaluation.Setup;

/// <summary>
/// Reconstruction learns from images, and its file is timed on one machine: for other samples, and for several kinds of machines, automatic
/// reconstruction is left out.
/// </summary>
internal static class LearningChoice
{
    /// <exception cref="JobException">It is requested but not possible.</exception>
    public static JobOptions Decided(JobOptions options, JobData data, NetworkFile network)
    {
        bool learns = network.TakesImages && data.Calibration.IsImages;
        if (!learns && options.Repair is not (null or RepairMethod.Never))
        {
            throw new JobException(
                $"{JobLimits.Repair.Name} learns from images, and this job's data are arrays: leave it out.")
            {
                FailsOn = JobFault.Request,
            };
        }

        return learns && options.Kinds is null ? options
            : options.Reconstruct != ReconstructionMode.Always ? options with { Reconstruct = ReconstructionMode.Never }
            : throw new JobException(
                $"{JobLimits.Reconstruct.Name} learns from images, and this job's data are arrays: leave it out.")
            {
                FailsOn = JobFault.Request,
            };
    }
}
