using System.Diagnostics;
using Cluster.Evaluation.Setup;
using Cluster.Silo.Workers.Protocol;

namespace Cluster.Silo.Workers.Child;

/// <summary>
/// A request that a child works on. The times that limits are held to are the silo's: the child's clock is not trusted with
/// its own.
/// </summary>
internal sealed class AskedRequest(long id)
{
    private readonly StageClock _seen = new();
    private long _lastSign = Stopwatch.GetTimestamp();

    public long Id { get; } = id;

    public TaskCompletionSource<WorkerReply> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkStage Stage => _seen.Stage;

    public bool HasBegun { get; private set; }

    public TimeSpan Silent => Stopwatch.GetElapsedTime(_lastSign);

    public TimeSpan InStage => _seen.InStage;

    /// <summary>What the child told of its times, or null where it has not.</summary>
    public WorkTimes? Told { get; set; }

    /// <summary>The times as the silo has seen them until now.</summary>
    public WorkTimes Seen => _seen.Read();

    public void Sign(WorkStage? stage)
    {
        _lastSign = Stopwatch.GetTimestamp();
        HasBegun = true;
        _seen.Enter(stage ?? Stage);
    }
}
