using System.Collections.Concurrent;
using System.Diagnostics;
using Cluster.Evaluation.Setup;
using Cluster.Silo.Workers.Protocol;

namespace Cluster.Silo.Workers.Child;

/// <summary>A request that a child works on. Times are the silo's: the child's clock is not trusted with its own limits.</summary>
internal sealed class AskedRequest(long id)
{
    private long _lastSign = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<(WorkStage Stage, DateTimeOffset At, TimeSpan Duration)> _stages = new();
    private long _stageBegan = Stopwatch.GetTimestamp();
    private DateTimeOffset _stageAt = DateTimeOffset.UtcNow;

    public long Id { get; } = id;

    public TaskCompletionSource<WorkerReply> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkStage Stage { get; private set; }

    public bool HasBegun { get; private set; }

    public TimeSpan Silent => Stopwatch.GetElapsedTime(_lastSign);

    public TimeSpan InStage => Stopwatch.GetElapsedTime(_stageBegan);

    public void Sign(WorkStage? stage)
    {
        _lastSign = Stopwatch.GetTimestamp();
        HasBegun = true;
        if (stage is { } now && now != Stage)
        {
            _stages.Enqueue((Stage, _stageAt, InStage));
            (Stage, _stageBegan, _stageAt) = (now, _lastSign, DateTimeOffset.UtcNow);
        }
    }

    /// <summary>Reports every stage so far, including the last.</summary>
    public void TellStages(Action<WorkStage, DateTimeOffset, TimeSpan> ended)
    {
        while (_stages.TryDequeue(out var stage))
        {
            ended(stage.Stage, stage.At, stage.Duration);
        }

        ended(Stage, _stageAt, InStage);
    }
}
