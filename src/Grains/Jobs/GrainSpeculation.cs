namespace Cluster.Grains.Jobs;

/// <summary>
/// Speculative execution: work that a job will probably request, on slots that no other request wants. Once requested, it becomes the first
/// attempt at its item and is recorded as such; until then no journal has it, and the next coordinator asks the nodes for it.
/// </summary>
internal sealed partial class GrainSpeculation(GrainAttempts attempts, ILogger logger) : ISpeculation
{
    // More would only wait for slots.
    private const int MostAtOnce = 32;

    // In a busy cluster no slot is spare, and predicting has its own cost.
    private const int EnoughWaiting = 4;

    // A slot that is free is had sooner.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    // The most finished items that were not requested.
    private const int MostFound = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<WorkItem, AttemptRun> _expected = [];

    // Started under an earlier coordinator, on nodes that know of it; by the item's id.
    private readonly ConcurrentDictionary<string, Assignment> _kept = new(StringComparer.Ordinal);

    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return _expected.Values.Count(expected => !expected.Course.Begun.IsCompleted) < EnoughWaiting;
            }
        }
    }

    /// <summary>Number of waiting or running speculative items.</summary>
    public int UnderWay
    {
        get
        {
            lock (_gate)
            {
                return _expected.Values.Count(expected => !expected.Task.IsCompleted);
            }
        }
    }

    public IReadOnlyDictionary<WorkItem, WorkResult> Found
    {
        get
        {
            lock (_gate)
            {
                return _expected.Select(pair => (pair.Key, Found: FoundBy(pair.Value)))
                    .Where(pair => pair.Found is not null)
                    .ToDictionary(pair => pair.Key, pair => pair.Found!);
            }
        }
    }

    public void Expect(IReadOnlyList<WorkItem> likely)
    {
        var wanted = likely.ToHashSet();
        List<AttemptRun> unlikely = [];
        lock (_gate)
        {
            foreach (var (item, expected) in _expected.ToArray())
            {
                // Finished items are kept: the search may still ask for them.
                var isOver = expected.Task.IsCompleted;
                if (!wanted.Contains(item) && (!isOver || _expected.Count > MostFound))
                {
                    _expected.Remove(item);
                    unlikely.Add(expected);
                }
            }

            foreach (var item in likely.Where(item => !_expected.ContainsKey(item)).Take(Math.Max(0, MostAtOnce - UnderWay)))
            {
                _expected[item] = Begin(item);
            }
        }

        foreach (var expected in unlikely)
        {
            _ = GiveUpAsync(expected);
        }
    }

    public void Stop()
    {
        AttemptRun[] all;
        lock (_gate)
        {
            all = [.. _expected.Values];
            _expected.Clear();
        }

        foreach (var expected in all)
        {
            _ = GiveUpAsync(expected);
        }

        attempts.Forget([.. _kept.Values.Select(kept => kept.Key)]);
        _kept.Clear();
    }

    /// <summary>Asks the nodes what the job's earlier coordinator started there.</summary>
    public Task TakeUpAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(attempts.Nodes.Select(node => AskAsync(node, cancellationToken)));

    /// <summary>Adds the result of an earlier coordinator's speculative work, if its node has one.</summary>
    public async Task ClaimAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (!_kept.IsEmpty && _kept.TryGetValue(item.Id, out var kept) && await attempts.IsOfUseAsync(kept.Key, cancellationToken))
        {
            lock (_gate)
            {
                if (!_expected.ContainsKey(item))
                {
                    _expected[item] = Begin(item);
                }
            }
        }
    }

    public void Failed(Exception fault) => LogBlind(fault, attempts.Job.Id);

    /// <summary>Running or successfully finished work for an item; null if there is none.</summary>
    public AttemptRun? Take(WorkItem item)
    {
        AttemptRun? expected;
        lock (_gate)
        {
            if (!_expected.Remove(item, out expected))
            {
                return null;
            }
        }

        if (!expected.Course.Begun.IsCompleted || (expected.Task.IsCompleted && FoundBy(expected) is null))
        {
            _ = GiveUpAsync(expected);
            return null;
        }

        return expected;
    }

    /// <summary>Gives slots back while a requested item waits for one.</summary>
    /// <param name="begun">Completes when the item has started.</param>
    public async Task YieldUntilAsync(Task begun)
    {
        while (LastBegun() is not null)
        {
            await Pause.ForAsync(Patience, begun, attempts.Time);
            if (begun.IsCompleted)
            {
                return;
            }

            if (LastBegun(remove: true) is { } last)
            {
                await GiveUpAsync(last);
            }
        }
    }

    /// <summary>Cancels the speculative work on a node: a timing starts there, and would wait for it.</summary>
    public void Leave(string node)
    {
        AttemptRun[] there;
        lock (_gate)
        {
            var found = _expected
                .Where(pair => !pair.Value.Task.IsCompleted)
                .Where(pair => string.Equals(pair.Value.Course.Node, node, StringComparison.Ordinal))
                .ToArray();
            foreach (var (item, _) in found)
            {
                _expected.Remove(item);
            }

            there = [.. found.Select(pair => pair.Value)];
        }

        foreach (var expected in there)
        {
            _ = GiveUpAsync(expected);
        }
    }

    private async Task AskAsync(string node, CancellationToken cancellationToken)
    {
        foreach (var kept in await attempts.KeptAsync(node, cancellationToken))
        {
            if (kept.Sequence is null)
            {
                _kept.TryAdd(kept.Item, kept);
            }
        }
    }

    private AttemptRun Begin(WorkItem item)
    {
        _kept.TryRemove(item.Id, out var kept);
        return new AttemptRun(
            attempts,
            Attempt.Unrecorded with { Sequence = int.MinValue /* no item's */, Node = kept?.Grant.Node, Grant = kept?.Grant.Id },
            item,
            new AttemptCourse(attempts.Time) { Kept = kept?.Grant },
            CancellationToken.None);
    }

    // Its result, if it ended well.
    private static WorkResult? FoundBy(AttemptRun run) =>
        run.Task is { IsCompletedSuccessfully: true, Result: { Failure: null, Ended: { Failure: null } ended } }
            ? ended.Result?.Value<WorkResult>()
            : null;

    // The item that has a slot and has not ended, and whose loss costs least.
    private AttemptRun? LastBegun(bool remove = false)
    {
        lock (_gate)
        {
            var last = _expected.Where(pair => pair.Value is { Course.Grant: not null, Task.IsCompleted: false })
                .OrderBy(pair => pair.Value.Course.Took)
                .FirstOrDefault();
            if (remove && last.Key is not null)
            {
                _expected.Remove(last.Key);
            }

            return last.Value;
        }
    }

    private async Task GiveUpAsync(AttemptRun expected)
    {
        await expected.DisposeAsync();
        attempts.Forget(expected.Course.Key is { } key ? [key] : []);
    }

    [LoggerMessage(
        EventId = 1013,
        Level = LogLevel.Warning,
        Message = "Prediction failed for job {Job}: speculation is off, rounds run one after the other")]
    private partial void LogBlind(Exception fault, string job);
}
