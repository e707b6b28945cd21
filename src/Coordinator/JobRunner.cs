using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Search;

namespace Cluster.Coordinator;

/// <summary>
/// Runs a job to its end over its ports. The journal is the truth: every decision is a function of its events and is written before it is
/// acted on, so a run that ended anywhere (crash, Ctrl-C) is continued by running again with the same journal.
/// </summary>
public sealed class JobRunner
{
    private readonly IEvaluator _evaluator;
    private readonly IJournal _journal;
    private readonly ISearchStrategy _strategy;
    private readonly JobRunnerOptions _options;

    /// <summary>Creates a runner over its ports.</summary>
    public JobRunner(IEvaluator evaluator, IJournal journal, ISearchStrategy strategy, JobRunnerOptions? options = null)
    {
        _evaluator = evaluator;
        _journal = journal;
        _strategy = strategy;
        _options = options ?? new JobRunnerOptions();
    }

    /// <summary>Runs or resumes the job; a job that is over is reported without any work.</summary>
    /// <exception cref="JobException">The journal is another job's, the network changed, or the evaluator is unavailable; the job can be resumed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the job can be resumed.</exception>
    public async Task<JobOutcome> RunAsync(JobSpec spec, CancellationToken cancellationToken)
    {
        // 1. The journal is empty, this job's, or another's.
        spec.Validate();
        var state = await BeginAsync(spec, cancellationToken);
        var progress = new ProgressReporter(_options, state);

        // 2. Until the strategy has a winner: finish the round that was begun, then ask for the next and write it down before acting.
        while (state.Selection is null)
        {
            if (state.Pending.Count > 0)
            {
                await RoundExecutor.RunAsync(_evaluator, _options, state, e => RecordAsync(state, e), progress, cancellationToken);
                continue;
            }

            switch (_strategy.Next(state))
            {
                case ProposedRound round:
                    progress.Expect(round.EstimatedLater);
                    var items = round.Items.Select((item, i) => new ProposedItem(state.Results.Count + i, item.Id, item)).ToArray();
                    await RecordAsync(state, new RoundProposed(state.Rounds.Count, state.Results.Count, round.Purpose, items));
                    break;
                case SearchFinished finished:
                    await RecordAsync(state, finished.Selection);
                    break;
            }
        }

        // 3. The winner's files. Publishing twice gives the same files, so a crash in between is repaired by doing it again.
        var outcome = OutcomeBuilder.Build(state);
        if (!state.IsCompleted)
        {
            if (_options.Publisher is { } publisher)
            {
                foreach (var artefact in await publisher.PublishAsync(outcome, cancellationToken))
                {
                    await RecordAsync(state, artefact);
                }
            }

            await RecordAsync(state, new JobCompleted(outcome.Selection.Plan.Digest));
        }

        return outcome;
    }

    private async Task<JobState> BeginAsync(JobSpec spec, CancellationToken cancellationToken)
    {
        var state = JobState.Fold(_journal.Records.Select(record => record.Event));
        if (state is not null && !string.Equals(state.JobId, spec.JobId, StringComparison.Ordinal))
        {
            throw new JobException($"The journal is another job's ({state.JobId[..12]}, not {spec.JobId[..12]}): model, data, options or versions differ; choose another output folder, or start again with --fresh.");
        }

        if (state is { IsCompleted: true })
        {
            return state;
        }

        var space = await _evaluator.DescribeAsync(cancellationToken);
        if (state is null)
        {
            await _journal.AppendAsync(new JobSubmitted(spec.JobId, spec, space), cancellationToken);
            return JobState.Fold(_journal.Records.Select(record => record.Event))!;
        }

        if (!string.Equals(state.Space.Digest, space.Digest, StringComparison.Ordinal))
        {
            throw new JobException("The network's groups are not those that the journal was begun with: this version of cluster groups it differently, start again with --fresh.");
        }

        return state;
    }

    private async Task RecordAsync(JobState state, JournalEvent journalEvent)
    {
        // A result that is there is worth keeping even while the run is being cancelled.
        await _journal.AppendAsync(journalEvent, CancellationToken.None);
        state.Apply(journalEvent);
    }
}
