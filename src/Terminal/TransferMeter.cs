namespace Cluster.Terminal;

/// <summary>
/// Shows the progress of a transfer on standard error: on a terminal a changing line with the time left; otherwise only the final sentence.
/// </summary>
/// <param name="error">Standard error.</param>
/// <param name="what">The activity, such as "uploading net.onnx".</param>
/// <param name="total">The approximate number of bytes.</param>
/// <param name="isLive">Whether the writer is a terminal.</param>
public sealed class TransferMeter(TextWriter error, bool isLive, TimeProvider time, string what, long total)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly long _begin = time.GetTimestamp();
    private long _drawn;
    private long _skipped;
    private long _done;
    private bool _isDrawn;

    /// <summary>Counts bytes that need not be transferred.</summary>
    public void Skip(long bytes)
    {
        _skipped += bytes;
        _done += bytes;
    }

    /// <summary>Counts transferred bytes, and shows them.</summary>
    public void Add(long bytes)
    {
        _done += bytes;
        if (isLive && (!_isDrawn || time.GetElapsedTime(_drawn) >= Pace))
        {
            _isDrawn = true;
            _drawn = time.GetTimestamp();
            error.Write(
                $"{StandardStreams.EraseLine}{VisibleText.Shorten(what, 40)}  {Figures.Bytes(_done)} of "
                + $"{Figures.Bytes(Math.Max(total, _done))}  {Share():F0}%  ETA {Figures.Clock(Left())}");
            error.Flush();
        }
    }

    /// <summary>Starts over after a broken connection.</summary>
    public void Restart() => (_done, _skipped) = (0, 0);

    /// <summary>Clears the changing line and prints the outcome.</summary>
    public void End(string? sentence)
    {
        if (_isDrawn)
        {
            error.Write(StandardStreams.EraseLine);
            _isDrawn = false;
        }

        if (sentence is not null)
        {
            error.WriteLine($"cluster: {VisibleText.Clean(sentence)}");
        }
    }

    private double Share() => total == 0 ? 100 : Math.Min(100, 100.0 * _done / total);

    private TimeSpan? Left()
    {
        long moved = _done - _skipped;
        return moved <= 0 ? null : time.GetElapsedTime(_begin) * (Math.Max(0, total - _done) / (double)moved);
    }
}
