using Cluster.Grpc.Tests.Probing;
using Grpc.Core;

namespace Cluster.Grpc.Tests;

public sealed class MetadataTests
{
    [Fact]
    public async Task Reflect_TextAndBytes_ComeBackAsHeadersAndTrailers()
    {
        await using var server = await ProbeServer.StartAsync();
        var every = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var sent = new Metadata { { "x-text", "a value, with: signs=;" }, { "x-one-bin", [1] }, { "x-every-bin", every } };

        using var call = server.Client.ReflectAsync(new Note(), sent);
        var headers = await call.ResponseHeadersAsync;
        await call;
        var trailers = call.GetTrailers();

        foreach (var received in new[] { headers, trailers })
        {
            received.GetValue("x-text").ShouldBe("a value, with: signs=;");
            received.GetValueBytes("x-one-bin").ShouldBe([1]);
            received.GetValueBytes("x-every-bin").ShouldBe(every);
            received.GetValue("grpc-status").ShouldBeNull();
        }
    }

    [Fact]
    public void Add_KeyInCapitals_IsLowered()
    {
        var metadata = new Metadata { { "X-Text", "1" }, { "x-text", "2" } };

        metadata[0].Key.ShouldBe("x-text");
        metadata.GetValue("X-TEXT").ShouldBe("2");
        metadata.GetAll("x-text").Select(entry => entry.Value).ShouldBe(["1", "2"]);
        metadata.GetValue("x-other").ShouldBeNull();
    }

    [Fact]
    public void Add_WrongKind_IsRefused()
    {
        Should.Throw<ArgumentException>(() => new Metadata.Entry("x-bin", "text"));
        Should.Throw<ArgumentException>(() => new Metadata.Entry("x-text", [1]));
        Should.Throw<ArgumentException>(() => new Metadata.Entry("x text", "1"));
        Should.Throw<InvalidOperationException>(() => Metadata.Empty.Add("x-text", "1"));
        Should.Throw<InvalidOperationException>(() => new Metadata.Entry("x-bin", [1]).Value);
    }
}
