using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.Server;

/// <summary>Turns away what is not gRPC over HTTP/2, in the words of HTTP: such a caller does not read ours.</summary>
internal static class Admission
{
    public static async Task<bool> IsCallAsync(HttpContext http)
    {
        if (!Names.IsGrpc(http.Request.ContentType))
        {
            await RefuseAsync(
                http, StatusCodes.Status415UnsupportedMediaType, $"Content-Type '{http.Request.ContentType}' is not supported.");
            return false;
        }

        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && !HttpProtocol.IsHttp3(http.Request.Protocol))
        {
            await RefuseAsync(http, StatusCodes.Status426UpgradeRequired, $"Request protocol '{http.Request.Protocol}' is not supported.");
            return false;
        }

        return true;
    }

    private static async Task RefuseAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsync(message, http.RequestAborted);
    }
}
