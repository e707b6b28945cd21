namespace Orleans.Runtime;

public static class AsyncEnumerableExtensions
{
    /// <summary>At most this many elements a message; 100 unless told.</summary>
    public static IAsyncEnumerable<T> WithBatchSize<T>(this IAsyncEnumerable<T> self, int maxBatchSize)
    {
        if (self is GrainEnumerable<T> enumerable)
        {
            enumerable.MaxBatchSize = maxBatchSize;
        }

        return self;
    }
}
