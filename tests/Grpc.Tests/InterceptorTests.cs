using Cluster.Grpc.Tests.Probing;
using Grpc.Core;

namespace Cluster.Grpc.Tests;

public sealed class InterceptorTests
{
    [Fact]
    public async Task Calls_OfEveryKind_PassTheOutermostFirst()
    {
        await using var server = await ProbeServer.StartAsync(options =>
        {
            options.Interceptors.Add<MarkingInterceptor>("outer");
            options.Interceptors.Add<MarkingInterceptor>("inner");
        });

        using var unary = server.Client.EchoAsync(new Note());
        await unary;
        using var collect = server.Client.Collect();
        await collect.RequestStream.CompleteAsync();
        await collect;
        using var repeat = server.Client.Repeat(new RepeatRequest());
        (await repeat.ResponseStream.MoveNext()).ShouldBeFalse();
        using var converse = server.Client.Converse();
        await converse.RequestStream.CompleteAsync();
        (await converse.ResponseStream.MoveNext()).ShouldBeFalse();

        foreach (var trailers in new[] { unary.GetTrailers(), collect.GetTrailers(), repeat.GetTrailers(), converse.GetTrailers() })
        {
            trailers.GetValue("x-passed").ShouldBe("outer,inner");
        }
    }

    [Fact]
    public async Task Throw_InterceptorTranslates_CallerSeesItsStatus()
    {
        await using var server = await ProbeServer.StartAsync(options => options.Interceptors.Add<TranslatingInterceptor>());

        using var call = server.Client.ThrowAsync(new Note { Text = "what was wrong" });

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync))
            .Status.ShouldBe(new Status(StatusCode.InvalidArgument, "what was wrong"));
    }
}
