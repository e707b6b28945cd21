namespace Cluster.Evaluation.SingleSteps.Sensitivity;

/// <summary>
/// The sweep's progress on standard error: one changing line on a terminal, a line for each phase otherwise. May be called from any thread.
/// </summary>
public sealed class SensitivityProgress(TextWriter error, bool isLive)
{
    private readonly Lock _lock = new();
    private long _began;
    private string _what = string.Empty;
    private int _done;
    private int _total;

    internal void Say(string text)
    {
        lock (_lock)
        {
            error.WriteLine($"cluster: {text}");
        }
    }

    /// <summary>Begins a phase.</summary>
    /// <param name="what">What is counted, in the singular.</param>
    internal void Begin(string what, int total)
    {
        _began = Stopwatch.GetTimestamp();
        (_what, _total, _done) = (what, total, 0);
    }

    internal void Done()
    {
        lock (_lock)
        {
            _done++;
            if (isLive)
            {
                var left = Stopwatch.GetElapsedTime(_began) * (_total - _done) / _done;
                error.Write($"{StandardStreams.EraseLine}{_what} {_done} of {_total}; ETA {Figures.Clock(left)}");
            }
        }
    }

    /// <summary>Clears the changing line.</summary>
    internal void End()
    {
        if (isLive)
        {
            error.Write(StandardStreams.EraseLine);
        }
    }
}
