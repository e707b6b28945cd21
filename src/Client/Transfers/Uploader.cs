using Cluster.Contract.V1;

namespace Cluster.Client.Transfers;

/// <summary>Uploads files to a server's store. Bytes that the store already has are not sent again.</summary>
internal sealed class Uploader(ServerConnection server, TextWriter error, bool isLive)
{
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stored = new(StringComparer.Ordinal);

    /// <returns>The artefact's name.</returns>
    /// <exception cref="RemoteException">The server refused, failed or could not be reached.</exception>
    public async Task<string> UploadAsync(IUploadSource source, CancellationToken cancellation)
    {
        if (_digests.TryGetValue(source.Key, out string? known))
        {
            return $"artefacts/{known}";
        }

        var (digest, size) = await DigestAsync(source, cancellation);
        _digests[source.Key] = digest;
        if (_stored.Add(digest))
        {
            await SendAsync(source, digest, size, cancellation);
        }

        return $"artefacts/{digest}";
    }

    private async Task<(string Digest, long Size)> DigestAsync(IUploadSource source, CancellationToken cancellation)
    {
        var meter = new TransferMeter(error, isLive, server.Context.Time, $"reading {source.Name}", source.EstimatedBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var chunks = new ChunkStream((bytes, _) =>
        {
            hash.AppendData(bytes.Span);
            meter.Add(bytes.Length);
            return ValueTask.CompletedTask;
        });
        try
        {
            await source.WriteToAsync(chunks, cancellation);
            await chunks.CompleteAsync(cancellation);
        }
        finally
        {
            meter.End(null);
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), chunks.Length);
    }

    private async Task SendAsync(IUploadSource source, string digest, long size, CancellationToken cancellation)
    {
        var meter = new TransferMeter(error, isLive, server.Context.Time, $"uploading {source.Name}", size);
        var backOff = new BackOff(server.Context);
        string? sentence = null;
        try
        {
            await server.ReachAsync(cancellation);
            while (sentence is null)
            {
                try
                {
                    meter.Restart();
                    var response = await SendOnceAsync(
                        source, new UploadArtefactHeader { Sha256 = digest, SizeBytes = size }, meter, cancellation);
                    if (response.Artefact?.Sha256 != digest)
                    {
                        throw new RemoteException(
                            $"the server stored {source.Name} as '{response.Artefact?.Sha256}' where {digest} was sent; "
                            + "it cannot be relied on.",
                            ExitCode.Failed);
                    }

                    sentence =
                        $"{source.Name}: {(response.Existed ? "the server has it already" : "uploaded")} ({Figures.Bytes(size)}, "
                        + $"SHA-256 {digest[..12]}).";
                }
                catch (RpcException failure)
                {
                    await server.WaitOrThrowAsync(failure, backOff, cancellation);
                }
            }
        }
        finally
        {
            meter.End(sentence);
        }
    }

    private async Task<UploadArtefactResponse> SendOnceAsync(
        IUploadSource source, UploadArtefactHeader header, TransferMeter meter, CancellationToken cancellation)
    {
        using var call = server.Artefacts.UploadArtefact(server.Streaming(cancellation));
        var answer = call.ResponseAsync;
        try
        {
            await WriteAsync(call.RequestStream, answer, new UploadArtefactRequest { Header = header }, cancellation);
            await using var chunks = new ChunkStream(async (bytes, token) =>
            {
                // The message is serialized before the task ends, so the buffer may then be used again.
                await WriteAsync(
                    call.RequestStream, answer, new UploadArtefactRequest { Chunk = UnsafeByteOperations.UnsafeWrap(bytes) }, token);
                meter.Add(bytes.Length);
            });
            await source.WriteToAsync(chunks, cancellation);
            await chunks.CompleteAsync(cancellation);
            await call.RequestStream.CompleteAsync();
        }
        catch (AnsweredEarlyException)
        {
            // The server answered before it had everything: it either has the file already, or refuses it. The answer says which.
        }
        catch (Exception failure)
            when ((failure is InvalidOperationException && answer.IsCompleted)
                || (failure is RpcException told && (answer.IsCompleted || !RpcFailure.IsBrokenConnection(told))))
        {
            // The same, noticed during a write. On a broken connection no answer may ever come.
        }

        return await answer;
    }

    // The server no longer reads the stream once it has answered: a blocked write may fail, or never return.
    private static async Task WriteAsync(
        IClientStreamWriter<UploadArtefactRequest> requests, Task answer, UploadArtefactRequest part, CancellationToken cancellation)
    {
        if (answer.IsCompleted)
        {
            throw new AnsweredEarlyException();
        }

        var write = requests.WriteAsync(part, cancellation);
        if (await Task.WhenAny(write, answer) != write)
        {
            _ = write.ContinueWith(
                late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new AnsweredEarlyException();
        }

        try
        {
            await write;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            // gRPC passes on the connection's error without a status.
            throw new RpcException(new Status(StatusCode.Unavailable, "the connection broke", broken));
        }
    }
}

/// <summary>Stops writing an upload that has already been answered.</summary>
internal sealed class AnsweredEarlyException : Exception;

/// <summary>The source of an upload. It is written twice, the first time for its digest, and must be the same both times.</summary>
internal interface IUploadSource
{
    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>Its approximate size in bytes.</summary>
    long EstimatedBytes { get; }

    /// <summary>A key that is equal for equal sources.</summary>
    string Key { get; }

    Task WriteToAsync(Stream destination, CancellationToken cancellation);
}
