using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Client.Tests.Faking;

internal sealed class FakeArtefacts(FakeState state) : ArtefactService.ArtefactServiceBase
{
    public override async Task<UploadArtefactResponse> UploadArtefact(
        IAsyncStreamReader<UploadArtefactRequest> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken)
            || state.LostHeaders.TryDequeue(out _)
            || requestStream.Current.Header is not { } header)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                // An answer before the end of what is sent may reach the client as a stream that was reset.
            }

            throw FakeState.Error(StatusCode.InvalidArgument, "HEADER_MISSING", "The upload does not begin with a header.");
        }

        state.Enter(nameof(UploadArtefact), header, context);
        var artefact = new Artefact { Name = $"artefacts/{header.Sha256}", Sha256 = header.Sha256, SizeBytes = header.SizeBytes };
        if (state.Store.ContainsKey(header.Sha256))
        {
            state.Received.Enqueue(0);
            return new UploadArtefactResponse { Artefact = artefact, Existed = true };
        }

        int breaksAt = state.UploadBreaks.TryDequeue(out int count) ? count : int.MaxValue;
        using var bytes = new MemoryStream();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            requestStream.Current.Chunk.Length.ShouldBeInRange(1, 1 << 20);
            requestStream.Current.Chunk.WriteTo(bytes);
            if (bytes.Length >= breaksAt)
            {
                context.GetHttpContext().Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
            }
        }

        state.Received.Enqueue(bytes.Length);
        if (bytes.Length != header.SizeBytes || Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())) != header.Sha256)
        {
            throw FakeState.Error(StatusCode.InvalidArgument, "DIGEST_MISMATCH", "The bytes are not those announced.");
        }

        state.Store[header.Sha256] = bytes.ToArray();
        return new UploadArtefactResponse { Artefact = artefact };
    }

    public override Task<CollectArtefactsResponse> CollectArtefacts(CollectArtefactsRequest request, ServerCallContext context)
    {
        state.Enter(nameof(CollectArtefacts), request, context);
        return Task.FromResult(new CollectArtefactsResponse
        {
            Items =
            {
                new CollectedItem { Name = "jobs/j-1", Reason = "it ended on 2026-01-02, more than 30 days ago", SizeBytes = 1_890_000 },
            },
            StoredBytes = 5_000_000,
            FreedBytes = 1_890_000,
        });
    }

    public override async Task DownloadArtefact(
        DownloadArtefactRequest request, IServerStreamWriter<DownloadArtefactResponse> responseStream, ServerCallContext context)
    {
        state.Enter(nameof(DownloadArtefact), request, context);
        string sha = request.Name["artefacts/".Length..];
        byte[] bytes = (byte[])state.Store[sha].Clone();
        int breaksAt = state.DownloadBreaks.TryDequeue(out int count) ? count : int.MaxValue;
        if (state.CorruptsDownloads)
        {
            bytes[^1] ^= 1;
        }

        await responseStream.WriteAsync(
            new DownloadArtefactResponse { Artefact = new Artefact { Name = request.Name, Sha256 = sha, SizeBytes = bytes.Length } });
        int sent = 0;
        for (int at = (int)request.Offset; at < bytes.Length; at += 1000)
        {
            if (sent >= breaksAt)
            {
                throw FakeState.Unavailable();
            }

            int length = Math.Min(1000, bytes.Length - at);
            await responseStream.WriteAsync(new DownloadArtefactResponse { Chunk = ByteString.CopyFrom(bytes, at, length) });
            sent += length;
        }
    }
}
