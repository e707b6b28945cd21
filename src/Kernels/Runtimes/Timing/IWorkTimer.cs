namespace Cluster.Kernels.Runtimes.Timing;

/// <summary>A clock of the device that work is queued on.</summary>
public interface IWorkTimer : IDisposable
{
    /// <summary>How long the work took there; returns when it is done.</summary>
    /// <param name="work">Queues it, and need not wait.</param>
    TimeSpan Time(Action work);
}
