using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Ports;

/// <summary>
/// Room for work that a search has not asked for yet: what nobody else wants. What is found there is the same as if it had been asked for
/// first, so nothing but time depends on it. Thread-safe; nothing here blocks.
/// </summary>
public interface IForesight
{
    /// <summary>Whether more could be begun than what waits already.</summary>
    bool HasRoom { get; }

    /// <summary>The results there are of what was expected, failures left out.</summary>
    IReadOnlyDictionary<WorkItem, WorkResult> Found { get; }

    /// <summary>
    /// Begins work that is likely to be asked for, as there is room for it; what was expected before, is not any more and has not ended is
    /// given up. What was found stays: it is not named again, and may be asked for all the same. An item that is then asked for goes on
    /// with what was begun.
    /// </summary>
    /// <param name="likely">The likeliest first.</param>
    void Expect(IReadOnlyList<WorkItem> likely);

    /// <summary>Gives up all of it: nothing more will be asked for.</summary>
    void Stop();

    /// <summary>Told why nothing can be said of what is likely: the job goes on without.</summary>
    void Failed(Exception fault);
}
