using Orleans.Hosting;
using Orleans.Runtime;

namespace Cluster.OrleansTests;

public sealed class ReminderTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    // Not zero: a first tick whose time has passed when the package arms its timer waits for a whole period.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private readonly string _key = Gate.New();

    [Fact]
    public async Task Reminder_Registered_TicksAndGoesOn()
    {
        await using var silo = await SiloAsync(Short);
        var grain = silo.Grains.GetGrain<IReminderGrain>(_key);

        (await grain.RegisterAsync("resume", TimeSpan.Zero, Short)).ShouldBe("resume");

        await Gate.PassedAsync($"{_key} resume 1 every {Short}");
        await Gate.PassedAsync($"{_key} resume 2 every {Short}");
        (await grain.UnregisterAsync("resume")).ShouldBeTrue();
    }

    [Fact]
    public async Task Reminder_GrainGone_BringsItBack()
    {
        await using var silo = await SiloAsync(Short);
        var grain = silo.Grains.GetGrain<IReminderGrain>(_key);
        await grain.RegisterAsync("first", TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        await grain.LeaveAsync();

        (await grain.NamesAsync()).ShouldBe(["first"]);
        await grain.RegisterAsync("second", Soon, TimeSpan.FromDays(1));
        await grain.LeaveAsync();

        await Gate.PassedAsync($"{_key} second 1 every {TimeSpan.FromDays(1)}");
    }

    [Fact]
    public async Task Reminder_RegisteredAgain_IsReplaced()
    {
        await using var silo = await SiloAsync(Short);
        var grain = silo.Grains.GetGrain<IReminderGrain>(_key);
        await grain.RegisterAsync("resume", TimeSpan.FromDays(1), TimeSpan.FromDays(1));

        await grain.RegisterAsync("resume", Soon, TimeSpan.FromDays(2));

        await Gate.PassedAsync($"{_key} resume 1 every {TimeSpan.FromDays(2)}");
        (await grain.NamesAsync()).ShouldBe(["resume"]);
    }

    [Fact]
    public async Task Reminder_Unregistered_IsGone()
    {
        await using var silo = await SiloAsync(Short);
        var grain = silo.Grains.GetGrain<IReminderGrain>(_key);
        await grain.RegisterAsync("resume", TimeSpan.FromDays(1), TimeSpan.FromDays(1));

        (await grain.UnregisterAsync("resume")).ShouldBeTrue();

        (await grain.NamesAsync()).ShouldBeEmpty();
        (await grain.UnregisterAsync("resume")).ShouldBeFalse();
    }

    [Fact]
    public async Task Reminder_PeriodBelowTheMinimum_IsRefused()
    {
        await using var silo = await SiloAsync(TimeSpan.FromMinutes(1));

        (await Should.ThrowAsync<ArgumentException>(silo.Grains.GetGrain<IReminderGrain>(_key).RegisterAsync("resume", Short, Short)))
            .Message.ShouldContain("00:01:00");
    }

    [Fact]
    public async Task Reminder_NoServiceConfigured_SaysSo()
    {
        await using var silo = await TestSilo.StartAsync();

        // The stand-in's configuration error, or the host's word about a service that nobody added.
        var registering = silo.Grains.GetGrain<IReminderGrain>(_key).RegisterAsync("resume", Short, TimeSpan.FromDays(1));
        (await Should.ThrowAsync<Exception>(registering)).Message.ShouldContain("Reminder");
    }

    private static Task<TestSilo> SiloAsync(TimeSpan minimum) => TestSilo.StartAsync(silo => silo
        .UseInMemoryReminderService()
        .Configure<ReminderOptions>(options => options.MinimumReminderPeriod = minimum));
}
