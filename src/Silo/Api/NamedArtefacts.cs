using System.Collections.Concurrent;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;

namespace Cluster.Silo.Api;

/// <summary>
/// Which artefacts jobs name: what they were given, learned and published. The journal of a job that is over is read
/// once. Thread-safe.
/// </summary>
internal sealed class NamedArtefacts(IJobStore store)
{
    private const int PageLength = 100;

    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _ended = new(StringComparer.Ordinal);

    /// <summary>Removes from a set what some job names.</summary>
    /// <exception cref="Coordinator.JobException">A journal cannot be read: nobody knows what its job names.</exception>
    public Task ExceptAsync(HashSet<string> artefacts, CancellationToken cancellationToken) =>
        ExceptAsync(artefacts, tenant: null, cancellationToken);

    private async Task ExceptAsync(HashSet<string> artefacts, string? tenant, CancellationToken cancellationToken)
    {
        JobEntry? last = null;
        while (artefacts.Count > 0)
        {
            var query = new JobQuery(PageLength, [], last?.CreatedAt, last?.Id) { Tenant = tenant };
            var page = await store.ListAsync(query, cancellationToken);
            foreach (var entry in page)
            {
                artefacts.ExceptWith(entry.Inputs.Artefacts());
                artefacts.ExceptWith(await MadeAsync(entry, cancellationToken));
            }

            if (page.Count < PageLength)
            {
                return;
            }

            last = page[^1];
        }
    }

    /// <summary>Whether a job of a tenant names an artefact.</summary>
    /// <exception cref="Coordinator.JobException">A journal cannot be read: nobody knows what its job names.</exception>
    public async Task<bool> IsNamedAsync(string sha256, string tenant, CancellationToken cancellationToken)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal) { sha256 };
        await ExceptAsync(asked, tenant, cancellationToken);
        return asked.Count == 0;
    }

    /// <summary>Forgets a job that is no more.</summary>
    public void Forget(string id) => _ended.TryRemove(id, out _);

    private async Task<IReadOnlyList<string>> MadeAsync(JobEntry entry, CancellationToken cancellationToken)
    {
        if (_ended.TryGetValue(entry.Id, out var known))
        {
            return known;
        }

        var records = await store.ReadJournalAsync(entry.Id, cancellationToken);
        string[] made = [.. records.Select(record => record.Event).Select(Made).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (entry.Status.HasEnded())
        {
            _ended[entry.Id] = made;
        }

        return made;
    }

    private static string? Made(JournalEvent journalEvent) => journalEvent switch
    {
        ArtefactPublished published => published.Sha256,
        StepCompleted { Result: LearnedResult learned } => learned.Learned,
        _ => null,
    };
}
