using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// Reads on after an answer that came before its request had ended. Bytes that nobody reads take up the connection's flow control: the
/// client's writes, on this call and on others of its connection, would wait for ever.
/// </summary>
internal static class EarlyAnswers
{
    private const int NoError = 0;
    private static readonly object Key = new();
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    /// <summary>Says that this call may be answered early, and how many bytes are read after that at most.</summary>
    public static void ReadOn(ServerCallContext call, long bytes) => call.GetHttpContext().Items[Key] = bytes;

    /// <summary>Lets an endpoint's calls read on.</summary>
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
            // The answer first: a client that looks at it need not send the rest.
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
            // The client has heard enough and ended the call, or says nothing any more.
        }

        http.Features.Get<IHttpResetFeature>()?.Reset(NoError);
    }
}
