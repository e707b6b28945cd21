using Orleans;
using Orleans.Runtime;

namespace Cluster.OrleansTests;

internal sealed class ReminderGrain : Grain, IReminderGrain, IRemindable
{
    private int _ticks;

    public async Task<string> RegisterAsync(string name, TimeSpan dueTime, TimeSpan period) =>
        (await this.RegisterOrUpdateReminder(name, dueTime, period)).ReminderName;

    public async Task<bool> UnregisterAsync(string name)
    {
        if (await this.GetReminder(name) is not { } reminder)
        {
            return false;
        }

        await this.UnregisterReminder(reminder);
        return true;
    }

    public async Task<string[]> NamesAsync() =>
        [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order(StringComparer.Ordinal)];

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _ticks++;
        Gate.Open($"{this.GetPrimaryKeyString()} {reminderName} {_ticks} every {status.Period}");
        return Task.CompletedTask;
    }
}
