namespace Cluster.Kernels.Calibration.Entropy;

/// <summary>
/// Walks the levels into which the first bins of a histogram are merged: level l is bins l*bins/levels to (l+1)*bins/levels.
/// </summary>
internal struct KlLevels(int bins, int levels)
{
    private readonly int _width = bins / levels;
    private readonly int _rest = bins % levels;
    private int _carried;

    /// <summary>The level that the next <see cref="Take"/> returns.</summary>
    public int Next { get; private set; }

    /// <summary>The first bin of the next level.</summary>
    public int Start { get; private set; }

    /// <summary>The level that contains a bin.</summary>
    public static int Of(int bin, int bins, int levels) => (int)((((long)(bin + 1) * levels) - 1) / bins);

    /// <summary>A level's first bin and the bin after its last.</summary>
    public static (int From, int To) Bounds(int level, int bins, int levels) =>
        ((int)((long)level * bins / levels), (int)((long)(level + 1) * bins / levels));

    /// <summary>The next level's first bin and the bin after its last, without a division.</summary>
    public (int From, int To) Take()
    {
        int from = Start;
        Start += _width;
        _carried += _rest;
        if (_carried >= levels)
        {
            _carried -= levels;
            Start++;
        }

        Next++;
        return (from, Start);
    }
}
