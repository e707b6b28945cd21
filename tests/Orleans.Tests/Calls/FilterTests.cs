using System.Collections.Concurrent;
using System.Diagnostics;
using Orleans.Hosting;

namespace Cluster.OrleansTests;

public sealed class FilterTests
{
    [Fact]
    public async Task IncomingFilter_SeesTheCallAndMayChangeItsResult()
    {
        var seen = new ConcurrentQueue<string>();
        await using var silo = await TestSilo.StartAsync(builder => builder.AddIncomingGrainCallFilter(async call =>
        {
            await call.Invoke();
            if (call.Grain is IContextGrain && call.InterfaceMethod.Name == nameof(IContextGrain.DoubleAsync))
            {
                seen.Enqueue($"{call.MethodName} of {call.TargetId} with {call.Request.GetArgument(0)} in {call.ImplementationMethod.DeclaringType!.Name}");
                call.Result = (int)call.Result! + 1;
            }
        }));

        (await silo.Grains.GetGrain<IContextGrain>("filtered").DoubleAsync(4)).ShouldBe(9);

        seen.ShouldHaveSingleItem().ShouldBe("DoubleAsync of context/filtered with 4 in ContextGrain");
    }

    [Fact]
    public async Task IncomingFilter_Throws_TheCallFails()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.AddIncomingGrainCallFilter(call =>
            call.Grain is IContextGrain ? throw new UnauthorizedAccessException("no") : call.Invoke()));

        await Should.ThrowAsync<UnauthorizedAccessException>(silo.Grains.GetGrain<IContextGrain>("filtered").DoubleAsync(4));
    }

    [Fact]
    public async Task ActivityPropagation_On_ACallIsAClientAndAServerSpanOfOneTrace()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.Orleans.Application",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var silo = await TestSilo.StartAsync(builder => builder.AddActivityPropagation());
        var key = Gate.New();

        await silo.Grains.GetGrain<IContextGrain>(key).DoubleAsync(4);

        var mine = spans.Where(span => (span.GetTagItem("rpc.orleans.target_id") as string)?.EndsWith(key, StringComparison.Ordinal) == true).ToArray();
        var client = mine.Single(span => span.Kind == ActivityKind.Client);
        var server = mine.Single(span => span.Kind == ActivityKind.Server);
        server.TraceId.ShouldBe(client.TraceId);
        server.ParentSpanId.ShouldBe(client.SpanId);
        server.GetTagItem("rpc.method").ShouldBe(nameof(IContextGrain.DoubleAsync));
    }
}
