namespace Cluster.Coordinator.Ports;

/// <summary>
/// Speculative execution on idle capacity: runs work that a search has not requested yet. The results are the same as if it had been
/// requested first, so only time depends on it. Thread-safe; nothing here blocks.
/// </summary>
public interface ISpeculation
{
    /// <summary>Whether more work could start than is already waiting.</summary>
    bool HasRoom { get; }

    /// <summary>Results of speculative items, without failures.</summary>
    IReadOnlyDictionary<WorkItem, WorkResult> Found { get; }

    /// <summary>
    /// Starts work that is likely to be requested, as far as there is room. Earlier expectations that are no longer listed and have not
    /// finished are cancelled. Results stay: they need not be listed again, and may still be requested. A requested item continues the
    /// attempt that was started.
    /// </summary>
    /// <param name="likely">Items, the likeliest first.</param>
    void Expect(IReadOnlyList<WorkItem> likely);

    /// <summary>Cancels all of it: nothing more will be requested.</summary>
    void Stop();

    /// <summary>Reports why likely work could not be predicted: the job continues without it.</summary>
    void Failed(Exception fault);
}
