using System.Security.Cryptography;
using Cluster.Contract.V1;
using Google.Protobuf;

namespace Cluster.Harness;

/// <summary>Uploads as a client makes them.</summary>
internal static class Uploads
{
    /// <summary>A file's SHA-256, as a header has it.</summary>
    public static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Uploads a file; the name that jobs know it by.</summary>
    public static async Task<string> SendAsync(ChannelBase channel, byte[] bytes, CallOptions options)
    {
        using var call = new ArtefactService.ArtefactServiceClient(channel).UploadArtefact(options);
        return (await SendAsync(call, bytes)).Artefact.Name;
    }

    /// <summary>The file's header and all of it.</summary>
    public static Task<UploadArtefactResponse> SendAsync(
        AsyncClientStreamingCall<UploadArtefactRequest, UploadArtefactResponse> call, byte[] bytes, int chunk = 1 << 20) =>
        SendAsync(call, new UploadArtefactHeader { Sha256 = Digest(bytes), SizeBytes = bytes.Length }, bytes, chunk);

    /// <summary>A header, then chunks. A server that has enough answers early: then the answer counts, not what the write met.</summary>
    public static async Task<UploadArtefactResponse> SendAsync(
        AsyncClientStreamingCall<UploadArtefactRequest, UploadArtefactResponse> call,
        UploadArtefactHeader? header,
        byte[] bytes,
        int chunk = 1 << 20)
    {
        var answer = call.ResponseAsync;
        try
        {
            if (header is not null)
            {
                await WriteAsync(call.RequestStream, answer, new UploadArtefactRequest { Header = header });
            }

            foreach (var part in bytes.Chunk(chunk).TakeWhile(_ => !answer.IsCompleted))
            {
                await WriteAsync(call.RequestStream, answer, new UploadArtefactRequest { Chunk = ByteString.CopyFrom(part) });
            }

            if (!answer.IsCompleted)
            {
                await call.RequestStream.CompleteAsync();
            }
        }
        catch (Exception early) when (early is RpcException or InvalidOperationException)
        {
            // The answer says why.
        }

        return await answer;
    }

    // A write that is no longer read may never return.
    private static async Task WriteAsync(
        IClientStreamWriter<UploadArtefactRequest> requests, Task answer, UploadArtefactRequest part)
    {
        var write = requests.WriteAsync(part);
        await await Task.WhenAny(write, answer);
    }
}
