using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Nodes;
using Cluster.Evaluation.Setup;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;
using Cluster.Silo.Workers;

namespace Cluster.Silo.Hosting;

/// <summary>
/// This silo's slots, each with its own worker, and another worker that checks the files of submitted jobs.
/// </summary>
internal sealed class SlotHost : INodeHost, IJobPreparer, IAsyncDisposable
{
    // What a job needs to be at hand: asked of the latest jobs only, as workers keep no more than that open.
    private const int Remembered = 4;

    private readonly Lock _gate = new();
    private readonly List<string> _holds = [];
    private bool _disposed;
    private readonly ISlotWorker[] _workers;
    private readonly IJobPreparer _preparer;

    /// <param name="id">The node's id.</param>
    /// <param name="devices">One a slot.</param>
    /// <param name="worker">Makes the worker of a device.</param>
    public SlotHost(string id, IReadOnlyList<string> devices, Func<string, ISlotWorker> worker)
    {
        Id = id;
        var versions = OpenedJob.CurrentVersions();
        Version = versions.Numerics;
        Versions = NodeStatus.VersionsOf(versions);
        Slots = [.. devices.Select(device => new SlotStatus { Device = device, DeviceClass = versions.InstructionSet })];
        _workers = [.. devices.Select(worker)];
        _preparer = (IJobPreparer)worker(devices[0]);
    }

    public string Id { get; }

    public string Version { get; }

    public string Versions { get; }

    public IReadOnlyList<SlotStatus> Slots { get; }

    public IReadOnlyList<string> Holds
    {
        get
        {
            lock (_gate)
            {
                return [.. _holds];
            }
        }
    }

    public async Task<WorkResult> ExecuteAsync(int slot, JobEntry job, WorkItem item, CancellationToken cancellationToken)
    {
        var result = await _workers[slot].ExecuteAsync(job, item, cancellationToken);
        if (result is not FailedResult)
        {
            Remember(JobAffinity.Of(job));
        }

        return result;
    }

    public async Task<Publication> PublishAsync(
        int slot, JobEntry job, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        var publication = await _workers[slot].PublishAsync(job, records, cancellationToken);
        if (publication.Failure is null)
        {
            Remember(JobAffinity.Of(job));
        }

        return publication;
    }

    public Task<PreparedJob> PrepareAsync(JobInputs inputs, JobOptions options, CancellationToken cancellationToken) =>
        _preparer.PrepareAsync(inputs, options, cancellationToken);

    public Task<NodePreparation> PrepareJobAsync(JobInputs inputs, JobOptions options, CancellationToken cancellationToken) =>
        JobPreparations.OnNodeAsync(_preparer, inputs, options, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Services under several types are disposed of once for each.
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (var worker in _workers.Append((ISlotWorker)_preparer))
        {
            await worker.DisposeAsync();
        }
    }

    private void Remember(string held)
    {
        lock (_gate)
        {
            _holds.Remove(held);
            _holds.Insert(0, held);
            if (_holds.Count > Remembered)
            {
                _holds.RemoveAt(Remembered);
            }
        }
    }
}
