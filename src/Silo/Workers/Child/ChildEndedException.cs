namespace Cluster.Silo.Workers.Child;

/// <summary>A child ended before it answered.</summary>
/// <param name="failure">The consequence for its item.</param>
/// <param name="isCancelled">Whether the item was cancelled.</param>
/// <param name="hasBegun">Whether the child had started on the item; if not, the item can be given to another
/// child.</param>
internal sealed class ChildEndedException(FailedResult failure, bool isCancelled, bool hasBegun) : Exception(failure.Reason)
{
    public FailedResult Failure { get; } = failure;

    public bool IsCancelled { get; } = isCancelled;

    public bool HasBegun { get; } = hasBegun;
}
