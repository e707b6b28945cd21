using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Simulation;

namespace Cluster.Bench.ManyJobs;

/// <summary>Jobs put into a store as a silo leaves them: some that wait for a slot, and some that ended.</summary>
internal static class StoredJobs
{
    private const int Groups = 24;

    private static readonly SyntheticNetwork Network = new()
    {
        Damage = [.. Enumerable.Repeat(0.001, Groups)],
        Float32Ms = [.. Enumerable.Repeat(1.0, Groups)],
        Int8Ms = [.. Enumerable.Repeat(0.4, Groups)],
        Images = 200,
    };

    /// <summary>The first ones have not ended.</summary>
    public static async Task AddAsync(IJobStore store, int ended, int unended, CancellationToken cancellation)
    {
        for (var i = 0; i < ended + unended; i++)
        {
            await AddAsync(store, i, isOver: i >= unended, cancellation);
        }
    }

    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"j-{number:000000}");

    public static JobEntry Entry(int number) => new()
    {
        Id = Id(number),
        CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
        Spec = Network.Spec,
        Space = Network.Space,
        Inputs = new JobInputs { Model = "model", Calibration = new DataLocation("folder:calibration") },
    };

    private static async Task AddAsync(IJobStore store, int number, bool isOver, CancellationToken cancellation)
    {
        var entry = await store.AddAsync(Entry(number), cancellation);
        await using var journal = await store.OpenJournalAsync(entry.Id, cancellation);
        JournalEvent[] events = [new JobSubmitted(entry.Spec.JobId, entry.Spec, entry.Space)];
        await journal.AppendAsync(isOver ? [.. events, new CancelRequested("enough"), new JobCancelled()] : events, cancellation);
        await store.SetStatusAsync(entry.Id, isOver ? JobStatus.Cancelled : JobStatus.Running, cancellation);
    }
}
