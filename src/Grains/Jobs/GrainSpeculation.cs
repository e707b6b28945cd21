namespace Cluster.Grains.Jobs;

/// <summary>
/// Speculative execution: work that a job will probably request, on slots that no other request wants. Once requested, it becomes the first
/// attempt at its item and is recorded as such; until then no journal has it, and the next coordinator asks the nodes for it.
/// </summary>
internal sealed partial class GrainSpeculation(
    GrainAttempts attempts, Func<WorkItem, GrainWork> workOf, ILogger logger) : ISpeculation
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
    private readonly Dictionary<WorkItem, Expected> _expected = [];

    // By the number of the item that took it, the number under which its node keeps the result.
    private readonly ConcurrentDictionary<int, int> _taken = new();

    // Started under an earlier coordinator, on nodes that know of it.
    private readonly ConcurrentDictionary<SpeculativeId, SlotGrant> _kept = new();

    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return _expected.Values.Count(expected => !expected.Run.Course.Begun.IsCompleted) < EnoughWaiting;
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
                return _expected.Values.Count(expected => !expected.Run.Task.IsCompleted);
            }
        }
    }

    public IReadOnlyDictionary<WorkItem, WorkResult> Found
    {
        get
        {
            lock (_gate)
            {
                return _expected.Where(pair => pair.Value.Found is not null).ToDictionary(pair => pair.Key, pair => pair.Value.Found!);
            }
        }
    }

    public void Expect(IReadOnlyList<WorkItem> likely)
    {
        var wanted = likely.ToHashSet();
        List<Expected> unlikely = [];
        lock (_gate)
        {
            foreach (var (item, expected) in _expected.ToArray())
            {
                // Finished items are kept: the search may still ask for them.
                var isOver = expected.Run.Task.IsCompleted;
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
        Expected[] all;
        lock (_gate)
        {
            all = [.. _expected.Values];
            _expected.Clear();
        }

        foreach (var expected in all)
        {
            _ = GiveUpAsync(expected);
        }

        attempts.Forget([.. _kept.Select(kept => KeyOf(kept.Key, kept.Value))]);
        _kept.Clear();
    }

    /// <summary>Asks the nodes what the job's earlier coordinator started there.</summary>
    public Task TakeUpAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(attempts.Nodes.Select(node => AskAsync(node, cancellationToken)));

    /// <summary>Adds the result of an earlier coordinator's speculative work, if its node has one.</summary>
    public async Task ClaimAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (!_kept.IsEmpty && _kept.TryGetValue(SpeculativeId.Of(item), out var grant)
            && await attempts.IsOfUseAsync(KeyOf(SpeculativeId.Of(item), grant), cancellationToken))
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
    /// <param name="item">The item.</param>
    /// <param name="sequence">Its number, now that it is requested.</param>
    public AttemptRun? Take(WorkItem item, int sequence)
    {
        Expected? expected;
        lock (_gate)
        {
            if (!_expected.Remove(item, out expected))
            {
                return null;
            }
        }

        if (!expected.Run.Course.Begun.IsCompleted || (expected.Run.Task.IsCompleted && expected.Found is null))
        {
            _ = GiveUpAsync(expected);
            return null;
        }

        _taken[sequence] = expected.Sequence;
        return expected.Run;
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
        Expected[] there;
        lock (_gate)
        {
            var found = _expected
                .Where(pair => !pair.Value.Run.Task.IsCompleted)
                .Where(pair => string.Equals(pair.Value.Run.Course.Node, node, StringComparison.Ordinal))
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

    /// <summary>An item's outcome is durable.</summary>
    public void Recorded(int sequence)
    {
        if (_taken.TryRemove(sequence, out var kept))
        {
            attempts.Recorded(kept);
        }
    }

    private async Task AskAsync(string node, CancellationToken cancellationToken)
    {
        foreach (var kept in await attempts.KeptAsync(node, cancellationToken))
        {
            if (SpeculativeId.IsSpeculative(kept.Sequence))
            {
                _kept.TryAdd(new SpeculativeId(kept.Sequence, kept.Attempt), kept.Grant);
            }
        }
    }

    private string KeyOf(SpeculativeId number, SlotGrant grant) =>
        Assignment.KeyOf(grant.Node, attempts.Job.Id, number.Sequence, number.Attempt);

    private Expected Begin(WorkItem item)
    {
        _kept.TryRemove(SpeculativeId.Of(item), out var kept);
        return new Expected(attempts, item, workOf(item), kept);
    }

    // The item that has a slot and has not ended, and whose loss costs least.
    private Expected? LastBegun(bool remove = false)
    {
        lock (_gate)
        {
            var last = _expected.Where(pair => pair.Value.Run is { Course.Grant: not null, Task.IsCompleted: false })
                .OrderBy(pair => pair.Value.Run.Course.Took)
                .FirstOrDefault();
            if (remove && last.Key is not null)
            {
                _expected.Remove(last.Key);
            }

            return last.Value;
        }
    }

    private async Task GiveUpAsync(Expected expected)
    {
        await expected.Run.DisposeAsync();
        attempts.Recorded(expected.Sequence);
    }

    private sealed class Expected
    {
        public Expected(GrainAttempts attempts, WorkItem item, GrainWork work, SlotGrant? kept)
        {
            (Sequence, var number) = SpeculativeId.Of(item);
            Run = new AttemptRun(
                attempts,
                new Attempt(Sequence, number, Alone: false, static (_, _) => Task.CompletedTask, kept?.Node),
                work,
                new AttemptCourse(attempts.Time) { IsSpeculative = true, Kept = kept },
                CancellationToken.None);
        }

        public AttemptRun Run { get; }

        public int Sequence { get; }

        /// <summary>Its result, if it ended well.</summary>
        public WorkResult? Found => Run.Task is { IsCompletedSuccessfully: true, Result: { Failure: null, Ended: { Failure: null } ended } }
            ? ended.Result?.Value<WorkResult>()
            : null;
    }

    [LoggerMessage(
        EventId = 1013,
        Level = LogLevel.Warning,
        Message = "Prediction failed for job {Job}: speculation is off, rounds run one after the other")]
    private partial void LogBlind(Exception fault, string job);
}
