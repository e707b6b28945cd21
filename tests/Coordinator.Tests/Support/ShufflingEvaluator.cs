namespace Cluster.Coordinator.Tests.Support;

/// <summary>
/// Ends items in a seeded random order: holds every call until as many are held as workers and the round allow, then
/// lets one go. Told of rounds by the journal, it needs no clock.
/// </summary>
internal sealed class ShufflingEvaluator(SyntheticNetwork network, int workers, ulong seed) : IEvaluator
{
    private readonly Lock _gate = new();
    private readonly SplitMix64 _random = new(seed);
    private readonly List<(WorkItem Item, TaskCompletionSource<WorkResult> Done)> _held = [];
    private int _left;

    /// <summary>Items in the order they ended in.</summary>
    public List<string> Ended { get; } = [];

    public void Appended(JournalEvent journalEvent)
    {
        if (journalEvent is RoundProposed round)
        {
            lock (_gate)
            {
                _left = round.Items.Count(item => !item.Item.IsExclusive);
            }
        }
    }

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(network.Space);

    public Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        if (item.IsExclusive)
        {
            return Task.FromResult(network.Evaluate(item));
        }

        lock (_gate)
        {
            var done = new TaskCompletionSource<WorkResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            _held.Add((item, done));
            while (_held.Count > 0 && _held.Count >= Math.Min(workers, _left))
            {
                // By id, as the order of arrival is the scheduler's.
                _held.Sort((x, y) => string.CompareOrdinal(x.Item.Id, y.Item.Id));
                var chosen = _held[_random.Below(_held.Count)];
                _held.Remove(chosen);
                _left--;
                Ended.Add(chosen.Item.Id);
                chosen.Done.SetResult(network.Evaluate(chosen.Item));
            }

            return done.Task;
        }
    }
}
