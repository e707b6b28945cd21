namespace Cluster.Kernels.Execution;

/// <summary>Runs batches concurrently, one thread each: on few cores two single-threaded batches beat one batch on two threads.</summary>
public static class Batches
{
    /// <summary>
    /// Calls <paramref name="body"/> once a batch on at most <paramref name="workers"/> threads. The first exception
    /// ends the loop and is rethrown.
    /// </summary>
    public static void ForEach(int count, int workers, Action<int> body, CancellationToken cancellation)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellation };
            Parallel.For(0, count, options, body);
        }
        catch (AggregateException failures) when (failures.InnerExceptions.Count > 0)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failures.InnerExceptions[0]).Throw();
            throw;
        }
    }
}
