using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Cluster.Silo.Page.Connect;

/// <summary>
/// Lets browsers call the services: the Connect protocol (https://connectrpc.com/docs/protocol) with messages in protobuf's JSON. A call
/// is turned into one of gRPC and sent on through the host, so that limits, tokens, telemetry and errors are those of any caller.
/// </summary>
internal sealed class ConnectCalls(PageOptions options)
{
    /// <summary>Names the methods by which this caller may change something.</summary>
    public const string MayChange = "Cluster-May-Change";

    // A name, an etag and a reason.
    private const int LargestRequest = 1 << 16;

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    /// <param name="http">The request.</param>
    /// <param name="method">What it calls.</param>
    /// <param name="grpc">Answers calls of gRPC.</param>
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

        var (message, problem) = await ReadAsync(http, method);
        if (message is null)
        {
            await ConnectError.Invalid(problem).WriteAsync(http);
        }
        else if (method.Descriptor.IsServerStreaming)
        {
            await StreamAsync(http, method, message, grpc);
        }
        else
        {
            await AnswerAsync(http, method, message, grpc);
        }
    }

    private static async Task AnswerAsync(HttpContext http, ConnectMethod method, IMessage message, RequestDelegate grpc)
    {
        string? answer = null;
        var error = await CallAsync(http, message, grpc, (bytes, _) =>
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

    // So that the page offers nothing that would be refused. The caller is known once its call has been let in.
    private static void TellWhatMayChange(HttpContext http) => http.Response.Headers[MayChange] = string.Join(
        ' ', ConnectMethod.All.Where(one => one.Changes && http.User.IsInRole($"{one.Needed}")).Select(one => one.Descriptor.Name));

    private static async Task StreamAsync(HttpContext http, ConnectMethod method, IMessage message, RequestDelegate grpc)
    {
        var browser = http.Response.Body;
        var error = await CallAsync(http, message, grpc, async (bytes, cancellation) =>
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
        HttpContext http, IMessage message, RequestDelegate grpc, Func<ReadOnlyMemory<byte>, CancellationToken, Task> take)
    {
        var (request, response) = (http.Request, http.Response);
        var (protocol, browser) = (request.Protocol, response.Body);
        var trailers = new AnswerTrailers();
        http.Features.Set<IHttpResponseTrailersFeature>(trailers);
        await using var answer = new AnswerStream(take);
        using var question = new MemoryStream(Envelope.Of(message.ToByteArray()));
        (request.Protocol, request.ContentType, request.ContentLength) = (HttpProtocol.Http2, "application/grpc", question.Length);
        request.Headers.TE = "trailers";
        (request.Body, response.Body) = (question, answer);
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

    private static async Task<(IMessage? Message, string Problem)> ReadAsync(HttpContext http, ConnectMethod method)
    {
        byte[] bytes = new byte[LargestRequest + 1];
        int length = await http.Request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length > LargestRequest)
        {
            return (null, $"The request has more than {LargestRequest} bytes, where a short one is expected: send less.");
        }

        var json = bytes.AsMemory(0, length);
        if (method.Descriptor.IsServerStreaming)
        {
            if (Envelope.First(json) is not { } enveloped || enveloped.Length + Envelope.HeaderLength != length)
            {
                return (null, "The request is not one enveloped message, as is expected: see https://connectrpc.com/docs/protocol.");
            }

            json = bytes.AsMemory(Envelope.HeaderLength, enveloped.Length);
        }

        try
        {
            return (Parser.Parse(Encoding.UTF8.GetString(json.Span), method.Descriptor.InputType), string.Empty);
        }
        catch (Exception wrong) when (wrong is InvalidProtocolBufferException or InvalidJsonException)
        {
            return (null, $"The request is not the JSON of a {method.Descriptor.InputType.Name}: {wrong.Message}");
        }
    }

    private static string Json(ConnectMethod method, ReadOnlyMemory<byte> bytes) =>
        Formatter.Format(method.Descriptor.OutputType.Parser.ParseFrom(bytes.Span));

    private sealed class AnswerTrailers : IHttpResponseTrailersFeature
    {
        public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();
    }
}
