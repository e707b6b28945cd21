using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cluster.OrleansTests;

public sealed class LifecycleTests
{
    [Fact]
    public async Task FirstCall_ActivatesOnceAndBeforeIt()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ILifeGrain>(Gate.New());

        var activations = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => grain.ActivationAsync()));

        activations.Distinct().ShouldHaveSingleItem().ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task DeactivateOnIdle_NextCall_FindsANewActivation()
    {
        await using var silo = await TestSilo.StartAsync();
        var key = Gate.New();
        var grain = silo.Grains.GetGrain<ILifeGrain>(key);
        var before = await grain.ActivationAsync();

        await grain.LeaveAsync();
        var after = await grain.ActivationAsync();

        await Gate.PassedAsync($"{key} {DeactivationReasonCode.ApplicationRequested}");
        after.ShouldNotBe(before);
        after.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task DeactivateOnIdle_CallsWait_RunOnTheNextActivation()
    {
        await using var silo = await TestSilo.StartAsync();
        var gate = Gate.New();
        var grain = silo.Grains.GetGrain<ILifeGrain>(gate);
        var before = await grain.ActivationAsync();
        var leaving = grain.LeaveAfterAsync(gate);
        await Gate.PassedAsync(gate + " runs");
        var waiting = Enumerable.Range(0, 50).Select(_ => grain.ActivationAsync()).ToArray();

        Gate.Open(gate);
        await leaving;

        (await Task.WhenAll(waiting)).Distinct().ShouldHaveSingleItem().ShouldNotBe(before);
    }

    [Fact]
    public async Task Grain_WithoutTheBaseClass_HasItsContextAndItsScope()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.Services.AddScoped<Release>());
        var key = Gate.New();

        (await silo.Grains.GetGrain<IPlainObjectGrain>(key).DescribeAsync()).ShouldBe($"plainobject/{key} with {key}");

        await Gate.PassedAsync(key + " released");
    }

    [Fact]
    public async Task Activation_Fails_CallersGetItsException()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ILifeGrain>("stillborn" + Gate.New());

        var calls = Enumerable.Range(0, 3).Select(_ => grain.ActivationAsync()).ToArray();

        foreach (var call in calls)
        {
            (await Should.ThrowAsync<InvalidDataException>(call)).Message.ShouldBe("its journal is damaged");
        }
    }

    [Fact]
    public async Task Silo_Stops_GrainsAreDeactivatedAndCallsRefused()
    {
        await using var silo = await TestSilo.StartAsync();
        var key = Gate.New();
        var grain = silo.Grains.GetGrain<ILifeGrain>(key);
        await grain.ActivationAsync();

        await silo.StopAsync();

        await Gate.PassedAsync($"{key} {DeactivationReasonCode.ShuttingDown}");
        // With the package nobody is left to fail the call: it has no answer, not even a late one.
        await Should.ThrowAsync<Exception>(
            grain.ActivationAsync().WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Grain_Services_AreTheHosts()
    {
        await using var silo = await TestSilo.StartAsync();

        (await silo.Grains.GetGrain<ILifeGrain>(Gate.New()).ScopedServiceAsync()).ShouldBe(1);
    }
}
