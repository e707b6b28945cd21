namespace Cluster.Simulation.Disorder;

/// <summary>
/// Hosts that do a job's items and outlive its coordinators. Items end in a random order: a call is held until as many are as may be at
/// once, then one is let go. Some attempts are lost with their host. A coordinator that takes up an attempt of one before it gets the
/// result that was sent already, or it is done again. No clock is needed.
/// </summary>
/// <param name="random">Null: everything in order.</param>
internal sealed class DisorderedHosts(SyntheticNetwork network, SplitMix64? random) : IEvaluator
{
    // One attempt in so many is lost, but never as many of an item as make it suspected of ending its hosts.
    private const int LostOneIn = 6;
    private const int MostLosses = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<(int Sequence, int Attempt), WorkResult> _sent = [];
    private readonly Dictionary<int, int> _losses = [];
    private List<Held> _held = [];
    private int _atOnce;

    // Items of the round at hand that are done side by side and have no answer yet.
    private int _left;

    /// <summary>What went wrong so far, crashes aside.</summary>
    public DisorderCounts Counts { get; private set; } = new(0, 0, 0, 0);

    /// <summary>A new coordinator asks; the calls of the one before are gone.</summary>
    /// <param name="atOnce">How many items it asks for at once, as far as a round has so many left.</param>
    /// <param name="records">What is written so far.</param>
    public void Begin(int atOnce, IReadOnlyList<JournalRecord> records)
    {
        lock (_gate)
        {
            (_held, _atOnce) = ([], atOnce);
            _left = SideBySide(JobState.Fold(records.Select(record => record.Event))?.Pending ?? []);
        }
    }

    /// <summary>Told of each event that is written.</summary>
    public void Written(JournalEvent journalEvent)
    {
        if (journalEvent is RoundProposed round)
        {
            lock (_gate)
            {
                _left = SideBySide(round.Items);
            }
        }
    }

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(network.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        await attempt.Started("host", "cpu:0");
        Task<WorkResult> answer;
        lock (_gate)
        {
            var held = new Held(item, attempt, cancellationToken);
            _held.Add(held);
            Release();
            answer = held.Answer.Task;
        }

        await using var cancelled = cancellationToken.Register(() => Forget(attempt));
        return await answer;
    }

    private static int SideBySide(IReadOnlyList<ProposedItem> items) => items.Count(item => !item.Item.IsExclusive);

    private void Forget(Attempt attempt)
    {
        lock (_gate)
        {
            foreach (var held in _held.Where(held => held.Attempt == attempt).ToArray())
            {
                _held.Remove(held);
                held.Answer.TrySetCanceled(held.Cancellation);
            }
        }
    }

    private void Release()
    {
        while (_held.Count > 0 && (_held.Any(held => held.Item.IsExclusive) || _held.Count >= Math.Min(_atOnce, _left)))
        {
            // By number, as the order of arrival is the scheduler's.
            _held.Sort((x, y) => x.Attempt.Sequence.CompareTo(y.Attempt.Sequence));
            int chosen = random?.Below(_held.Count) ?? 0;
            var held = _held[chosen];
            _held.RemoveAt(chosen);
            var answer = Answer(held);
            _left -= answer is FailedResult || held.Item.IsExclusive ? 0 : 1;
            Counts += new DisorderCounts(chosen > 0 ? 1 : 0, answer is FailedResult ? 1 : 0, 0, 0);
            held.Answer.TrySetResult(answer);
        }
    }

    private WorkResult Answer(Held held)
    {
        var key = (held.Attempt.Sequence, held.Attempt.Number);
        if (held.Attempt.Node is not null && _sent.TryGetValue(key, out var sent))
        {
            Counts += new DisorderCounts(0, 0, 1, 0);
            return sent;
        }

        int losses = _losses.GetValueOrDefault(held.Attempt.Sequence);
        if (random is not null && losses < MostLosses && random.Below(LostOneIn) == 0)
        {
            _losses[held.Attempt.Sequence] = losses + 1;
            return new FailedResult(FailureKind.HostLost, "The host is gone.");
        }

        return _sent[key] = network.Evaluate(held.Item);
    }

    private sealed record Held(WorkItem Item, Attempt Attempt, CancellationToken Cancellation)
    {
        public TaskCompletionSource<WorkResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
