using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Bench.Throughput;

/// <summary>Slots whose work takes no time.</summary>
internal sealed class NoOpNode(string id, int slots) : INodeHost
{
    private static readonly AccuracyResult Answer = new()
    {
        Correct = 90,
        Total = 100,
        Kl = 0.01,
        Agree = 100,
        CorrectBits = [.. Enumerable.Repeat((byte)0xff, 11), 0x03, 0],
        ArtefactSha256 = new string('0', 64),
        SizeBytes = 1,
        Bops = 1
    };

    public string Id => id;

    public string Version => "1";

    public IReadOnlyList<SlotStatus> Slots { get; } =
        [.. Enumerable.Range(0, slots).Select(i => new SlotStatus
        {
            Device = $"cpu:{i}", DeviceClass = "none", Host = "none", Targets = [new JobOptions().Target],
        })];

    public IReadOnlyList<string> Holds => [];

    public Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken) =>
        Task.FromResult<WorkResult>(item is PublishItem ? new PublishedResult([]) : Answer);
}
