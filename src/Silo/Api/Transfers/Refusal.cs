using Google.Protobuf.Reflection;
using Google.Rpc;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// An answer to a call that no service has seen. In gRPC: headers only, then the end of the stream. In JSON as calls that a service has
/// seen end.
/// </summary>
internal static class Refusal
{
    /// <summary>The details that errors have.</summary>
    public static readonly TypeRegistry Details = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Details));

    /// <summary>Ends a call with an error, and counts it.</summary>
    public static Task CountAndSendAsync(HttpContext call, RpcException error)
    {
        call.RequestServices.GetRequiredService<SiloMetrics>().Called(
            CallLimit.MethodOf(call), Labels.Status(error.StatusCode), TimeSpan.Zero, error: null);
        return SendAsync(call, error);
    }

    /// <summary>Ends a call with an error.</summary>
    public static Task SendAsync(HttpContext call, RpcException error)
    {
        if (call.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null)
        {
            return SendJsonAsync(call, error);
        }

        call.Response.StatusCode = StatusCodes.Status200OK;
        call.Response.ContentType = "application/grpc";
        var headers = call.Response.Headers;
        headers["grpc-status"] = ((int)error.StatusCode).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = Uri.EscapeDataString(error.Status.Detail);
        foreach (var detail in error.Trailers.Where(entry => entry.IsBinary))
        {
            headers[detail.Key] = Convert.ToBase64String(detail.ValueBytes);
        }

        return EarlyAnswers.EndAsync(call);
    }

    /// <summary>The same in JSON.</summary>
    public static Task SendJsonAsync(HttpContext call, RpcException error)
    {
        call.Response.StatusCode = error.StatusCode switch
        {
            StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
            StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status403Forbidden,
        };
        call.Response.ContentType = "application/json";
        return call.Response.WriteAsync(Formatter.Format(ApiError.DetailsOf(error)), call.RequestAborted);
    }
}
