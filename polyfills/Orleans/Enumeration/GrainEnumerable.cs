namespace Orleans.Runtime;

/// <summary>The elements of a grain method's enumeration: nothing runs until they are asked for.</summary>
internal sealed class GrainEnumerable<T>(GrainReference target, MethodShape shape, object?[] arguments, CancellationToken token) : IAsyncEnumerable<T>
{
    public int MaxBatchSize { get; set; } = 100;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var linked = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
        return new GrainEnumerator<T>(target, shape, arguments, MaxBatchSize, linked);
    }
}
