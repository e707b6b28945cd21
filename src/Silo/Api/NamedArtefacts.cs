using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Silo.Api;

/// <summary>
/// Which artefacts jobs name: what they were given, learned and published. The journal of a job that is over is read
/// once. Thread-safe.
/// </summary>
internal sealed class NamedArtefacts(IJobStore store)
{
    private const int PageLength = 100;

    private readonly ConcurrentDictionary<string, (IReadOnlyList<string> Made, DateTimeOffset? EndedAt)> _ended =
        new(StringComparer.Ordinal);

    /// <summary>Removes from a set what some job names.</summary>
    /// <exception cref="JobException">A journal cannot be read, so what its job names is unknown.</exception>
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
    /// <param name="tenant">The only tenant that is asked, or null for all.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="JobException">A journal cannot be read, so what its job names is unknown.</exception>
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

    /// <summary>Forgets a job that is no more.</summary>
    public void Forget(string id) => _ended.TryRemove(id, out _);

    /// <summary>The jobs with what each names, the newest first.</summary>
    /// <param name="tenant">The only tenant whose jobs are asked for, or null for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="JobException">A journal cannot be read, so what its job names is unknown.</exception>
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

    // Null where another server has removed the job since it was listed: it names nothing any more.
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

        // Nothing follows the end.
        return _ended[entry.Id] = (made, records.Count > 0 ? records[^1].At : entry.CreatedAt);
    }

    private static string? Made(JournalEvent journalEvent) => journalEvent switch
    {
        ArtefactPublished published => published.Sha256,
        StepCompleted { Result: LearnedResult learned } => learned.Learned,
        _ => null,
    };
}
