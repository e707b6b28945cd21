namespace TorchSharp;

/// <summary>How many tensors a thread created and disposed of.</summary>
public class ThreadDisposeScopeStatistics
{
    internal ThreadDisposeScopeStatistics()
    {
    }

    /// <summary>Created less disposed of: 0 when nothing is left behind.</summary>
    public long ThreadTotalLiveCount { get; internal set; }
}
