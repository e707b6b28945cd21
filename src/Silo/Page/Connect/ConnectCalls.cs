using System.Buffers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Cluster.Silo.Page.Connect;

/// <summary>
/// Lets browsers call the services: the Connect protocol (https://connectrpc.com/docs/protocol) with messages in protobuf's JSON. A call is
/// converted to a gRPC call and sent on through the host, so that limits, tokens, telemetry and errors are the same as for any caller. Its
/// body is read only after its caller was authorized.
/// </summary>
internal sealed class ConnectCalls(PageOptions options)
{
    /// <summary>The header that lists the methods by which this caller may change something.</summary>
    public const string MayChange = "Cluster-May-Change";

    // Enough for a name, an etag and a reason.
    private const int LargestRequest = 1 << 16;

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    /// <param name="http">The request.</param>
    /// <param name="method">The called method.</param>
    /// <param name="grpc">Answers gRPC calls.</param>
    public async Task ServeAsync(HttpContext http, ConnectMethod method, RequestDelegate grpc)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = "POST";
            return;
        }

        // Other sites cannot send this type without asking first, which nothing here allows.
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != method.MediaType)
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            http.Response.Headers["Accept-Post"] = method.MediaType;
            return;
        }

        if (method.Changes && !options.HasTokens)
        {
            await ConnectError.PermissionDenied(
                "This page only shows, as its server has no tokens: start it with --token-file or --tokens, or use ./cluster.")
                .WriteAsync(http);
            return;
        }

        try
        {
            await (method.Descriptor.IsServerStreaming ? StreamAsync(http, method, grpc) : AnswerAsync(http, method, grpc));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone.
        }
    }

    private static async Task AnswerAsync(HttpContext http, ConnectMethod method, RequestDelegate grpc)
    {
        string? answer = null;
        var error = await CallAsync(http, method, grpc, (bytes, _) =>
        {
            answer = Json(method, bytes);
            return Task.CompletedTask;
        });
        if (error is not null || answer is null)
        {
            await (error ?? new ConnectError(StatusCode.Internal, "The service gave no answer, where one is expected: try again."))
                .WriteAsync(http);
            return;
        }

        http.Response.ContentType = method.MediaType;
        TellWhatMayChange(http);
        await http.Response.WriteAsync(answer, http.RequestAborted);
    }

    // The page should offer nothing that would be refused. The caller is known once its call was authorized.
    private static void TellWhatMayChange(HttpContext http) => http.Response.Headers[MayChange] = string.Join(
        ' ', ConnectMethod.All.Where(one => one.Changes && http.User.IsInRole($"{one.Needed}")).Select(one => one.Descriptor.Name));

    private static async Task StreamAsync(HttpContext http, ConnectMethod method, RequestDelegate grpc)
    {
        var browser = http.Response.Body;
        var error = await CallAsync(http, method, grpc, async (bytes, cancellation) =>
        {
            Begin();
            await browser.WriteAsync(Envelope.Of(Encoding.UTF8.GetBytes(Json(method, bytes))), cancellation);
            await browser.FlushAsync(cancellation);
        });
        var end = new JsonObject();
        if (error is not null)
        {
            end["error"] = error.Json();
        }

        Begin();
        await browser.WriteAsync(Envelope.Of(Encoding.UTF8.GetBytes(end.ToJsonString()), Envelope.End), http.RequestAborted);

        void Begin()
        {
            if (!http.Response.HasStarted)
            {
                http.Response.ContentType = method.MediaType;
                TellWhatMayChange(http);
            }
        }
    }

    private static async Task<ConnectError?> CallAsync(
        HttpContext http, ConnectMethod method, RequestDelegate grpc, Func<ReadOnlyMemory<byte>, CancellationToken, Task> take)
    {
        var (request, response) = (http.Request, http.Response);
        var (protocol, browser) = (request.Protocol, response.Body);
        var trailers = new AnswerTrailers();
        http.Features.Set<IHttpResponseTrailersFeature>(trailers);
        await using var answer = new AnswerStream(take);
        http.Features.Set(new LateBody(next => AskAsync(http, method, next)));
        (request.Protocol, request.ContentType) = (HttpProtocol.Http2, "application/grpc");
        request.Headers.TE = "trailers";
        response.Body = answer;
        try
        {
            await grpc(http);
            await response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        finally
        {
            (request.Protocol, response.Body) = (protocol, browser);
        }

        return ConnectError.Take(response.Headers, trailers.Trailers);
    }

    private static async Task AskAsync(HttpContext http, ConnectMethod method, RequestDelegate grpc)
    {
        IMessage message;
        try
        {
            message = await ReadAsync(http.Request, method, http.RequestAborted);
        }
        catch (RpcException wrong)
        {
            await Refusal.SendAsync(http, wrong);
            return;
        }

        using var question = new MemoryStream(Envelope.Of(message.ToByteArray()));
        (http.Request.Body, http.Request.ContentLength) = (question, question.Length);
        await grpc(http);
    }

    private static async Task<IMessage> ReadAsync(HttpRequest request, ConnectMethod method, CancellationToken cancellation)
    {
        byte[] bytes;
        try
        {
            var read = await request.BodyReader.ReadAtLeastAsync(LargestRequest + 1, cancellation);
            bytes = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, LargestRequest + 1)).ToArray();
            request.BodyReader.AdvanceTo(read.Buffer.End);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            // Kestrel's error for a body that comes too slowly, or is incomplete.
            throw new RpcException(new Status(StatusCode.Cancelled, "The request did not come whole and in time: send it again."));
        }

        if (bytes.Length > LargestRequest)
        {
            throw Invalid($"The request has more than {LargestRequest} bytes, where a short one is expected: send less.");
        }

        ReadOnlyMemory<byte> json = bytes;
        if (method.Descriptor.IsServerStreaming)
        {
            json = Envelope.First(json) is { } enveloped && enveloped.Length + Envelope.HeaderLength == bytes.Length
                ? enveloped
                : throw Invalid("The request is not one enveloped message, as is expected: see https://connectrpc.com/docs/protocol.");
        }

        try
        {
            return Parser.Parse(Encoding.UTF8.GetString(json.Span), method.Descriptor.InputType);
        }
        catch (Exception wrong) when (wrong is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw Invalid($"The request is not the JSON of a {method.Descriptor.InputType.Name}: {wrong.Message}");
        }
    }

    private static RpcException Invalid(string sentence) => new(new Status(StatusCode.InvalidArgument, sentence));

    private static string Json(ConnectMethod method, ReadOnlyMemory<byte> bytes) =>
        Formatter.Format(method.Descriptor.OutputType.Parser.ParseFrom(bytes.Span));

    private sealed class AnswerTrailers : IHttpResponseTrailersFeature
    {
        public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();
    }
}
