using System.Text.Json.Nodes;
using RichStatus = Google.Rpc.Status;

namespace Cluster.Silo.Page.Connect;

/// <summary>An error in Connect's form: a code in lower case, a sentence, and gRPC's details.</summary>
/// <param name="Code">The canonical code.</param>
/// <param name="Message">The sentence.</param>
/// <param name="Status">The details, if any.</param>
internal sealed record ConnectError(StatusCode Code, string Message, RichStatus? Status = null)
{
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";
    private const string DetailsHeader = "grpc-status-details-bin";

    public static ConnectError PermissionDenied(string sentence) => new(StatusCode.PermissionDenied, sentence);

    /// <summary>The error of a gRPC call; null if it succeeded. Removes the status from the headers or trailers.</summary>
    public static ConnectError? Take(IHeaderDictionary headers, IHeaderDictionary trailers)
    {
        var end = trailers.ContainsKey(StatusHeader) ? trailers : headers;
        var code = Enum.TryParse<StatusCode>(end[StatusHeader], out var known) ? known : StatusCode.Unknown;
        string message = Uri.UnescapeDataString(end[MessageHeader].ToString());
        string details = end[DetailsHeader].ToString();
        foreach (string header in headers.Keys.Where(name => name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            headers.Remove(header);
        }

        return code == StatusCode.OK ? null : new ConnectError(code, message, details.Length == 0 ? null : Read(details));
    }

    /// <summary>Writes it as the answer.</summary>
    public Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = HttpStatus;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(Json().ToJsonString(), http.RequestAborted);
    }

    public JsonObject Json()
    {
        var json = new JsonObject { ["code"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(Code.ToString()), ["message"] = Message };
        if (Status is { Details.Count: > 0 })
        {
            json["details"] = new JsonArray([.. Status.Details.Select(detail => new JsonObject
            {
                ["type"] = detail.TypeUrl[(detail.TypeUrl.LastIndexOf('/') + 1)..],
                ["value"] = detail.Value.ToBase64().TrimEnd('='),
            })]);
        }

        return json;
    }

    // The table of https://connectrpc.com/docs/protocol#error-codes.
    private int HttpStatus => Code switch
    {
        StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        _ => StatusCodes.Status500InternalServerError,
    };

    // gRPC encoders may or may not omit padding.
    private static RichStatus Read(string details) =>
        RichStatus.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
}
