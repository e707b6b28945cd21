using System.Runtime.CompilerServices;

namespace Cluster.Silo.Api;

/// <summary>
/// The artefacts that jobs name: their inputs, learned numbers and published files. The journal of an ended job is read once. Thread-safe.
/// </summary>
internal sealed class NamedArtefacts(IJobStore store)
{
    private const int PageLength = 100;

    private readonly ConcurrentDictionary<string, (IReadOnlyList<string> Made, DateTimeOffset? EndedAt)> _ended =
        new(StringComparer.Ordinal);

    /// <summary>Removes from a set the artefacts that some job names.</summary>
    /// <exception cref="JobException">A journal cannot be read, so the files that its job names are unknown.</exception>
    public async Task ExceptAsync(HashSet<string> artefacts, CancellationToken cancellationToken)
    {
        await foreach (var job in JobsAsync(tenant: null, cancellationToken))
        {
            artefacts.ExceptWith(job.Artefacts);
            if (artefacts.Count == 0)
            {
                return;
            }
        }
    }

    /// <summary>The tenants whose jobs name an artefact, found in one pass over the jobs.</summary>
    /// <param name="sha256">The artefact.</param>
    /// <param name="tenant">The only tenant to check, or null for all.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="JobException">A journal cannot be read, so the files that its job names are unknown.</exception>
    public async Task<IReadOnlySet<string>> NamersAsync(string sha256, string? tenant, CancellationToken cancellationToken)
    {
        var namers = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var job in JobsAsync(tenant, cancellationToken))
        {
            if (job.Artefacts.Contains(sha256))
            {
                namers.Add(TenantName.Of(job.Entry));
                if (tenant is not null)
                {
                    break;
                }
            }
        }

        return namers;
    }

    /// <summary>Removes a deleted job from memory.</summary>
    public void Forget(string id) => _ended.TryRemove(id, out _);

    /// <summary>The jobs with the artefacts that each names, newest first.</summary>
    /// <param name="tenant">The only tenant whose jobs are returned, or null for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="JobException">A journal cannot be read, so the files that its job names are unknown.</exception>
    public async IAsyncEnumerable<NamingJob> JobsAsync(
        string? tenant, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        JobEntry? last = null;
        IReadOnlyList<JobEntry> page;
        do
        {
            page = await store.ListAsync(new JobQuery(PageLength, [], last?.CreatedAt, last?.Id) { Tenant = tenant }, cancellationToken);
            foreach (var entry in page)
            {
                last = entry;
                if (await MadeAsync(entry, cancellationToken) is (var made, var endedAt))
                {
                    yield return new NamingJob(entry, entry.Inputs.Artefacts().Concat(made).ToHashSet(StringComparer.Ordinal), endedAt);
                }
            }
        }
        while (page.Count == PageLength);
    }

    // Null if another server has removed the job since the listing: then it names nothing.
    private async Task<(IReadOnlyList<string> Made, DateTimeOffset? EndedAt)?> MadeAsync(
        JobEntry entry, CancellationToken cancellationToken)
    {
        if (_ended.TryGetValue(entry.Id, out var known))
        {
            return known;
        }

        IReadOnlyList<JournalRecord> records;
        try
        {
            records = await store.ReadJournalAsync(entry.Id, cancellationToken);
        }
        catch (JobException)
        {
            if (await store.FindAsync(entry.Id, cancellationToken) is null)
            {
                return null;
            }

            throw;
        }

        string[] made = [.. records.Select(record => record.Event).Select(Made).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (!entry.Status.HasEnded())
        {
            return (made, EndedAt: null);
        }

        // The end is the last record.
        return _ended[entry.Id] = (made, records.Count > 0 ? records[^1].At : entry.CreatedAt);
    }

    private static string? Made(JournalEvent journalEvent) => journalEvent switch
    {
        ArtefactPublished published => published.Sha256,
        StepCompleted { Result: LearnedResult learned } => learned.Learned,
        _ => null,
    };
}

/// <summary>A job with the artefacts that it names.</summary>
/// <param name="Entry">The job.</param>
/// <param name="Artefacts">The digests of its inputs, learned numbers and published files.</param>
/// <param name="EndedAt">When it ended; null if it has not.</param>
internal sealed record NamingJob(JobEntry Entry, IReadOnlySet<string> Artefacts, DateTimeOffset? EndedAt);
