namespace Cluster.Grains.Scores;

/// <summary>See <see cref="IScoresGrain"/>.</summary>
[Reentrant]
[OnCoordinators]
[OnOneCoordinator]
[GrainType("cluster-scores")]
internal sealed class ScoresGrain(GrainOptions options, TimeProvider time) : Grain, IScoresGrain
{
    // Several nodes ask for FP32's.
    private const int MostKept = 16;

    // An item asks for the whole set, or for a part, FP32's same part and FP32's whole set.
    private const int MostPutOff = 4;

    private readonly Dictionary<string, Question> _asked = new(StringComparer.Ordinal);
    private readonly Queue<string> _answered = new();
    private readonly Dictionary<string, int> _putOff = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastListened = time.GetTimestamp();
    private long _lastGiven;
    private long _problems;

    // Further than any earlier activation counted.
    private long _last = time.GetUtcNow().UtcTicks;

    public async Task<GivenScores?> AskAsync(AskedScores asked, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (!_asked.TryGetValue(asked.Predictions, out var question) || question.HasFailed || !(question.IsAnswered || IsAwaited(question)))
        {
            _asked[asked.Predictions] = question = new Question(asked, ++_last, time.GetTimestamp());
            Change();
        }

        return await WaitAsync(question, wait, cancellationToken);
    }

    public async Task<GivenScores?> AwaitAsync(string predictions, TimeSpan wait, CancellationToken cancellationToken) =>
        _asked.TryGetValue(predictions, out var question) ? await WaitAsync(question, wait, cancellationToken) : new GivenScores([]);

    public Task<bool> PutOffAsync(string item) =>
        Task.FromResult((_putOff[item] = _putOff.GetValueOrDefault(item) + 1) <= MostPutOff);

    public async Task<HeardScores> ListenAsync(long after, TimeSpan wait, CancellationToken cancellationToken)
    {
        _lastListened = time.GetTimestamp();
        if (!_asked.Values.Any(question => question.Number > after))
        {
            await Pause.ForAsync(options.Bounded(wait), _changed.Task, time, cancellationToken);
            _lastListened = time.GetTimestamp();
        }

        var asked = _asked.Values
            .Where(question => question.Number > after && !question.IsAnswered && IsAwaited(question))
            .OrderBy(question => question.Number)
            .Select(question => question.Asked);
        return new HeardScores([.. asked], _last, _problems);
    }

    public Task GiveAsync(string predictions, GivenScores scores)
    {
        if (!_asked.TryGetValue(predictions, out var question) || question.IsAnswered)
        {
            return Task.CompletedTask;
        }

        var given = Checked(scores, question.Asked.Samples);
        if (given.Problem is not null)
        {
            Fail(given);
            return Task.CompletedTask;
        }

        _lastGiven = time.GetTimestamp();
        question.Answer.SetResult(given);
        _answered.Enqueue(predictions);
        if (_answered.Count > MostKept)
        {
            _asked.Remove(_answered.Dequeue());
        }

        return Task.CompletedTask;
    }

    private async Task<GivenScores?> WaitAsync(Question question, TimeSpan wait, CancellationToken cancellationToken)
    {
        question.LastAsked = time.GetTimestamp();
        await Pause.ForAsync(options.Bounded(wait), question.Answer.Task, time, cancellationToken);
        if (!question.IsAnswered && time.GetElapsedTime(Math.Max(_lastGiven, question.At)) >= options.ScoringLimit)
        {
            string limit = $"{options.ScoringLimit.TotalMinutes:0.#} min";
            Fail(new GivenScores([], $"The job's client had not scored predictions within {limit}: make it faster."));
        }
        else if (!question.IsAnswered && time.GetElapsedTime(Math.Max(_lastListened, question.At)) >= options.ClientPatience)
        {
            const string Alone =
                "The job's metric is computed by its client, and none is connected: connect one that has the metric, and the job goes on.";
            question.Answer.SetResult(new GivenScores([], Alone));
        }

        return question.IsAnswered ? await question.Answer.Task : null;
    }

    private static GivenScores Checked(GivenScores scores, int samples) =>
        scores.Problem is not null || scores.Numbers.Length == 1 || scores.Numbers.Length == samples
            ? scores
            : new GivenScores(
                [],
                $"The job's metric gave {scores.Numbers.Length} numbers for {samples} samples: it must give one, or one for each sample.");

    // Nodes whose work was stopped leave their questions behind.
    private bool IsAwaited(Question question) => time.GetElapsedTime(question.LastAsked) < options.ClientPatience;

    // Its client may correct its metric: the next attempts ask anew.
    private void Fail(GivenScores problem)
    {
        _problems++;
        _putOff.Clear();
        foreach (var open in _asked.Values.Where(question => !question.IsAnswered))
        {
            open.Answer.SetResult(problem);
        }
    }

    private void Change()
    {
        _changed.TrySetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Question(AskedScores Asked, long Number, long At)
    {
        public long LastAsked { get; set; } = At;

        public bool IsAnswered => Answer.Task.IsCompleted;

        public bool HasFailed => IsAnswered && Answer.Task.Result.Problem is not null;

        public TaskCompletionSource<GivenScores> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
