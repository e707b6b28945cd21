using Orleans.Runtime;

namespace Cluster.OrleansTests;

public sealed class RequestContextTests(SiloFixture silo)
{
    private readonly IContextGrain _grain = silo.Grains.GetGrain<IContextGrain>(Gate.New());

    [Fact]
    public async Task Value_SetByTheCaller_TravelsDownTheChain()
    {
        RequestContext.Set("job", "job-1");

        (await _grain.ValueAsync()).ShouldBe("job-1");
        (await _grain.ValueOfAsync(silo.Grains.GetGrain<IContextGrain>(Gate.New()))).ShouldBe("job-1");
    }

    [Fact]
    public async Task Value_SetByTheGrain_DoesNotComeBackNorStay()
    {
        await _grain.ChangeAsync("theirs");

        RequestContext.Get("job").ShouldBeNull();
        (await _grain.ValueAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Value_Removed_TravelsNoMore()
    {
        RequestContext.Set("job", "job-1");
        RequestContext.Remove("job").ShouldBeTrue();

        (await _grain.ValueAsync()).ShouldBeNull();
    }
}
