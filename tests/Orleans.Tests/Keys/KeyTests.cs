using Orleans;

namespace Cluster.OrleansTests;

public sealed class KeyTests(SiloFixture silo)
{
    [Theory]
    [InlineData("job-1")]
    [InlineData("a/b+c")]
    [InlineData("größer")]
    public async Task StringKey_AnyText_IsTheGrainsKey(string key)
    {
        var grain = silo.Grains.GetGrain<IStringKeyGrain>(key);

        (await grain.KeyAsync()).ShouldBe(key);
        grain.GetPrimaryKeyString().ShouldBe(key);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    [InlineData(-17)]
    public async Task IntegerKey_AnyNumber_IsTheGrainsKey(long key) =>
        (await silo.Grains.GetGrain<IIntegerKeyGrain>(key).KeyAsync()).ShouldBe(key);

    [Fact]
    public async Task IdentityString_ByConvention_IsTypeAndKey() =>
        (await silo.Grains.GetGrain<IStringKeyGrain>("job-1").IdentityAsync()).ShouldBe("stringkey/job-1");

    [Fact]
    public void References_OfTheSameGrain_AreEqual()
    {
        var one = silo.Grains.GetGrain<IStringKeyGrain>("job-1");

        one.ShouldBe(silo.Grains.GetGrain<IStringKeyGrain>("job-1"));
        one.ShouldNotBe(silo.Grains.GetGrain<IStringKeyGrain>("job-2"));
        one.GetGrainId().ToString().ShouldBe("stringkey/job-1");
    }

    [Fact]
    public void GetGrain_NothingImplementsTheInterface_Throws() =>
        Should.Throw<ArgumentException>(() => silo.Grains.GetGrain<IUnimplementedGrain>("key"))
            .Message.ShouldContain(nameof(IUnimplementedGrain));
}
