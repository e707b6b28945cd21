using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Workers;

/// <summary>Synthetic jobs, and items of theirs.</summary>
internal static class SyntheticJobs
{
    public static JobInputs Inputs { get; } = new() { Model = "none", Calibration = new DataLocation("none") };

    public static JobOptions Options(string target) => new() { Target = target, Methods = ["max", "mse"] };

    public static JobEntry Entry(string target)
    {
        var prepared = SyntheticJob.Prepare(Inputs, Options(target));
        return new JobEntry
        {
            Id = $"job-{prepared.Spec.JobId[..8]}",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Spec = prepared.Spec,
            Space = prepared.Space,
            Inputs = Inputs
        };
    }

    /// <summary>A candidate's accuracy: one group, by number, in FP32.</summary>
    public static AccuracyItem Candidate(JobEntry job, int group)
    {
        var int8 = Plan.Uniform(
            GroupFormat.Int8, job.Spec.Options.Target, job.Space.Groups.Select(one => one.Name), "max", biasCorrection: true);
        return new AccuracyItem(job.Spec.AccuracyContext, int8.With([group], GroupFormat.Baseline), ImageScope.Full);
    }

    /// <summary>A job all of whose candidates are poisoned with one verb, and its first candidate.</summary>
    public static (JobEntry Job, AccuracyItem Item) Poisoned(string verb)
    {
        var job = Entry($"synthetic:groups=8,ms=0,poison=1,verbs={verb}");
        return (job, Candidate(job, 0));
    }
}
