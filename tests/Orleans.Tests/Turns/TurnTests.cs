using FsCheck;
using FsCheck.Fluent;

namespace Cluster.OrleansTests;

public sealed class TurnTests(SiloFixture silo)
{
    [Fact]
    public void Calls_ThousandsAtOnce_NeverInterleave()
    {
        var cases = Gen.Choose(1, 4).SelectMany(grains => Gen.Choose(1, 2_000).Select(calls => (grains, calls))).ToArbitrary();

        Prop.ForAll(cases, size =>
        {
            var counters = Enumerable.Range(0, size.grains).Select(_ => silo.Grains.GetGrain<ICounterGrain>(Gate.New())).ToArray();
            var calls = Enumerable.Range(0, size.calls).Select(call => counters[call % size.grains].AddAsync(call)).ToArray();
            Task.WhenAll(calls).GetAwaiter().GetResult();
            var states = counters.Select(counter => counter.GetAsync().AsTask().GetAwaiter().GetResult()).ToArray();
            return states.Sum(state => (long)state.Value) == (long)size.calls * (size.calls - 1) / 2
                && states.All(state => state.Overlaps == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }

    [Fact]
    public async Task Calls_FromOneCaller_RunInTheOrderTheyWereMade()
    {
        var grain = silo.Grains.GetGrain<ICounterGrain>(Gate.New());
        await grain.GetAsync();

        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(grain.AppendAsync));

        (await grain.GetAsync()).Items.ShouldBe(Enumerable.Range(0, 1_000));
    }

    [Fact]
    public async Task Calls_ManyGrains_EachHasItsOwnState()
    {
        var prefix = Gate.New();
        var values = await Task.WhenAll(
            Enumerable.Range(0, 2_000).Select(key => silo.Grains.GetGrain<ICounterGrain>(prefix + key).AddAsync(key)));

        values.ShouldBe(Enumerable.Range(0, 2_000));
    }

    [Fact]
    public async Task Write_WhileAnotherWaits_BeginsAfterItsEnd()
    {
        var grain = silo.Grains.GetGrain<IPlainStepsGrain>(Gate.New());

        await AssertWaitsAsync(grain, grain.WriteAsync, "first", grain.WriteAsync, "second");
    }

    [Fact]
    public async Task Write_ReentrantGrain_Interleaves()
    {
        var grain = silo.Grains.GetGrain<IReentrantStepsGrain>(Gate.New());

        await AssertInterleavesAsync(grain, grain.WriteAsync, "first", grain.WriteAsync, "second");
    }

    [Fact]
    public async Task Await_OfWorkElsewhere_ComesBackToTheGrainsScheduler()
    {
        (await silo.Grains.GetGrain<IPlainStepsGrain>(Gate.New()).KeepsItsSchedulerAsync()).ShouldBeTrue();
    }

    private static string KeyOf(IStepsGrain grain) => Orleans.GrainExtensions.GetPrimaryKeyString(grain);

    private static async Task AssertWaitsAsync(
        IStepsGrain grain, Func<string, Task> first, string firstName, Func<string, Task> second, string secondName)
    {
        var one = first(firstName);
        await Gate.PassedAsync($"{KeyOf(grain)} {firstName} begun");
        Gate.Open($"{KeyOf(grain)} {secondName} may end");
        var two = second(secondName);

        // It came after the second call and has run: the second one would have begun.
        (await grain.LogAsync()).ShouldBe([firstName + " begins"]);

        Gate.Open($"{KeyOf(grain)} {firstName} may end");
        await Task.WhenAll(one, two);
        (await grain.LogAsync()).ShouldBe([firstName + " begins", firstName + " ends", secondName + " begins", secondName + " ends"]);
    }

    private static async Task AssertInterleavesAsync(
        IStepsGrain grain, Func<string, Task> first, string firstName, Func<string, Task> second, string secondName)
    {
        var one = first(firstName);
        await Gate.PassedAsync($"{KeyOf(grain)} {firstName} begun");
        Gate.Open($"{KeyOf(grain)} {secondName} may end");
        await second(secondName);
        Gate.Open($"{KeyOf(grain)} {firstName} may end");
        await one;

        (await grain.LogAsync()).ShouldBe([firstName + " begins", secondName + " begins", secondName + " ends", firstName + " ends"]);
    }
}
