namespace Cluster.Evaluation.Setup;

/// <summary>
/// Learning takes batches of images, fine-tuning gradients from end to end, and the file of a reconstruction is timed on one machine: for
/// other samples or networks, and for several kinds of machines, what is automatic is left out.
/// </summary>
internal static class LearningChoice
{
    /// <summary>What a reconstruction learns from that is not there, as the end of a sentence; null if all is.</summary>
    public static string? Obstacle(NetworkFile network, ImageBatches data) =>
        data is { IsImages: false, Images: ImageSet } ? "images with their channels first, and this network has them last"
        : !data.IsImages ? "images, and the data are arrays"
        : !network.TakesImages ? "batches of images, and this network takes one sample at a time"
        : null;

    /// <summary>The same of fine-tuning.</summary>
    public static string? TrainingObstacle(NetworkFile network, ImageBatches data) => Obstacle(network, data)
        ?? (network.Grouped.StopsLearning is { } node
            ? $"gradients, and none pass '{node.Name}' ({node.OpType}), which ONNX Runtime executes"
            : null);

    /// <exception cref="JobException">It is requested but not possible.</exception>
    public static JobOptions Decided(JobOptions options, JobData data, NetworkFile network)
    {
        string? obstacle = Obstacle(network, data.Calibration);
        string? training = TrainingObstacle(network, data.Calibration);
        Require(
            JobLimits.Repair.Name, obstacle, options.Repair is not (null or RepairMethod.Never or RepairMethod.WeightCorrection));
        Require(JobLimits.FineTune.Name, training, options.FineTune == FineTuneMode.Always);
        if (obstacle is not null || options.Kinds is not null)
        {
            Require(
                JobLimits.Reconstruct.Name,
                obstacle ?? "one machine's times, and this job has several kinds",
                options.Reconstruct == ReconstructionMode.Always);
            options = options with { Reconstruct = ReconstructionMode.Never };
        }

        return training is not null && data.Training is not null ? options with { FineTune = FineTuneMode.Never } : options;

        static void Require(string option, string? obstacle, bool isAsked)
        {
            if (isAsked && obstacle is not null)
            {
                throw new JobException($"{option} learns from {obstacle}: leave it out.") { FailsOn = JobFault.Request };
            }
        }
    }
}
