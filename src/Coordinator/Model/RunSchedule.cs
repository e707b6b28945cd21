using System.Security.Cryptography;
using System.Text;

namespace Cluster.Coordinator.Model;

/// <summary>
/// That a job is one run of several, one after another: the next is stored when one has ended, so at most one has not. Cancelling that one
/// ends the schedule.
/// </summary>
public sealed record RunSchedule
{
    /// <summary>The first run, which was submitted: what the schedule goes by.</summary>
    public required string First { get; init; }

    /// <summary>The time from one run's beginning to the next one's.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>When this run is to begin, in whole milliseconds.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>The run before this one; null: this is the first.</summary>
    public string? After { get; init; }

    /// <summary>Runs that were left out between the two, because their times came before the earlier one had ended.</summary>
    public int Missed { get; init; }

    /// <summary>
    /// The run after one that ends now: always the same id and request id. What was missed is left out: it begins at the first of the
    /// schedule's times that is still to come.
    /// </summary>
    public JobEntry Next(JobEntry run, DateTimeOffset now)
    {
        long missed = now < Due + Every ? 0 : (now - Due).Ticks / Every.Ticks;
        var due = Due + (Every * (missed + 1));
        var id = SHA256.HashData(Encoding.UTF8.GetBytes($"{run.Id}/again"));
        var inputs = run.Inputs.Deployed is { } deployed
            ? run.Inputs with { Deployed = deployed with { Run = DeployedFiles.RunAt(due) } }
            : run.Inputs;
        var (spec, space) = JobEntry.Unprepared(inputs, run.Spec.Options);
        return run with
        {
            Id = $"j-{Convert.ToHexStringLower(id)[..12]}",
            RequestId = new Guid(id.AsSpan(0, 16)).ToString("D"),
            RequestDigest = null,
            CreatedAt = now,
            Schedule = this with { Due = due, After = run.Id, Missed = (int)Math.Min(missed, int.MaxValue) },
            Inputs = inputs,
            Spec = spec,
            Space = space,
            Status = JobStatus.Scheduled,
        };
    }
}
