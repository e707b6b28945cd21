using System.Collections.Concurrent;
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
            if (call.Grain is IContextGrain && call.MethodName == nameof(IContextGrain.DoubleAsync))
            {
                seen.Enqueue($"{call.MethodName} of {call.TargetId} with {call.Result} in {call.Grain.GetType().Name}");
                call.Result = (int)call.Result! + 1;
            }
        }));

        (await silo.Grains.GetGrain<IContextGrain>("filtered").DoubleAsync(4)).ShouldBe(9);

        seen.ShouldHaveSingleItem().ShouldBe("DoubleAsync of context/filtered with 8 in ContextGrain");
    }

    [Fact]
    public async Task IncomingFilter_Throws_TheCallFails()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.AddIncomingGrainCallFilter(call =>
            call.Grain is IContextGrain ? throw new UnauthorizedAccessException("no") : call.Invoke()));

        await Should.ThrowAsync<UnauthorizedAccessException>(silo.Grains.GetGrain<IContextGrain>("filtered").DoubleAsync(4));
    }
}
