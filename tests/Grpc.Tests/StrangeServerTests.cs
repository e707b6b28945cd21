using System.Net;
using System.Net.Sockets;
using Cluster.Grpc.Tests.Probing;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Grpc.Tests;

/// <summary>What the client makes of servers that do not answer as they should.</summary>
public sealed class StrangeServerTests
{
    private static readonly byte[] Answer = RawCall.Frame(new Note { Text = "answer" });

    [Theory]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    public async Task Echo_HttpError_IsTranslated(int httpStatus, StatusCode expected)
    {
        var status = await CallAsync(http =>
        {
            http.Response.StatusCode = httpStatus;
            return Task.CompletedTask;
        });

        status.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Echo_WebPage_Fails()
    {
        var status = await CallAsync(http => http.Response.WriteAsync("<html>"));

        status.StatusCode.ShouldNotBe(StatusCode.OK);
        status.Detail.ShouldContain("content-type");
    }

    [Fact]
    public async Task Echo_NoStatusAtTheEnd_Fails()
    {
        var status = await CallAsync(http => BodyAsync(http, Answer, null));

        status.StatusCode.ShouldNotBe(StatusCode.OK);
        status.Detail.ShouldContain("grpc-status");
    }

    [Theory]
    [InlineData("banana")]
    [InlineData("-1")]
    public async Task Echo_StatusThatIsNone_IsUnknown(string sent)
    {
        var status = await CallAsync(http => BodyAsync(http, [], sent));

        status.StatusCode.ShouldNotBe(StatusCode.OK);
    }

    [Fact]
    public async Task Echo_OkWithoutAMessage_Fails()
    {
        var status = await CallAsync(http => BodyAsync(http, [], "0"));

        status.StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task Echo_MessageCutOff_Fails()
    {
        var status = await CallAsync(http => BodyAsync(http, Answer[..^1], "0"));

        status.StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task Echo_StreamAborted_Fails()
    {
        var status = await CallAsync(async http =>
        {
            await BodyAsync(http, Answer[..3], null);
            http.Abort();
        });

        status.StatusCode.ShouldNotBe(StatusCode.OK);
    }

    [Fact]
    public async Task Echo_CompressedAgainstOurWord_Fails()
    {
        var status = await CallAsync(http =>
        {
            http.Response.Headers["grpc-encoding"] = "x-unheard";
            return BodyAsync(http, RawCall.Frame(1, 2, [1, 2]), "0");
        });

        status.StatusCode.ShouldNotBe(StatusCode.OK);
    }

    [Fact]
    public async Task Echo_BrokenEscapes_AreKeptAsTheyAre()
    {
        var status = await CallAsync(http =>
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers["grpc-status"] = "5";
            http.Response.Headers["grpc-message"] = "100%, %zz %41";
            return Task.CompletedTask;
        });

        status.ShouldBe(new Status(StatusCode.NotFound, "100%, %zz A"));
    }

    [Fact]
    public async Task Echo_NobodyListens_IsUnavailable()
    {
        // Bound but not listening: connections are refused, and nobody else can take the port meanwhile.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");

        using var call = new Probe.ProbeClient(channel).EchoAsync(new Note());

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Collect_ConnectionBreaks_WriteSaysWhatTheConnectionSaid()
    {
        await using var app = ProbeServer.NewBuilder().Build();
        app.Run(async http =>
        {
            await http.Request.BodyReader.ReadAsync();
            http.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
        });
        await app.StartAsync();
        using var channel = GrpcChannel.ForAddress(app.Urls.Single());
        using var call = new Probe.ProbeClient(channel).Collect();

        var failure = await Should.ThrowAsync<Exception>(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new Note { Text = "again" });
            }
        });

        // With a status only where the call had ended by then: the write was cancelled.
        (failure is HttpRequestException or IOException or RpcException).ShouldBeTrue(failure.ToString());
        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).Status.DebugException.ShouldNotBeNull();
    }

    private static async Task BodyAsync(HttpContext http, byte[] body, string? status)
    {
        http.Response.ContentType = "application/grpc";
        await http.Response.StartAsync();
        await http.Response.Body.WriteAsync(body);
        await http.Response.Body.FlushAsync();
        if (status is not null)
        {
            http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers["grpc-status"] = status;
        }
    }

    private static async Task<Status> CallAsync(RequestDelegate serve)
    {
        await using var app = ProbeServer.NewBuilder().Build();
        app.Run(serve);
        await app.StartAsync();
        using var channel = GrpcChannel.ForAddress(app.Urls.Single());
        using var call = new Probe.ProbeClient(channel).EchoAsync(new Note());
        return (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).Status;
    }
}
