namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>Reports when a block begins, what is learned, and the remaining time. Called on the loop's own thread.</summary>
internal sealed class BlockLines(string method, Action<string> say) : IProgress<ReconstructionProgress>
{
    private int _block = -1;

    /// <summary>Blocks that an earlier run had finished; null until one begins.</summary>
    public int? Resumed { get; private set; }

    public void Report(ReconstructionProgress value)
    {
        if (value.Index == _block)
        {
            return;
        }

        Resumed ??= value.Index;
        string resumed = _block < 0 && value.Index > 0 ? $"resumes after {value.Index} finished blocks: " : string.Empty;
        _block = value.Index;
        string left = value is { Remaining: { } remaining, IterationsPerSecond: > 0 }
            ? $" ({value.IterationsPerSecond:F0} iterations a second; ETA {Figures.Clock(remaining)})"
            : string.Empty;
        say($"{method}: {resumed}block {value.Index + 1} of {value.Count}, {value.Block}{left}");
    }
}
