using System.Diagnostics;

namespace Cluster.Evaluation.SingleSteps.Sensitivity;

/// <summary>
/// The sweep's progress on standard error: one changing line on a terminal, a line for each phase otherwise. May be called from any thread.
/// </summary>
public sealed class SensitivityProgress(TextWriter error, bool isLive)
{
    private readonly Lock _lock = new();
    private long _began;
    private int _done;
    private int _total;

    internal void Say(string text)
    {
        lock (_lock)
        {
            error.WriteLine($"cluster: {text}");
        }
    }

    internal void Begin(int batches)
    {
        _began = Stopwatch.GetTimestamp();
        _total = batches;
    }

    internal void BatchDone()
    {
        lock (_lock)
        {
            _done++;
            if (isLive)
            {
                double seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds;
                error.Write($"\r\u001b[2Ksweep {_done} of {_total} batches, {seconds * (_total - _done) / _done:F0} s left");
            }
        }
    }

    /// <summary>Clears the changing line.</summary>
    internal void End()
    {
        if (isLive)
        {
            error.Write("\r\u001b[2K");
        }
    }
}
