namespace Cluster.Cli.Views;

/// <summary>
/// Shows a job's progress on standard error: on a terminal one line that changes in place, otherwise one line for each
/// new phase or better plan, never repeated. Safe for several workers at once.
/// </summary>
internal sealed class ProgressView : IProgress<JobProgress>, IDisposable
{
    private readonly Lock _gate = new();
#pragma warning disable CA2213 // Standard error belongs to the process: it outlives the view.
    private readonly TextWriter _error;
#pragma warning restore CA2213
    private readonly bool _isTerminal;
    private readonly Func<int> _width;
    private (string Purpose, string? Best)? _logged;
    private string _live = string.Empty;
    private bool _isDisposed;

    /// <summary>Creates the view.</summary>
    /// <param name="error">The output.</param>
    /// <param name="isTerminal">Whether the output is a terminal.</param>
    /// <param name="width">The terminal's width in characters, read at every change because windows are
    /// resized.</param>
    public ProgressView(TextWriter error, bool isTerminal, Func<int> width)
    {
        _error = error;
        _isTerminal = isTerminal;
        _width = width;
    }

    /// <inheritdoc/>
    public void Report(JobProgress value)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            if (_isTerminal)
            {
                Draw(ProgressText.Live(value));
            }
            else if (ProgressText.State(value) is var state && state != _logged)
            {
                _logged = state;
                _error.WriteLine(TerminalTables.Plain(ProgressText.Logged(value), isAscii: true));
            }
        }
    }

    /// <summary>Writes a permanent line above the changing one.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            if (_live.Length > 0)
            {
                _error.Write(StandardStreams.EraseLine);
            }

            _error.WriteLine(TerminalTables.Plain(line, isAscii: !_isTerminal));
            if (_live.Length > 0)
            {
                _error.Write(_live);
            }
        }
    }

    /// <summary>Clears the changing line, so that later output starts on an empty one.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_live.Length > 0)
            {
                _error.Write(StandardStreams.EraseLine);
                _error.Flush();
                _live = string.Empty;
            }

            _isDisposed = true;
        }
    }

    private void Draw(string text)
    {
        // Some terminals wrap a line of their full width, which then cannot be erased.
        var room = Math.Max(10, _width() - 1);
        var line = TerminalTables.Plain(text, isAscii: true);
        line = line.Length <= room ? line : line[..room];
        if (!string.Equals(line, _live, StringComparison.Ordinal))
        {
            _error.Write(StandardStreams.EraseLine + line);
            _error.Flush();
            _live = line;
        }
    }
}

/// <summary>A job's progress in words.</summary>
internal static class ProgressText
{
    /// <summary>
    /// The line that changes in place: "[34/~52] walk back  ETA 01:12  best 59.75%, 25.0 ms (1.24x)  accuracy of …".
    /// </summary>
    public static string Live(JobProgress progress) =>
        $"{Position(progress)}  ETA {Figures.Clock(progress.Remaining)}{Best(progress)}  {progress.Current}";

    /// <summary>A log line, without the parts that change with every item.</summary>
    public static string Logged(JobProgress progress) =>
        Position(progress) + (progress.Remaining is null ? string.Empty : $"  ETA {Figures.Clock(progress.Remaining)}") + Best(progress);

    /// <summary>The state that justifies a new log line when it changes: another phase, or a better plan.</summary>
    public static (string Purpose, string? Best) State(JobProgress progress) => (progress.Purpose, progress.Best?.Plan.Digest);

    private static string Position(JobProgress progress) =>
        $"[{progress.Done}/~{progress.Done + progress.EstimatedLeft}] {progress.Purpose}";

    private static string Best(JobProgress progress)
    {
        if (progress.Best is not { } best)
        {
            return string.Empty;
        }

        var accuracy = best.Accuracy is { Total: > 0 } found
            ? MetricFigures.Level(found.Metric.GetValueOrDefault(), found)
            : "not measured yet";
        var latency = best.Latency is { MedianMs: > 0 } timed
            ? $", {Figures.Milliseconds(timed.MedianMs)} ms ({Figures.Ratio(timed.SpeedUp)}x)"
            : string.Empty;
        return $"  {(progress.BestMisses ? "nearest" : "best")} {accuracy}{latency}";
    }
}
