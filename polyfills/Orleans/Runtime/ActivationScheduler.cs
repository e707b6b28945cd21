namespace Orleans.Runtime;

/// <summary>Runs the turns of one activation one after another, on whichever thread of the pool is free.</summary>
internal sealed class ActivationScheduler(IGrainContext context) : TaskScheduler, IThreadPoolWorkItem
{
    // Turns in a row before other activations get the thread.
    private const int Share = 32;

    private readonly Lock _lock = new();
    private readonly Queue<Task> _turns = new();
    private bool _scheduled;

    public override int MaximumConcurrencyLevel => 1;

    public void Run(Func<Task> turn) =>
        Flow.Suppressed(start => _ = Task.Factory.StartNew(start, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this), turn);

    void IThreadPoolWorkItem.Execute()
    {
        var outer = RuntimeContext.Current;
        RuntimeContext.Current = context;
        try
        {
            for (var turn = 0; turn < Share; turn++)
            {
                Task? task;
                lock (_lock)
                {
                    if (!_turns.TryDequeue(out task))
                    {
                        _scheduled = false;
                        return;
                    }
                }

                TryExecuteTask(task);
            }
        }
        finally
        {
            RuntimeContext.Current = outer;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            _turns.Enqueue(task);
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // Inline only inside a turn of the same activation.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, context) && ReferenceEquals(Current, this)
            && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
        {
            return [.. _turns];
        }
    }
}
