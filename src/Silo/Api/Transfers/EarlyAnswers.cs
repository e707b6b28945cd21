using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// Ends a call that is answered before its request has ended as specified by HTTP/2 (RFC 9113, 8.1): the answer, then at once a reset
/// without error, which asks the client to send no more. A client that must reset the call itself, like gRPC's for .NET, may send data
/// after its reset: Kestrel closes the connection for that, and with it the client's other calls.
/// </summary>
internal static class EarlyAnswers
{
    private const int NoError = 0;
    private static readonly object Key = new();

    /// <summary>Sets whether this call, if it ended now, would be answered early.</summary>
    public static void Expect(ServerCallContext call, bool isEarly) => call.GetHttpContext().Items[Key] = isEarly;

    /// <summary>Enables this for an endpoint's calls.</summary>
    public static void Follow(EndpointBuilder endpoint)
    {
        var serve = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = async http =>
        {
            await serve(http);
            if (http.Items.TryGetValue(Key, out object? isEarly) && (bool)isEarly!)
            {
                await EndAsync(http);
            }
        };
    }

    /// <summary>Ends a call that was answered, even if its request is incomplete.</summary>
    public static async Task EndAsync(HttpContext http)
    {
        try
        {
            // HTTP/1 knows no reset. There Kestrel takes what is left of a request, and calls a read that was aborted still in progress.
            if (http.Features.Get<IHttpResetFeature>() is { } stream && !HasEnded(http))
            {
                await http.Response.CompleteAsync();
                stream.Reset(NoError);
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // The client has ended the call.
        }
    }

    private static bool HasEnded(HttpContext http)
    {
        if (!http.Request.BodyReader.TryRead(out var rest))
        {
            return false;
        }

        http.Request.BodyReader.AdvanceTo(rest.Buffer.End);
        return rest.IsCompleted;
    }
}
