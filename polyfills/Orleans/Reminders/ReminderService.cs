using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Orleans.Runtime;

/// <summary>Reminders in memory: they outlive activations, not the process.</summary>
internal sealed class ReminderService(
    LocalSilo silo, IOptions<ReminderOptions> options, TimeProvider time, ILogger<ReminderService> logger) : IDisposable
{
    private readonly ConcurrentDictionary<(GrainId Grain, string Name), GrainReminder> _reminders = new();

    public IGrainReminder RegisterOrUpdate(GrainId grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period < options.Value.MinimumReminderPeriod)
        {
            throw new ArgumentException(
                $"Cannot register reminder {name} as requested period ({period}) is less than minimum allowed reminder period "
                + $"({options.Value.MinimumReminderPeriod})",
                nameof(period));
        }

        var reminder = new GrainReminder(grain, name, time.GetUtcNow().UtcDateTime + dueTime, period);
        _reminders.AddOrUpdate((grain, name), reminder, (_, before) =>
        {
            before.Dispose();
            return reminder;
        });
        reminder.Timer = Flow.Timer(time, _ => _ = TickAsync(reminder), reminder, dueTime);
        if (reminder.IsEnded)
        {
            reminder.Timer.Dispose();
        }

        return reminder;
    }

    public IGrainReminder? Get(GrainId grain, string name) => _reminders.GetValueOrDefault((grain, name));

    public List<IGrainReminder> GetAll(GrainId grain) => [.. _reminders.Values.Where(reminder => reminder.Grain == grain)];

    /// <exception cref="ReminderException">It is no longer registered, or was registered anew.</exception>
    public void Unregister(GrainId grain, IGrainReminder reminder)
    {
        if (reminder is not GrainReminder own || own.Grain != grain
            || !_reminders.TryRemove(KeyValuePair.Create((grain, own.ReminderName), own)))
        {
            throw new ReminderException(
                $"Could not unregister reminder {reminder.ReminderName} of {grain}: it is not registered, or was registered anew.");
        }

        own.Dispose();
    }

    public void Dispose()
    {
        foreach (var reminder in _reminders.Values)
        {
            reminder.Dispose();
        }

        _reminders.Clear();
    }

    private async Task TickAsync(GrainReminder reminder)
    {
        try
        {
            var now = time.GetUtcNow().UtcDateTime;
            var grain = (IRemindable)(object)silo.Factory.Reference(reminder.Grain, typeof(IRemindable));
            await grain.ReceiveReminder(reminder.ReminderName, new TickStatus(reminder.FirstTick, reminder.Period, now));
        }
        catch (Exception failure)
        {
            logger.LogWarning(failure, "Reminder {Name} of {Grain} failed; it stays registered", reminder.ReminderName, reminder.Grain);
        }

        if (!reminder.IsEnded)
        {
            // The ticks keep to the first one's rhythm; those that fell into a slow callback are left out.
            var since = time.GetUtcNow().UtcDateTime - reminder.FirstTick;
            reminder.Timer?.Change(reminder.Period - new TimeSpan(since.Ticks % reminder.Period.Ticks), Timeout.InfiniteTimeSpan);
        }
    }
}
