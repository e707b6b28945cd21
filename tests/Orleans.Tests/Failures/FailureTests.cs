using Orleans;
using Orleans.Serialization;

namespace Cluster.OrleansTests;

public sealed class FailureTests(SiloFixture silo)
{
    private readonly IFailingGrain _grain = silo.Grains.GetGrain<IFailingGrain>(Gate.New());

    [Fact]
    public async Task Exception_AfterAnAwait_CrossesWithTypeMessageAndStack()
    {
        var failure = await Should.ThrowAsync<FormatException>(_grain.ThrowAsync("what was wrong"));

        failure.Message.ShouldBe("what was wrong");
        failure.ToString().ShouldContain(nameof(FailingGrain) + "." + nameof(FailingGrain.ThrowAsync));
    }

    [Fact]
    public async Task Exception_BeforeAnyAwait_ComesThroughTheTask()
    {
        var call = _grain.ThrowAtOnceAsync();

        (await Should.ThrowAsync<InvalidOperationException>(call)).Message.ShouldBe("at once");
    }

    [Fact]
    public async Task Exception_OwnTypeWithSerializer_KeepsItsMembers() =>
        (await Should.ThrowAsync<CandidateException>(_grain.ThrowOwnAsync(7))).Code.ShouldBe(7);

    [Fact]
    public async Task Exception_WithInner_KeepsIt() =>
        (await Should.ThrowAsync<InvalidOperationException>(_grain.ThrowWithInnerAsync())).InnerException.ShouldBeOfType<FormatException>()
            .Message.ShouldBe("inner");

    [Fact]
    public async Task Exception_LeavesTheGrainAndItsStateAsTheyAre()
    {
        await Should.ThrowAsync<FormatException>(_grain.ThrowAsync("first"));
        await Should.ThrowAsync<InvalidOperationException>(_grain.ThrowAtOnceAsync());

        (await _grain.CountAsync()).ShouldBe(2);
    }
}
