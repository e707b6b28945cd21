namespace Cluster.Silo.Api.Transfers;

/// <summary>A gRPC answer to a call that no service has seen: headers only, then the end of the stream.</summary>
internal static class Refusal
{
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
}
