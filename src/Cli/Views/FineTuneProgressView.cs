using System.Diagnostics;
using Cluster.Kernels.Learning.FineTuning;

namespace Cluster.Cli.Views;

/// <summary>
/// Training's progress on standard error: one line for each epoch, and on a terminal a changing line with the time
/// left.
/// </summary>
internal sealed class FineTuneProgressView(TextWriter error, bool isLive, int batch) : IFineTuneView
{
    private TimeProvider _clock = TimeProvider.System;
    private long _began;
    private long _shown;

    /// <summary>Steps done in this process.</summary>
    public long Steps { get; private set; }

    public double Seconds { get; private set; }

    /// <summary>Starts the clock.</summary>
    /// <param name="clock">Time spent training.</param>
    public void Begin(TimeProvider clock)
    {
        _clock = clock;
        _began = clock.GetTimestamp();
    }

    public void Report(FineTuneProgress value)
    {
        Steps++;
        Seconds = _clock.GetElapsedTime(_began).TotalSeconds;
        if (value.Finished is { } epoch)
        {
            Clear();
            error.WriteLine(
                $"cluster: epoch {epoch.Epoch}: loss {epoch.Loss:F4}, validation loss {epoch.ValidationLoss:F4}, {epoch.Correct} "
                + $"of {epoch.Total} validation images right; {Left(value)}");
        }
        else if (isLive && Stopwatch.GetElapsedTime(_shown).TotalSeconds > 0.2)
        {
            _shown = Stopwatch.GetTimestamp();
            error.Write(
                $"{StandardStreams.EraseLine}epoch {value.Epoch}, step {value.Iteration} of {value.Iterations}, loss {value.Loss:F4}, "
                + $"{Steps * batch / Seconds:F0} images/s; {Left(value)}");
        }
    }

    /// <summary>Clears the changing line.</summary>
    public void Clear()
    {
        if (isLive)
        {
            error.Write(StandardStreams.EraseLine);
        }
    }

    private string Left(FineTuneProgress value) =>
        $"ETA {Figures.Clock(TimeSpan.FromSeconds(Seconds / Steps * (value.Iterations - value.Iteration)))}";
}
