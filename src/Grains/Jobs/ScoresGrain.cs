namespace Cluster.Grains.Jobs;

/// <summary>See <see cref="IScoresGrain"/>.</summary>
[Reentrant]
[OnCoordinators]
[GrainType("cluster-scores")]
internal sealed class ScoresGrain(GrainOptions options, TimeProvider time) : Grain, IScoresGrain
{
    // Several nodes ask for FP32's.
    private const int MostKept = 16;

    private readonly Dictionary<string, Question> _asked = new(StringComparer.Ordinal);
    private readonly Queue<string> _answered = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastListened = time.GetTimestamp();

    public async Task<GivenScores?> AskAsync(AskedScores asked, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (!_asked.TryGetValue(asked.Predictions, out var question))
        {
            question = new Question(asked, time.GetTimestamp());
            _asked.Add(asked.Predictions, question);
            Change();
        }

        await Pause.ForAsync(options.Bounded(wait), question.Answer.Task, time, cancellationToken);
        if (question.Answer.Task.IsCompleted)
        {
            return await question.Answer.Task;
        }

        if (time.GetElapsedTime(Math.Max(_lastListened, question.At)) < options.ClientPatience)
        {
            return null;
        }

        _asked.Remove(asked.Predictions);
        return new GivenScores(
            [],
            "The job's metric is computed by its client, and none is connected: connect one that has the metric, and the job goes on.");
    }

    public async Task<AskedScores[]> ListenAsync(string[] known, TimeSpan wait, CancellationToken cancellationToken)
    {
        _lastListened = time.GetTimestamp();
        var asked = Unknown();
        if (asked.Length == 0)
        {
            await Pause.ForAsync(options.Bounded(wait), _changed.Task, time, cancellationToken);
            asked = Unknown();
        }

        _lastListened = time.GetTimestamp();
        return asked;

        AskedScores[] Unknown() =>
        [
            .. _asked.Values
                .Where(question => !question.Answer.Task.IsCompleted && !known.Contains(question.Asked.Predictions, StringComparer.Ordinal))
                .Select(question => question.Asked)
        ];
    }

    public Task GiveAsync(string predictions, GivenScores scores)
    {
        if (_asked.TryGetValue(predictions, out var question) && question.Answer.TrySetResult(scores))
        {
            if (scores.Problem is not null)
            {
                // A client may correct its metric: the next attempt asks anew.
                _asked.Remove(predictions);
                return Task.CompletedTask;
            }

            _answered.Enqueue(predictions);
            if (_answered.Count > MostKept)
            {
                _asked.Remove(_answered.Dequeue());
            }
        }

        return Task.CompletedTask;
    }

    private void Change()
    {
        _changed.TrySetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Question(AskedScores Asked, long At)
    {
        public TaskCompletionSource<GivenScores> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
