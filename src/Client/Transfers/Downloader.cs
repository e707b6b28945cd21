using Cluster.Contract.V1;
using Cluster.Coordinator.Ports;

namespace Cluster.Client.Transfers;

/// <summary>
/// Downloads files from a server's store. Bytes go to a partial file next to the destination, named after the digest, which a later attempt
/// continues; only a complete file with the right digest is renamed.
/// </summary>
internal sealed class Downloader(ServerConnection server, TextWriter error, bool isLive)
{
    private const int BufferBytes = 1 << 20;

    /// <returns>The number of transferred bytes; 0 if the file existed already.</returns>
    /// <exception cref="RemoteException">The server failed, or sent something other than it announced.</exception>
    public async Task<long> DownloadAsync(Artefact artefact, string path, CancellationToken cancellation)
    {
        RequireDigest(artefact);
        if (File.Exists(path) && await DigestOfAsync(path, cancellation) == artefact.Sha256)
        {
            return 0;
        }

        string part = $"{path}.{artefact.Sha256[..16]}.part";
        var meter = new TransferMeter(error, isLive, server.Context.Time, $"fetching {artefact.Role}", artefact.SizeBytes);
        try
        {
            long transferred = await ReceiveAsync(artefact, part, meter, cancellation);
            File.Move(part, path, overwrite: true);
            return transferred;
        }
        finally
        {
            meter.End(null);
        }
    }

    /// <summary>A small file, in memory.</summary>
    public async Task<byte[]> ReadAsync(Artefact artefact, CancellationToken cancellation)
    {
        RequireDigest(artefact);
        using var bytes = new MemoryStream();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return await CompleteAsync(artefact, bytes, hash, meter: null, cancellation) ? bytes.ToArray() : throw Corrupt(artefact);
    }

    private async Task<long> ReceiveAsync(Artefact artefact, string part, TransferMeter meter, CancellationToken cancellation)
    {
        await using var file = new FileStream(
            part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.Asynchronous);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long begin = await ResumeAsync(file, hash, artefact.SizeBytes, cancellation);
        meter.Skip(begin);
        if (await CompleteAsync(artefact, file, hash, meter, cancellation))
        {
            ToDisk(file);
            return file.Length - begin;
        }

        // The wrong bytes may come from an earlier call's partial file.
        file.SetLength(0);
        meter.Restart();
        if (begin > 0 && await CompleteAsync(artefact, file, hash, meter, cancellation))
        {
            ToDisk(file);
            return file.Length;
        }

        file.Close();
        File.Delete(part);
        throw Corrupt(artefact);
    }

    // Whether the destination is now complete and has the requested digest.
    private async Task<bool> CompleteAsync(
        Artefact artefact, Stream destination, IncrementalHash hash, TransferMeter? meter, CancellationToken cancellation)
    {
        var backOff = new BackOff(server.Context);
        while (true)
        {
            long before = destination.Length;
            try
            {
                bool isAsAnnounced = await AppendAsync(artefact, destination, hash, meter, cancellation);
                return Matches(hash, artefact) && isAsAnnounced;
            }
            catch (RpcException failure)
            {
                if (destination.Length > before)
                {
                    backOff.Reset();
                }

                await server.WaitOrThrowAsync(failure, backOff, cancellation);
            }
        }
    }

    // Before the rename, so that a crash cannot leave half a file under the final name. .NET has no asynchronous flush.
    private static void ToDisk(FileStream file) => file.Flush(flushToDisk: true);

    // Hashes the existing bytes; a file longer than the artefact cannot be its beginning.
    private static async Task<long> ResumeAsync(FileStream file, IncrementalHash hash, long size, CancellationToken cancellation)
    {
        if (file.Length > size)
        {
            file.SetLength(0);
        }

        byte[] buffer = new byte[BufferBytes];
        int count;
        while ((count = await file.ReadAsync(buffer, cancellation)) > 0)
        {
            hash.AppendData(buffer, 0, count);
        }

        return file.Position;
    }

    // Continues at the destination's end. False if the server announced another file, or sent more than it announced.
    private async Task<bool> AppendAsync(
        Artefact artefact, Stream destination, IncrementalHash hash, TransferMeter? meter, CancellationToken cancellation)
    {
        if (destination.Length == artefact.SizeBytes)
        {
            return true;
        }

        using var call = server.Artefacts.DownloadArtefact(
            new DownloadArtefactRequest { Name = artefact.Name, Offset = destination.Length }, server.Streaming(cancellation));
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            var part = call.ResponseStream.Current;
            if ((part.PartCase == DownloadArtefactResponse.PartOneofCase.Artefact
                && (part.Artefact.Sha256 != artefact.Sha256 || part.Artefact.SizeBytes != artefact.SizeBytes))
                || part.Chunk.Length > artefact.SizeBytes - destination.Length)
            {
                return false;
            }

            hash.AppendData(part.Chunk.Span);
            await destination.WriteAsync(part.Chunk.Memory, cancellation);
            meter?.Add(part.Chunk.Length);
        }

        return destination.Length == artefact.SizeBytes
            ? true
            : throw new RpcException(
                new Status(StatusCode.Unavailable, $"the stream ended after {destination.Length} of {artefact.SizeBytes} bytes"));
    }

    private static bool Matches(IncrementalHash hash, Artefact artefact) =>
        Convert.ToHexStringLower(hash.GetHashAndReset()) == artefact.Sha256;

    private static async Task<string> DigestOfAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }

    // The digest becomes part of a file's name.
    private static void RequireDigest(Artefact artefact)
    {
        if (!StoredArtefact.IsDigest(artefact.Sha256))
        {
            throw new RemoteException(
                $"the server names '{VisibleText.Clean(artefact.Sha256)}' as the SHA-256 of {VisibleText.Clean(artefact.Role)}; "
                + "64 lower-case hexadecimal digits are expected.",
                ExitCode.Failed);
        }
    }

    private static RemoteException Corrupt(Artefact artefact) => new(
        $"what the server sent as {artefact.Role} is not the file with SHA-256 {artefact.Sha256}; it was thrown away, fetch it again.",
        ExitCode.Failed);
}
