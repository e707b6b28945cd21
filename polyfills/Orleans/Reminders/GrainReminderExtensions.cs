using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Reminders of a grain.</summary>
public static class GrainReminderExtensions
{
    /// <summary>Registers, or replaces, a reminder of this name.</summary>
    /// <exception cref="ArgumentException">The period is below <see cref="Hosting.ReminderOptions.MinimumReminderPeriod"/>.</exception>
    /// <exception cref="InvalidOperationException">The grain is not <see cref="IRemindable"/>.</exception>
    /// <exception cref="OrleansConfigurationException">No reminder service is configured.</exception>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(
        this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reminderName);
        return grain is IRemindable
            ? Task.FromResult(Service(grain).RegisterOrUpdate(grain.GrainContext.GrainId, reminderName, dueTime, period))
            : throw new InvalidOperationException($"Grain {grain.GrainContext.GrainId} is not '{nameof(IRemindable)}'. "
                + $"A grain should implement {nameof(IRemindable)} to use the persistent reminder service");
    }

    /// <exception cref="ReminderException">It is no longer registered.</exception>
    public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder)
    {
        Service(grain).Unregister(grain.GrainContext.GrainId, reminder);
        return Task.CompletedTask;
    }

    /// <returns>Null where there is none of this name.</returns>
    public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reminderName);
        return Task.FromResult(Service(grain).Get(grain.GrainContext.GrainId, reminderName));
    }

    public static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain) =>
        Task.FromResult(Service(grain).GetAll(grain.GrainContext.GrainId));

    private static ReminderService Service(IGrainBase grain) =>
        Activation.Of(grain).ActivationServices.GetService<ReminderService>() ?? throw new OrleansConfigurationException(
            "The reminder service has not been configured: "
                + "call UseInMemoryReminderService(), or restore Microsoft.Orleans.Reminders.AdoNet.");
}
