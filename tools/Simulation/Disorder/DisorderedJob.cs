using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Simulation.Disorder;

/// <summary>
/// A job run by the coordinator itself, its loop, its journal and a strategy, once in order and once while results come in any order, get
/// lost or arrive twice and the coordinator crashes. Both must decide the same, byte for byte.
/// </summary>
/// <param name="network">Whose spec says the strategy.</param>
public sealed class DisorderedJob(SyntheticNetwork network)
{
    private const int MostCrashes = 3;
    private const int LatestCrash = 60;

    /// <summary>What a run in order decides: every event of its journal but the attempts, as canonical JSON, one a line.</summary>
    public async Task<string> InOrderAsync(CancellationToken cancellation)
    {
        var records = new List<JournalRecord>();
        var hosts = new DisorderedHosts(network, random: null);
        hosts.Begin(atOnce: 1, records);
        await using var journal = new CrashingJournal(records, left: null, hosts.Written);
        await RunAsync(journal, hosts, workers: 1, cancellation);
        return Decisions(records);
    }

    /// <summary>The same of a run in the disorder of a seed, and what went wrong.</summary>
    public async Task<(string Decisions, DisorderCounts Counts)> InDisorderAsync(ulong seed, CancellationToken cancellation)
    {
        var random = new SplitMix64(seed);
        var hosts = new DisorderedHosts(network, new SplitMix64(random.Next()));
        var records = new List<JournalRecord>();
        for (int crashes = 0; ; crashes++)
        {
            int workers = 1 << random.Below(4);
            hosts.Begin(workers, records);
            await using var journal = new CrashingJournal(records, crashes < MostCrashes ? random.Below(LatestCrash) : null, hosts.Written);
            try
            {
                await RunAsync(journal, hosts, workers, cancellation);
                return (Decisions(records), hosts.Counts + new DisorderCounts(0, 0, 0, crashes));
            }
            catch (JobException) when (journal.Crashed)
            {
                // The next coordinator takes the job up from what was written.
            }
        }
    }

    private static string Decisions(IEnumerable<JournalRecord> records) => string.Join(
        '\n',
        RoundOrder.Of(records.Select(record => record.Event)).Where(e => e is not (AttemptStarted or AttemptFailed))
            .Select(CanonicalJson.Serialize));

    private async Task RunAsync(CrashingJournal stored, DisorderedHosts hosts, int workers, CancellationToken cancellation)
    {
        using var journal = new JobJournal(stored);
        using var control = new JobControl(journal);
        var options = new JobRunnerOptions { Workers = workers, Distributed = true };
        await new JobRunner(hosts, journal, control, SearchStrategies.Of(network.Spec.Options), options)
            .RunAsync(network.Spec, cancellation);
    }
}
