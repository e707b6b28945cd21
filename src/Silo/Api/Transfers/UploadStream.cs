using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// An upload's bytes as a stream that ends without an error only if they match the announced header, so that nothing
/// else can be stored.
/// </summary>
internal sealed class UploadStream(IAsyncStreamReader<V1.UploadArtefactRequest> requests, V1.UploadArtefactHeader header) : ForwardStream
{
    /// <summary>The most bytes of a message.</summary>
    public const int LargestChunk = 1 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ReadOnlyMemory<byte> _chunk;
    private bool _ended;

    /// <summary>Bytes received so far.</summary>
    public long Received { get; private set; }

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_chunk.IsEmpty && !_ended)
        {
            if (await requests.MoveNext(cancellationToken))
            {
                Take(requests.Current);
            }
            else
            {
                _ended = true;
                RequireWhole();
            }
        }

        var count = Math.Min(buffer.Length, _chunk.Length);
        _chunk[..count].CopyTo(buffer);
        _chunk = _chunk[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(V1.UploadArtefactRequest request)
    {
        if (request.PartCase != V1.UploadArtefactRequest.PartOneofCase.Chunk || request.Chunk.IsEmpty)
        {
            throw ApiError.Field(
                Reason.RequestInvalid,
                "chunk",
                "A message after the first has no bytes where 1 to 1,048,576 are expected: send one header, then chunks only.");
        }

        if (request.Chunk.Length > LargestChunk)
        {
            throw ApiError.Of(
                StatusCode.InvalidArgument,
                Reason.ChunkTooLarge,
                $"A chunk has {request.Chunk.Length} bytes where 1 to {LargestChunk} are expected: cut the file into smaller ones.",
                ("limit_bytes", $"{LargestChunk}"));
        }

        Received += request.Chunk.Length;
        if (Received > header.SizeBytes)
        {
            throw WrongSize($"at least {Received}");
        }

        _chunk = request.Chunk.Memory;
        _hash.AppendData(_chunk.Span);
    }

    private void RequireWhole()
    {
        if (Received != header.SizeBytes)
        {
            throw WrongSize($"{Received}");
        }

        var digest = Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (!string.Equals(digest, header.Sha256, StringComparison.Ordinal))
        {
            throw ApiError.Of(
                StatusCode.InvalidArgument,
                Reason.DigestMismatch,
                $"The bytes have the digest {digest} where {header.Sha256} was announced: they changed on the way or since they "
                + "were announced, send them again.",
                ("found", digest));
        }
    }

    private RpcException WrongSize(string found) =>
        ApiError.Of(
            StatusCode.InvalidArgument,
            Reason.SizeMismatch,
            $"The upload has {found} bytes where {header.SizeBytes} were announced: announce the file's size.",
            ("announced", $"{header.SizeBytes}"));
}
