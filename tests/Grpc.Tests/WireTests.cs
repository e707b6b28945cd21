using System.Net;
using Cluster.Grpc.Tests.Probing;
using Google.Protobuf;

namespace Cluster.Grpc.Tests;

/// <summary>What the server says, seen as bytes on the wire.</summary>
public sealed class WireTests
{
    private static readonly Note Sample = new() { Text = "sample" };

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task Echo_WellFormed_MessageThenTrailers(string contentType)
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(server, "/probe.Probe/Echo", RawCall.Frame(Sample), contentType);

        call.HttpStatus.ShouldBe(HttpStatusCode.OK);
        call.Body.ShouldBe(RawCall.Frame(Sample));
        call.Headers.Contains("grpc-status").ShouldBeFalse();
        call.Trailers.GetValues("grpc-status").ShouldBe(["0"]);
        call.Message.ShouldBeNull();
    }

    [Fact]
    public async Task Fail_NoMessage_TrailersOnlyAndEncoded()
    {
        await using var server = await ProbeServer.StartAsync();
        var request = new FailRequest { Code = 9, Message = "5 % \n ü" };

        var call = await RawCall.PostAsync(server, "/probe.Probe/Fail", RawCall.Frame(request));

        call.HttpStatus.ShouldBe(HttpStatusCode.OK);
        call.Body.ShouldBeEmpty();
        call.Headers.GetValues("grpc-status").ShouldBe(["9"]);
        call.Message.ShouldBe("5 %25 %0A %C3%BC");
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "nothing", [] },
        { "half a header", [0, 0] },
        { "half a message", RawCall.Frame(0, 100, [8, 1]) },
        { "an unknown flag", RawCall.Frame(7, 0, []) },
        { "compressed without saying how", RawCall.Frame(1, 2, [8, 1]) },
        { "two messages", [.. RawCall.Frame(Sample), .. RawCall.Frame(Sample)] },
        { "a message and a rest", [.. RawCall.Frame(Sample), 0] },
        { "no protobuf", RawCall.Frame(0, 3, [255, 255, 255]) },
        { "a length beyond 2 GiB", RawCall.Frame(0, uint.MaxValue, [1]) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Echo_Malformed_FailsAndTheServerLives(string what, byte[] body)
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(server, "/probe.Probe/Echo", body);

        call.HttpStatus.ShouldBe(HttpStatusCode.OK, what);
        call.Status.ShouldNotBeNull(what);
        call.Status.ShouldNotBe("0", what);
        (await server.Client.EchoAsync(Sample)).ShouldBe(Sample);
    }

    [Fact]
    public async Task Collect_CutInTheMiddle_Fails()
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(server, "/probe.Probe/Collect", [.. RawCall.Frame(Sample), .. RawCall.Frame(Sample)[..^1]]);

        call.Status.ShouldBe("13");
    }

    [Fact]
    public async Task Echo_UnknownCompression_IsUnimplementedAndNamesWhatIsNot()
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(
            server, "/probe.Probe/Echo", RawCall.Frame(1, 3, [1, 2, 3]), headers: ("grpc-encoding", "x-unheard"));

        call.Status.ShouldBe("12");
        call.Headers.GetValues("grpc-accept-encoding").Single().ShouldContain("identity");
        call.Headers.GetValues("grpc-accept-encoding").Single().ShouldNotContain("x-unheard");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("text/plain")]
    public async Task Echo_NotGrpc_IsRefusedInTheWordsOfHttp(string contentType)
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(server, "/probe.Probe/Echo", RawCall.Frame(Sample), contentType);

        call.HttpStatus.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Wait_ServersClockRunsOut_IsDeadlineExceeded()
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(server, "/probe.Probe/Wait", RawCall.Frame(Sample), headers: ("grpc-timeout", "50m"));

        call.Status.ShouldBe("4");

        // On a machine so busy that the service was not even begun there is nothing to end.
        if (server.Log.Began.Task.IsCompleted)
        {
            await server.Log.Cancelled.Task;
        }
    }

    [Fact]
    public async Task Ignore_ServiceDoesNotHeedItsDeadline_CallerIsToldAllTheSame()
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(server, "/probe.Probe/Ignore", RawCall.Frame(Sample), headers: ("grpc-timeout", "50000u"));

        call.Status.ShouldBe("4");
        server.Log.GoOn.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task WaitLate_DeadlineAfterAMessage_MessageThenTrailers()
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(server, "/probe.Probe/WaitLate", RawCall.Frame(Sample), headers: ("grpc-timeout", "2S"));

        call.Body.ShouldBe(RawCall.Frame(Sample));
        call.Trailers.GetValues("grpc-status").ShouldBe(["4"]);
    }

    [Theory]
    [InlineData("99999999H")]
    [InlineData("soon")]
    [InlineData("1x")]
    [InlineData("123456789S")]
    public async Task Echo_TimeoutVeryLongOrNone_IsServed(string timeout)
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(server, "/probe.Probe/Echo", RawCall.Frame(Sample), headers: ("grpc-timeout", timeout));

        call.Status.ShouldBe("0");
    }

    [Theory]
    [InlineData("AQI")]
    [InlineData("AQI=")]
    public async Task Reflect_BinaryWithAndWithoutPadding_IsTheSame(string value)
    {
        await using var server = await ProbeServer.StartAsync();

        var call = await RawCall.PostAsync(server, "/probe.Probe/Reflect", RawCall.Frame(Sample), headers: ("x-two-bin", value));

        call.Status.ShouldBe("0");
        call.Headers.GetValues("x-two-bin").Single().TrimEnd('=').ShouldBe("AQI");
    }

    [Fact]
    public async Task Echo_RandomBytes_NeverHangNorKill()
    {
        await using var server = await ProbeServer.StartAsync();
        var random = new Random(20);

        for (int i = 0; i < 200; i++)
        {
            var body = new byte[random.Next(0, 40)];
            random.NextBytes(body);
            if (body.Length > 4)
            {
                body[0] &= 1;
                body[1] = body[2] = body[3] = 0;
            }

            var call = await RawCall.PostAsync(server, i % 2 == 0 ? "/probe.Probe/Echo" : "/probe.Probe/Collect", body);
            call.Status.ShouldNotBeNull(Convert.ToHexString(body));
        }

        (await server.Client.EchoAsync(Sample)).ShouldBe(Sample);
    }
}
