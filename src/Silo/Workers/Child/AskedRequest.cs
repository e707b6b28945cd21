namespace Cluster.Silo.Workers.Child;

/// <summary>
/// A request that a child works on. Limits are checked against the silo's times: the child's clock is not trusted for that.
/// </summary>
/// <param name="id">Its id.</param>
/// <param name="job">The job that it is work of; null of the first message.</param>
internal sealed class AskedRequest(long id, string? job = null)
{
    private readonly StageClock _seen = new();
    private long _lastSign = Stopwatch.GetTimestamp();

    public long Id { get; } = id;

    public string? Job { get; } = job;

    public TaskCompletionSource<WorkerReply> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkStage Stage => _seen.Stage;

    public bool HasBegun { get; private set; }

    public TimeSpan Silent => Stopwatch.GetElapsedTime(_lastSign);

    public TimeSpan InStage => _seen.InStage;

    /// <summary>The times reported by the child, or null if there are none.</summary>
    public WorkTimes? Told { get; set; }

    /// <summary>The times as observed by the silo until now.</summary>
    public WorkTimes Seen => _seen.Read();

    public void Sign(WorkStage? stage)
    {
        _lastSign = Stopwatch.GetTimestamp();
        HasBegun = true;
        _seen.Enter(stage ?? Stage);
    }
}
