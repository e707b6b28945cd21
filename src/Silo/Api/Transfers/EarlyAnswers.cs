using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// Keeps reading after answering a request that has not ended. Unread bytes fill the connection's flow-control window,
/// and the client's writes, on this call and others of the connection, would block forever.
/// </summary>
internal static class EarlyAnswers
{
    private const int NoError = 0;
    private static readonly object Key = new();
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    /// <summary>Marks a call that may be answered early, with the most bytes to read afterwards.</summary>
    public static void ReadOn(ServerCallContext call, long bytes) => call.GetHttpContext().Items[Key] = bytes;

    /// <summary>Adds the middleware that keeps reading.</summary>
    public static void Follow(EndpointBuilder endpoint)
    {
        var serve = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = async http =>
        {
            await serve(http);
            if (http.Items.TryGetValue(Key, out object? bytes))
            {
                await ReadOnAsync(http, (long)bytes!);
            }
        };
    }

    private static async Task ReadOnAsync(HttpContext http, long left)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            // The answer goes first: a client that sees it need not send the rest.
            await http.Response.CompleteAsync();
            while (left >= 0)
            {
                silence.CancelAfter(LongestSilence);
                var read = await http.Request.BodyReader.ReadAsync(silence.Token);
                left -= read.Buffer.Length;
                http.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // The client ended the call, or fell silent.
        }

        http.Features.Get<IHttpResetFeature>()?.Reset(NoError);
    }
}
