using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Client;

/// <summary>How a call ended.</summary>
/// <param name="Status">With what.</param>
/// <param name="Trailers">And what came with it.</param>
internal sealed record CallEnd(Status Status, Metadata Trailers)
{
    public static CallEnd Cancelled { get; } = Local(StatusCode.Cancelled, "Call canceled by the client.");

    public static CallEnd Disposed { get; } = Local(StatusCode.Cancelled, "gRPC call disposed.");

    public static CallEnd DeadlineExceeded { get; } = Local(StatusCode.DeadlineExceeded, "");

    /// <summary>What callers get to see of an end that is not OK.</summary>
    public RpcException ToException() => new(Status, Trailers);

    /// <summary>What the headers of a response already decide; null where messages follow.</summary>
    public static CallEnd? FromHeaders(HttpResponseMessage response)
    {
        if (StatusOf(response.Headers) is { } status)
        {
            return new CallEnd(status, MetadataOf(response.Headers));
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return Local(CodeOf(response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");
        }

        return Names.IsGrpc(response.Content.Headers.ContentType?.ToString())
            ? null
            : Local(StatusCode.Unknown, $"Bad gRPC response. Invalid content-type value: {response.Content.Headers.ContentType}");
    }

    public static CallEnd FromTrailers(HttpResponseHeaders? trailers) => trailers is not null && StatusOf(trailers) is { } status
        ? new CallEnd(status, MetadataOf(trailers))
        : Local(StatusCode.Unknown, "No grpc-status found on response.");

    public static CallEnd FromException(Exception exception) => exception switch
    {
        RpcException rpc => new CallEnd(rpc.Status, rpc.Trailers),
        _ => new CallEnd(new Status(CodeOf(exception), $"Error in gRPC call. {Describe(exception)}", exception), []),
    };

    public static Metadata MetadataOf(HttpResponseHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (key, values) in headers)
        {
            if (Names.IsMetadata(key))
            {
                MetadataText.AddTo(metadata, key, values);
            }
        }

        return metadata;
    }

    private static CallEnd Local(StatusCode code, string detail) => new(new Status(code, detail), []);

    private static Status? StatusOf(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues(Names.Status, out var values))
        {
            return null;
        }

        string detail = headers.TryGetValues(Names.Message, out var messages) ? PercentEncoding.Decode(string.Join(',', messages)) : "";
        return int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out int code)
            && Enum.IsDefined((StatusCode)code)
            ? new Status((StatusCode)code, detail)
            : new Status(StatusCode.Unknown, $"Unexpected grpc-status value: {values.First()}. {detail}");
    }

    // From the protocol's "HTTP to gRPC status code mapping".
    private static StatusCode CodeOf(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    private static StatusCode CodeOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            // From the protocol's "HTTP2 transport mapping": NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR … are internal.
            if (cause is HttpProtocolException { ErrorCode: var code })
            {
                return code switch
                {
                    7 => StatusCode.Unavailable,
                    8 => StatusCode.Cancelled,
                    11 => StatusCode.ResourceExhausted,
                    12 => StatusCode.PermissionDenied,
                    _ => StatusCode.Internal,
                };
            }
        }

        return exception is HttpRequestException or IOException ? StatusCode.Unavailable : StatusCode.Internal;
    }

    private static string Describe(Exception exception)
    {
        var causes = new List<string>();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            causes.Add($"{cause.GetType().Name}: {cause.Message}");
        }

        return string.Join(' ', causes);
    }
}
