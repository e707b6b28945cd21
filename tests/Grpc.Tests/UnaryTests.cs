using Cluster.Grpc.Tests.Probing;
using Google.Protobuf;

namespace Cluster.Grpc.Tests;

public sealed class UnaryTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("plain", 1)]
    [InlineData("größer als ASCII: 量子化", 3_000_000)]
    public async Task Echo_AnyMessage_ComesBackEqual(string text, int size)
    {
        await using var server = await ProbeServer.StartAsync();
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        var note = new Note { Text = text, Payload = ByteString.CopyFrom(payload) };

        using var call = server.Client.EchoAsync(note);
        var answer = await call;

        answer.ShouldBe(note);
        call.GetStatus().StatusCode.ShouldBe(global::Grpc.Core.StatusCode.OK);
    }

    [Fact]
    public async Task Echo_BlockingCall_ComesBackEqual()
    {
        await using var server = await ProbeServer.StartAsync();

        var answer = await Task.Run(() => server.Client.Echo(new Note { Text = "blocking" }));

        answer.Text.ShouldBe("blocking");
    }

    [Fact]
    public async Task Echo_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        await using var server = await ProbeServer.StartAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 500).Select(async i => (await server.Client.EchoAsync(new Note { Text = $"{i}" })).Text));

        answers.ShouldBe(Enumerable.Range(0, 500).Select(i => $"{i}"));
    }

    [Fact]
    public async Task GetStatus_CallUnderWay_SaysSo()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = server.Client.IgnoreAsync(new Note());
        await server.Log.Began.Task;

        Should.Throw<InvalidOperationException>(() => call.GetStatus());
        Should.Throw<InvalidOperationException>(() => call.GetTrailers());
    }
}
