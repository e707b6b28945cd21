namespace Cluster.Data.Pictures;

/// <summary>
/// Which pixels of a line contribute to each pixel of the resized line, and by how much: Pillow's <c>precompute_coeffs</c> (Resample.c). A
/// filter is stretched by the scale when a line gets shorter, so that no pixel is skipped (antialiasing). Weights are fixed-point numbers
/// with <see cref="Bits"/> fractional digits, as in Pillow for bytes.
/// </summary>
internal sealed class ResampleWeights
{
    /// <summary>32 bits less 8 for a pixel and 2 for sums beyond its range.</summary>
    public const int Bits = 32 - 8 - 2;

    private readonly int[] _first;
    private readonly int[][] _weights;

    /// <param name="from">Pixels of the line, at least 1.</param>
    /// <param name="to">Pixels of the resized line, at least 1.</param>
    public ResampleWeights(int from, int to, ResizeFilter filter)
    {
        _first = new int[to];
        _weights = new int[to][];
        double scale = (double)from / to;
        double stretch = Math.Max(scale, 1);
        double support = Support(filter) * stretch;
        for (int i = 0; i < to; i++)
        {
            double center = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(center - support + 0.5));
            int end = Math.Min(from, (int)(center + support + 0.5));
            double[] exact = [.. Enumerable.Range(first, end - first).Select(x => Weight(filter, (x - center + 0.5) * (1 / stretch)))];
            double sum = exact.Sum();
            _first[i] = first;
            _weights[i] = [.. exact.Select(weight => Fixed(sum == 0 ? weight : weight / sum))];
        }
    }

    /// <summary>Pixels of the resized line.</summary>
    public int Count => _first.Length;

    /// <summary>The first source pixel of pixel <paramref name="index"/>.</summary>
    public int First(int index) => _first[index];

    /// <summary>The weights of that source pixel and those after it.</summary>
    public ReadOnlySpan<int> Of(int index) => _weights[index];

    private static int Support(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Bilinear => 1,
        ResizeFilter.Bicubic => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, message: null),
    };

    private static double Weight(ResizeFilter filter, double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return filter == ResizeFilter.Bilinear ? Math.Max(0, 1 - x)
            : x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1
            : x < 2 ? (((((x - 5) * x) + 8) * x) - 4) * A
            : 0;
    }

    // Rounds half away from zero.
    private static int Fixed(double weight) => (int)((weight < 0 ? -0.5 : 0.5) + (weight * (1 << Bits)));
}
