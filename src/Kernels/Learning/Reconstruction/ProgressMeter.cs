namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>Turns iterations into a rate and an estimate of the time left.</summary>
internal sealed class ProgressMeter(IProgress<ReconstructionProgress>? progress, int blocks, long iterations, TimeProvider time)
{
    private long _started;
    private long _done;
    private long _skipped;
    private double _seconds;

    /// <summary>Counts blocks that an earlier run finished.</summary>
    public void Skip(int count) => _skipped += count;

    public void Begin() => _started = time.GetTimestamp();

    public void Report(string block, int index, int iteration)
    {
        double seconds = _seconds + time.GetElapsedTime(_started).TotalSeconds;
        double rate = seconds > 0 ? (_done + iteration) / seconds : 0;
        long left = iterations - _skipped - _done - iteration;
        progress?.Report(new ReconstructionProgress(
            block, index, blocks, iteration, rate, rate > 0 ? TimeSpan.FromSeconds(left / rate) : null));
    }

    public void End(int count)
    {
        _done += count;
        _seconds += time.GetElapsedTime(_started).TotalSeconds;
    }
}
