using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;
using Microsoft.Extensions.Logging;

namespace Cluster.Grains.Jobs;

/// <summary>
/// A job whose journal could not be written is begun again by its own grain: soon, and ever later where that happens again and
/// again, as a full disk must not have the job begun anew each second.
/// </summary>
internal sealed partial class JournalBreaks(string job, GrainOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private int _times;
    private long _last;

    /// <summary>Whether it is too early to open the journal again.</summary>
    public bool IsFresh => _times > 0 && time.GetElapsedTime(_last) < Pause;

    private TimeSpan Pause => SuspensionTimes.After(job, _times, options);

    /// <summary>Waits for the end of a run, and has the job begun again where its journal broke.</summary>
    /// <param name="running">The run.</param>
    /// <param name="begin">Begins the job, unless it runs or is over.</param>
    public async Task FollowAsync(RunningJob running, Func<Task<JobReply>> begin)
    {
        await Task.WhenAny(running.Completion);
        (_times, _last) = running.IsJournalBroken ? (_times + 1, time.GetTimestamp()) : (0, 0);
        if (!running.IsJournalBroken || running.IsSuperseded)
        {
            return;
        }

        for (var pause = Pause; await IsHereAfterAsync(pause) && !await BeginsAsync(begin); pause = options.KeepAliveEvery)
        {
        }
    }

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    private async Task<bool> IsHereAfterAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, time, _left.Token);
            return true;
        }
        catch (Exception left) when (left is OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task<bool> BeginsAsync(Func<Task<JobReply>> begin)
    {
        try
        {
            return (await begin()).Outcome != JobReplyOutcome.Unavailable;
        }
#pragma warning disable CA1031 // Whatever it is passes or does not; the job must not wait for somebody to ask for it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogUnbegun(job, failure.Message);
            return false;
        }
    }

    [LoggerMessage(EventId = 1014, Level = LogLevel.Warning, Message = "Job {Job} could not be begun again and will be: {Problem}")]
    private partial void LogUnbegun(string job, string problem);
}
