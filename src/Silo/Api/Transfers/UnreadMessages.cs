namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// Says that a call's message is none of its method's. gRPC reads messages before any interceptor, and answers UNKNOWN without details;
/// our own calls never end so.
/// </summary>
internal static class UnreadMessages
{
    private static readonly string Unknown = ((int)StatusCode.Unknown).ToString(CultureInfo.InvariantCulture);

    public static async Task AnswerAsync(HttpContext call, RequestDelegate next)
    {
        await next(call);
        if (!call.Response.HasStarted && string.Equals(call.Response.Headers["grpc-status"], Unknown, StringComparison.Ordinal))
        {
            await Refusal.CountAndSendAsync(
                call,
                ApiError.Of(
                    StatusCode.InvalidArgument,
                    Reason.RequestInvalid,
                    "The bytes of the request are not its method's message: make them by the contract of this version."));
        }
    }
}
