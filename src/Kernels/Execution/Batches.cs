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

    /// <summary>
    /// What <paramref name="body"/> gives for each batch, in their order: a sum of it does not depend on that of the threads.
    /// </summary>
    public static T[] Select<T>(int count, int workers, Func<int, T> body, CancellationToken cancellation)
    {
        var results = new T[count];
        ForEach(count, workers, batch => results[batch] = body(batch), cancellation);
        return results;
    }
}
