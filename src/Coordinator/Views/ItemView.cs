namespace Cluster.Coordinator.Views;

/// <summary>The state of one item while a <see cref="JobView"/> folds.</summary>
/// <param name="sequence">Its number.</param>
/// <param name="title">A short description.</param>
/// <param name="item">The item proposed by a round; null for one after the search.</param>
internal sealed class ItemView(int sequence, string title, WorkItem? item = null)
{
    public int Sequence => sequence;

    public WorkItem? Item => item;

    /// <summary>Attempts started so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>Where the open attempt runs, or null.</summary>
    public string? Node { get; private set; }

    public bool HasEnded { get; private set; }

    public FailedResult? Failure { get; private set; }

    public WorkStatus Status => HasEnded ? (Failure is null ? WorkStatus.Succeeded : WorkStatus.Failed)
        : Node is null ? WorkStatus.Queued : WorkStatus.Running;

    public void Start(AttemptStarted started)
    {
        Attempts = started.Attempt;
        Node = started.Node;
    }

    public void Stop() => Node = null;

    public void End(FailedResult? failure = null, int attempts = 0)
    {
        Node = null;
        HasEnded = true;
        Failure = failure;
        Attempts = Math.Max(Attempts, attempts);
    }

    public WorkView ToWork() => new(Sequence, title, Status, Node, Attempts, Failure);
}
