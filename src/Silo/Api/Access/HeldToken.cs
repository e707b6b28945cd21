using Grpc.AspNetCore.Server;

namespace Cluster.Silo.Api.Access;

/// <summary>Ends streams whose token is taken away, or loses the role or the tenant, while they go on.</summary>
internal static class HeldToken
{
    private static readonly object Lost = new();

    // As often as files of tokens are read again.
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    /// <summary>Answers a call. To be asked after authorization.</summary>
    public static async Task AnswerAsync(HttpContext call, RequestDelegate next)
    {
        var services = call.RequestServices;
        if (services.GetRequiredService<ApiOptions>().Tokens is not { } tokens
            || call.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is null or MethodType.Unary
            || TokenHandler.TokenOf(call.Request) is not { } token
            || NeededRole.Of(call) is not { } role)
        {
            await next(call);
            return;
        }

        string tenant = CallerTenant.Of(call);
        var aborted = call.RequestAborted;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        await using var looks = services.GetRequiredService<TimeProvider>().CreateTimer(
            _ =>
            {
                if (tokens().Find(token) is not { } owner || owner.Role < role || owner.Tenant != tenant)
                {
                    call.Items[Lost] = true;
                    stop.Cancel();
                }
            },
            state: null,
            Often,
            Often);
        call.RequestAborted = stop.Token;
        try
        {
            await next(call);
        }
        finally
        {
            call.RequestAborted = aborted;
        }
    }

    /// <summary>The answer to a call whose token was taken away, or null.</summary>
    public static RpcException? Refusal(HttpContext call) => !call.Items.ContainsKey(Lost) ? null : ApiError.Of(
        StatusCode.Unauthenticated,
        Reason.TokenWrong,
        "The call's token was taken away, or changed, while the call went on: use the token file of this cluster.");
}
