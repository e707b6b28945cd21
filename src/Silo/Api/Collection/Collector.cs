namespace Cluster.Silo.Api.Collection;

/// <summary>Finds and removes what the retention rules no longer keep: jobs that ended long ago, and files that no job names.</summary>
/// <param name="artefacts">The files.</param>
/// <param name="named">Knows which job names which.</param>
/// <param name="unnamed">Removes files that no job names.</param>
/// <param name="removal">Removes a job with the files that only it names.</param>
/// <param name="time">The clock.</param>
internal sealed class Collector(
    IArtefactStore artefacts, NamedArtefacts named, UnnamedFiles unnamed, IJobRemoval removal, TimeProvider time)
{
    /// <summary>The removals under the given rules now. Nothing is changed.</summary>
    /// <exception cref="JobException">A journal cannot be read, so the files that its job names are unknown.</exception>
    public async Task<CollectionPlan> PlanAsync(RetentionRules rules, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var stored = await artefacts.ListAsync(cancellationToken)
            .ToDictionaryAsync(artefact => artefact.Sha256, StringComparer.Ordinal, cancellationToken);
        var jobs = await named.JobsAsync(tenant: null, cancellationToken).ToArrayAsync(cancellationToken);
        var uses = jobs.SelectMany(job => job.Artefacts).CountBy(sha256 => sha256, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);

        var items = new List<CollectedItem>();
        if (rules.KeepUploads > TimeSpan.Zero)
        {
            items.AddRange(stored.Values
                .Where(artefact => !uses.ContainsKey(artefact.Sha256) && now - artefact.StoredAt > rules.KeepUploads)
                .OrderBy(artefact => artefact.StoredAt)
                .Select(artefact => new CollectedItem(
                    artefact.Sha256,
                    $"no job names it, and it came on {Day(artefact.StoredAt)}, more than {Days(rules.KeepUploads)} ago",
                    artefact.SizeBytes)
                { StoredAt = artefact.StoredAt }));
        }

        var earlier = rules.KeepProofs == 0 ? [] : jobs
            .Where(job => job is { EndedAt: not null, Entry.Schedule: not null })
            .GroupBy(job => (TenantName.Of(job.Entry), job.Entry.Schedule!.First))
            .SelectMany(runs => runs.OrderByDescending(run => run.EndedAt).Skip(rules.KeepProofs))
            .Select(run => run.Entry.Id)
            .ToHashSet(StringComparer.Ordinal);
        long total = stored.Values.Sum(artefact => artefact.SizeBytes);
        long left = total - items.Sum(item => item.Bytes);
        foreach (var job in jobs.Where(job => job.EndedAt is not null).OrderBy(job => job.EndedAt))
        {
            if (Reason(job, left) is not { } reason)
            {
                continue;
            }

            long bytes = job.Artefacts.Where(sha256 => --uses[sha256] == 0 && stored.ContainsKey(sha256))
                .Sum(sha256 => stored[sha256].SizeBytes);
            left -= bytes;
            items.Add(new CollectedItem(job.Entry.Id, reason, bytes) { JobFiles = job.Artefacts });
        }

        return new CollectionPlan(items, total);

        string? Reason(NamingJob job, long left)
        {
            var endedAt = job.EndedAt!.Value;
            if (earlier.Contains(job.Entry.Id))
            {
                return $"of the proofs of its schedule the last {rules.KeepProofs} are kept";
            }

            if (rules.KeepJobs > TimeSpan.Zero && now - endedAt > rules.KeepJobs)
            {
                return $"it ended on {Day(endedAt)}, more than {Days(rules.KeepJobs)} ago";
            }

            return rules.MostBytes > 0 && left > rules.MostBytes
                ? $"files have {Figures.Bytes(left)} where {Figures.Bytes(rules.MostBytes)} are kept, and of all jobs it ended first"
                : null;
        }
    }

    /// <summary>Carries out a plan. A file that was named since, or is about to be, stays.</summary>
    /// <exception cref="JobException">A journal cannot be read, or a job cannot be removed at the moment.</exception>
    public async Task RemoveAsync(CollectionPlan plan, CancellationToken cancellationToken)
    {
        await unnamed.RemoveAsync(
            plan.Items.Where(item => item.StoredAt is not null)
                .ToDictionary(item => item.Id, item => item.StoredAt!.Value, StringComparer.Ordinal),
            cancellationToken);
        foreach (var job in plan.Items.Where(item => item.JobFiles is not null))
        {
            await removal.RemoveAsync(job.Id, job.JobFiles!, cancellationToken);
        }
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Days(TimeSpan time) => $"{time.TotalDays.ToString("0.##", CultureInfo.InvariantCulture)} days";
}

/// <summary>The items to remove, and the space this frees.</summary>
/// <param name="Items">Files that no job names, then jobs, in the order of removal.</param>
/// <param name="StoredBytes">Bytes of all files before.</param>
internal sealed record CollectionPlan(IReadOnlyList<CollectedItem> Items, long StoredBytes)
{
    /// <summary>Bytes of the removed files.</summary>
    public long FreedBytes => Items.Sum(item => item.Bytes);
}

/// <summary>A job or a file to remove.</summary>
/// <param name="Id">The job's id, or the file's digest.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Bytes">Size of the file; for a job: of the stored files that no other job names.</param>
internal sealed record CollectedItem(string Id, string Reason, long Bytes)
{
    /// <summary>The artefacts that the job names; null for a file.</summary>
    public IReadOnlyCollection<string>? JobFiles { get; init; }

    /// <summary>When the file was stored or last counted as new; null for a job.</summary>
    public DateTimeOffset? StoredAt { get; init; }
}
