using Cluster.Coordinator;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Publishing;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Cli.Embedded;

/// <summary>This process as the only node: its slots share one evaluator and work in parallel.</summary>
internal sealed class EmbeddedNode(IEvaluator evaluator, JobPublisher? publisher, int slots, EvaluatorVersions versions) : INodeHost
{
    public string Id { get; } = Environment.MachineName;

    public string Version => versions.Numerics;

    public IReadOnlyList<SlotStatus> Slots { get; } =
        [.. Enumerable.Range(0, slots).Select(i => new SlotStatus { Device = $"cpu:{i}", DeviceClass = versions.InstructionSet })];

    public IReadOnlyList<string> Holds => [];

    public Task<WorkResult> ExecuteAsync(int slot, JobEntry job, WorkItem item, CancellationToken cancellationToken) =>
        evaluator.EvaluateAsync(item, Attempt.Unrecorded, cancellationToken);

    public async Task<Publication> PublishAsync(
        int slot, JobEntry job, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        var state = JobState.Fold(records.Select(record => record.Event))
            ?? throw new JobException("The journal is empty where a finished search is expected: run the command again.");
        return new Publication(publisher is null ? [] : await publisher.PublishAsync(JobOutcome.Of(state), cancellationToken));
    }
}
