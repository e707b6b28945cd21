using System.Security.Cryptography;
using Cluster.Contract.V1;
using Google.Protobuf;

namespace Cluster.Silo.Tests.Api;

/// <summary>Uploads as a client makes them.</summary>
internal static class Uploads
{
    public static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

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
            return await answer;
        }

        return await answer;
    }

    // A write that nobody reads any more may wait for ever.
    private static async Task WriteAsync(
        IClientStreamWriter<UploadArtefactRequest> requests, Task answer, UploadArtefactRequest part)
    {
        var write = requests.WriteAsync(part);
        await await Task.WhenAny(write, answer);
    }
}
