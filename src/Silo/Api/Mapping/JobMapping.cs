using Google.Protobuf.WellKnownTypes;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps jobs to the contract.</summary>
internal static class JobMapping
{
    /// <summary>A job in the form of lists.</summary>
    public static V1.Job ToSummary(this JobEntry entry) => new()
    {
        Name = Names.Job(entry.Id),
        DisplayName = entry.DisplayName,
        Spec = JobSpecMapping.ToContract(entry.Spec, entry.Inputs),
        State = SameNames.Of<V1.JobState>(entry.Status),
        CreateTime = entry.CreatedAt.ToTimestamp(),
        Proves = entry.Proves is { } proved ? Names.Job(proved) : string.Empty,
        NotBefore = entry.Schedule is { After: not null, Due: var due } ? due.ToTimestamp() : null,
        Every = entry.Schedule?.Every.ToDuration(),
    };

    /// <summary>A whole job.</summary>
    /// <param name="running">Progress as its coordinator reports it, or null if the job is not running.</param>
    public static V1.Job ToContract(this JobView view, JobEntry entry, JobProgress? running, DateTimeOffset now)
    {
        var job = entry.ToSummary();
        job.State = SameNames.Of<V1.JobState>(view.StatusOf(entry));
        job.Groups.AddRange((view.Space ?? entry.Space).Groups.Select(group => group.ToContract()));
        job.Progress = view.ToProgress(entry.Id, running, now);
        job.Winner = view.Winner?.ToContract(entry.Id);
        job.Sensitivities.AddRange(view.Sensitivities.Select(SensitivityMapping.ToContract));
        job.Artefacts.AddRange(view.Artefacts.Select(artefact => artefact.ToContract()));
        job.Reason = view.Reason ?? string.Empty;
        job.FailsOn = SameNames.Find<V1.JobFault>(view.FailsOn).GetValueOrDefault();
        job.RetryTime = view.RetryAt?.ToTimestamp();
        job.StartTime = view.StartedAt?.ToTimestamp();
        job.EndTime = view.EndedAt?.ToTimestamp();
        job.Etag = view.Etag();
        return job;
    }

    /// <summary>A job without a journal is being prepared, or about to start.</summary>
    public static JobStatus StatusOf(this JobView view, JobEntry entry) =>
        view.Count == 0 && entry.Status.IsUnprepared() ? entry.Status : view.Status;

    public static V1.JobProgress ToProgress(this JobView view, string id, JobProgress? running, DateTimeOffset now) => new()
    {
        Done = view.Done,
        EstimatedLeft = view.Status.HasEnded() ? 0 : Math.Max(running?.EstimatedLeft ?? 0, view.Proposed - view.Done),
        Elapsed = view.Elapsed(now).ToDuration(),
        Remaining = view.Status.HasEnded() ? null : running?.Remaining?.ToDuration(),
        Purpose = running?.Waits?.Reason ?? view.Purpose,
        Waiting = running?.Waits is { } wait
            ? new V1.JobWait { Cause = SameNames.Of<V1.WaitCause>(wait.Cause), Reason = wait.Reason }
            : null,
        Best = view.Best?.ToContract(id),
        BestMisses = view.BestMisses,
        Front =
        {
            view.Front.Select(plan => new V1.FrontPlan
            {
                Candidate = Names.Candidate(id, plan.Candidate.Number),
                MedianMs = plan.Latency.MedianMs,
                IqrMs = plan.Latency.IqrMs,
                Float32MedianMs = plan.Latency.Float32MedianMs,
            }),
        },
        PassedOver = view.PassedOver ?? string.Empty,
        Warning = view.Doubt ?? string.Empty,
    };

    /// <summary>
    /// Submission does not count as a change of state: an accepted job keeps its etag until it starts.
    /// </summary>
    public static string Etag(this JobView view) => Math.Max(1, view.StatusSequence).ToString(CultureInfo.InvariantCulture);

    public static V1.Winner ToContract(this WinnerView winner, string id)
    {
        var verdict = winner.Verdict;
        var mapped = new V1.Winner
        {
            Plan = winner.Selection.Plan.ToContract(),
            Kind = SameNames.Of<V1.WinnerKind>(winner.Kind),
            Feasible = winner.Selection.Feasible,
            Reason = winner.Selection.Reason,
            Candidate = winner.Candidate?.ToContract(id),
            Proof = winner.Selection.Proof is { } proof ? SameNames.Of<V1.ProofVerdict>(proof) : V1.ProofVerdict.Unspecified,
            Test = winner.Test is { } test ? TestWords.Of(winner.Metric, test) : string.Empty,
            Verdict = SameNames.Of<V1.VerdictKind>(verdict.Kind),
            Sureness = verdict.Words ?? string.Empty,
        };
        if (verdict.Sure is { } sure)
        {
            mapped.Sure = sure;
        }

        return mapped;
    }
}

/// <summary>Maps sweeps over single groups to the contract.</summary>
internal static class SensitivityMapping
{
    public static V1.SensitivitySweep ToContract(SensitivityResult sweep) => new()
    {
        Format = sweep.Swept.Text,
        Groups = { sweep.Groups.Select(Of) },
    };

    private static V1.GroupSensitivity Of(GroupSensitivity group)
    {
        var mapped = new V1.GroupSensitivity { Group = group.Group, Kl = group.Kl, Correct = group.Correct, Total = group.Total };
        if (group.SqnrDb is { } decibels)
        {
            mapped.SqnrDb = decibels;
        }

        return mapped;
    }
}
