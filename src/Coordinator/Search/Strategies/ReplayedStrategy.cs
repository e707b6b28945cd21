namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Runs a search program over the journal, so that a decision can only read the rounds before it. The replayed part is kept between calls:
/// the next call with a longer journal of the same job reads only the new records, so a decision's cost does not grow with the number of
/// rounds. Serves one job, one call at a time.
/// </summary>
internal sealed class ReplayedStrategy(Func<SearchMemory, SearchProgram> start) : ISearchStrategy
{
    private readonly List<RoundProposed> _observed = [];
    private string? _jobId;
    private SearchMemory? _memory;
    private SearchProgram? _program;
    private IEnumerator<ProposedRound>? _rounds;
    private bool _stopped;

    // The program's current round, which is not in the journal yet.
    private ProposedRound? _open;

    /// <inheritdoc/>
    /// <exception cref="JobException">The journal's rounds are not those that this strategy proposes, or FP32 itself could not be
    /// evaluated.</exception>
    public SearchStep Next(JobState state, CancellationToken cancellationToken = default)
    {
        if (!Continues(state))
        {
            Restart(state);
        }

        _memory!.Cancellation = cancellationToken;
        while (true)
        {
            Stop(state);
            _open ??= Advance();
            if (_observed.Count == state.Rounds.Count)
            {
                return _open is { } round ? Bounded(round) : new SearchFinished(_program!.Selection!);
            }

            Observe(state, _open);
            _open = null;
        }
    }

    private ProposedRound? Advance()
    {
        try
        {
            return _rounds!.MoveNext() ? _rounds.Current : null;
        }
        catch (OperationCanceledException)
        {
            // A program interrupted in its decision cannot continue: the next call starts again.
            _jobId = null;
            throw;
        }
    }

    private ProposedRound Bounded(ProposedRound round)
    {
        var most = _program!.Most * _memory!.Kinds.Count;
        return round with { EstimatedLater = Math.Min(round.EstimatedLater, most), MostLater = most };
    }

    // From the round that a stop interrupted, the program continues with the results that every answer needs.
    private void Stop(JobState state)
    {
        if (!_stopped && state.RoundsBeforeStop == _observed.Count)
        {
            _stopped = true;
            _memory!.Stopped = state.Stopped!.Reason;
            _rounds = _program!.Finish().GetEnumerator();
            _open = null;
        }
    }

    private bool Continues(JobState state) =>
        string.Equals(_jobId, state.JobId, StringComparison.Ordinal)
        && _memory!.Retimings == state.Retimings
        && _observed.Count <= state.Rounds.Count
        && (_observed.Count == 0 || ReferenceEquals(_observed[^1], state.Rounds[_observed.Count - 1]));

    private void Restart(JobState state)
    {
        _observed.Clear();
        _jobId = state.JobId;
        _memory = new SearchMemory(state.Spec, state.Space) { Retimings = state.Retimings };
        _program = start(_memory);
        _rounds = _program.Run().GetEnumerator();
        _open = null;
        _stopped = false;
    }

    private void Observe(JobState state, ProposedRound? proposed)
    {
        var recorded = state.Rounds[_observed.Count];
        if (proposed is null || !recorded.Items.Select(item => item.Item).SequenceEqual(proposed.Items))
        {
            // The next call starts again: the program cannot continue with this journal.
            _jobId = null;
            throw new JobException(
                $"Round {_observed.Count} of the journal is not the one that this version of the search proposes from the same results: "
                + "use the version that wrote it, or start again with --fresh.");
        }

        foreach (var item in recorded.Items)
        {
            _memory!.Add(item.Item, state.Results[item.Sequence]);
        }

        _observed.Add(recorded);
    }
}
