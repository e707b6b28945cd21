using Cluster.Grpc.Tests.Probing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.Grpc.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task Echo_RequestAtAndAboveTheLimit_OnlyTheLatterFails()
    {
        var note = Sized(1000);
        await using var server = await ProbeServer.StartAsync(options => options.MaxReceiveMessageSize = note.CalculateSize());

        (await server.Client.EchoAsync(note)).ShouldBe(note);
        using var call = server.Client.EchoAsync(Sized(1001));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Echo_ResponseAboveTheClientsLimit_Fails()
    {
        var note = Sized(1000);
        await using var server = await ProbeServer.StartAsync(
            channelOptions: new GrpcChannelOptions { MaxReceiveMessageSize = note.CalculateSize() });

        (await server.Client.EchoAsync(note)).ShouldBe(note);
        using var call = server.Client.EchoAsync(Sized(1001));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Echo_RequestAboveTheClientsLimit_IsNotSent()
    {
        await using var server = await ProbeServer.StartAsync(channelOptions: new GrpcChannelOptions { MaxSendMessageSize = 1000 });

        using var call = server.Client.IgnoreAsync(Sized(1001));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        server.Log.Began.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Repeat_ResponseAboveTheServersLimit_Fails()
    {
        await using var server = await ProbeServer.StartAsync(options => options.MaxSendMessageSize = 1000);

        using var call = server.Client.Repeat(new RepeatRequest { Count = 1, Size = 1001 });

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Collect_OneNoteAboveTheLimit_EndsTheCall()
    {
        await using var server = await ProbeServer.StartAsync(options => options.MaxReceiveMessageSize = 1000);

        using var call = server.Client.Collect();
        await call.RequestStream.WriteAsync(Sized(10));
        var exception = await Should.ThrowAsync<RpcException>(async () =>
        {
            // The write itself fails where the server is quicker than we are.
            await call.RequestStream.WriteAsync(Sized(1001));
            await call;
        });

        exception.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Echo_DefaultLimits_AreFourMiB()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.EchoAsync(Sized(4 * 1024 * 1024));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Echo_NoLimits_40MiBPass()
    {
        await using var server = await ProbeServer.StartAsync(
            options => options.MaxReceiveMessageSize = null, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        var note = Sized(40 * 1024 * 1024);

        (await server.Client.EchoAsync(note)).Payload.Length.ShouldBe(note.Payload.Length);
    }

    private static Note Sized(int bytes) => new() { Payload = UnsafeByteOperations.UnsafeWrap(new byte[bytes]) };
}
