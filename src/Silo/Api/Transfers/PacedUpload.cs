using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// Ends an upload that is too slow, because it holds a place that others wait for. It has a second for every <see cref="LeastRate"/> bytes
/// received, plus the grace, but never more than a minute at a time.
/// </summary>
internal sealed class PacedUpload(IAsyncStreamReader<V1.UploadArtefactRequest> requests, TimeSpan grace, TimeProvider time)
    : IAsyncStreamReader<V1.UploadArtefactRequest>
{
    /// <summary>Bytes a second.</summary>
    public const int LeastRate = 1 << 14;

    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private readonly long _began = time.GetTimestamp();
    private long _received;

    public V1.UploadArtefactRequest Current => requests.Current;

    /// <exception cref="RpcException">No data came in time.</exception>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var left = grace + TimeSpan.FromSeconds((double)_received / LeastRate) - time.GetElapsedTime(_began);
        left = TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, LongestSilence.Ticks));
        using var late = new CancellationTokenSource(left, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            if (!await requests.MoveNext(either.Token))
            {
                return false;
            }
        }
        catch (Exception ended) when (
            ended is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled }
            && late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ApiError.Of(
                StatusCode.ResourceExhausted,
                Reason.UploadTooSlow,
                $"The upload brought {_received} bytes in {time.GetElapsedTime(_began).TotalSeconds:0} s where {LeastRate} a second are "
                + "expected, and no pause of a minute: send it over a faster connection.",
                ("received_bytes", $"{_received}"));
        }

        _received += requests.Current.Chunk.Length;
        return true;
    }
}
