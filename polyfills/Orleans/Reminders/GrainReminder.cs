namespace Orleans.Runtime;

internal sealed class GrainReminder(GrainId grain, string name, DateTime firstTick, TimeSpan period) : IGrainReminder, IDisposable
{
    public string ReminderName => name;

    public GrainId Grain => grain;

    public DateTime FirstTick => firstTick;

    public TimeSpan Period => period;

    public bool IsEnded { get; private set; }

    public ITimer? Timer { get; set; }

    public void Dispose()
    {
        IsEnded = true;
        Timer?.Dispose();
    }
}
