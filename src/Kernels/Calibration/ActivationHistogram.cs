using System.Numerics.Tensors;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// Everything that any calibrator needs of one tensor, gathered in one pass: exact minimum and maximum, those of every image, the number of
/// exact zeros (half of a ReLU's output, and of no use to a calibrator) and a histogram of the rest. <para> A bin is
/// 2^(<see cref="Exponent"/> - 13) wide, where 2^Exponent is the smallest power of two above the largest magnitude: 4097 to 8192 bins per
/// side, with negative values counted separately. Growing merges whole bins, and indices come from an exact scaling, so the content is
/// bit-identical however the images were batched, ordered or divided among merged histograms. Magnitudes below 2^-113 share one bin.
/// </para> Not thread-safe: use one histogram per thread, then <see cref="Merge"/>.
/// </summary>
public sealed class ActivationHistogram
{
    /// <summary>Bins on one side of zero.</summary>
    public const int BinsPerSide = 1 << BinsLog2;

    /// <summary>Upper limit of an image's number, exclusive.</summary>
    public const int ImageLimit = 1 << 24;

    internal const int SmallestExponent = -100;

    private const int BinsLog2 = 13;

    private ImageRanges _images = new();

    // Positive bins, then the bins of the negative numbers by magnitude (only after the first negative number).
    private long[] _counts = new long[BinsPerSide];

    /// <summary>An empty histogram of the tensor <paramref name="name"/>.</summary>
    public ActivationHistogram(string name) => Name = name;

    /// <summary>The tensor.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether an image holds infinities, as masks do: the tensor cannot be quantized, and nothing else is kept of it.
    /// </summary>
    public bool HasInfinity { get; private set; }

    /// <summary>Values seen, zeros included.</summary>
    public long Count { get; private set; }

    /// <summary>Values that are exactly 0 (or -0); they are in no bin.</summary>
    public long ZeroCount { get; private set; }

    /// <summary>Smallest value; 0 before the first.</summary>
    public float Min { get; private set; }

    /// <summary>Largest value; 0 before the first.</summary>
    public float Max { get; private set; }

    /// <summary>Images seen.</summary>
    public int Images => _images.Count;

    /// <summary>2^Exponent exceeds every magnitude.</summary>
    public int Exponent { get; private set; } = SmallestExponent;

    /// <summary>Width of a bin, a power of two.</summary>
    public double BinWidth => Math.ScaleB(1.0, Exponent - BinsLog2);

    /// <summary>Counts of positive numbers: bin i holds [i, i+1) * <see cref="BinWidth"/>.</summary>
    public ReadOnlySpan<long> Positive => _counts.AsSpan(0, BinsPerSide);

    /// <summary>Counts of negative numbers by magnitude, likewise; empty while there were none.</summary>
    public ReadOnlySpan<long> Negative => _counts.AsSpan(BinsPerSide);

    /// <summary>Smallest value of each image by number; NaN for numbers that were not seen.</summary>
    public ReadOnlySpan<float> ImageMinima => _images.Minima;

    /// <summary>Largest value of each image by number; NaN for numbers that were not seen.</summary>
    public ReadOnlySpan<float> ImageMaxima => _images.Maxima;

    /// <summary>The exponent of a histogram whose largest magnitude is <paramref name="amax"/>.</summary>
    public static int ExponentFor(float amax) =>
        amax == 0 ? SmallestExponent : Math.Max(Math.ILogB(amax) + 1, SmallestExponent);

    /// <summary>Adds one image, numbered after the last.</summary>
    /// <exception cref="KernelException">A value is NaN, or there are no values.</exception>
    public void Add(ReadOnlySpan<float> values) => Add(values, _images.Length, 1);

    /// <summary>Adds a batch; nothing is added when it fails.</summary>
    /// <param name="values">(images, ...), row-major; every image has the same number of values.</param>
    /// <param name="firstImage">Number of the first image within the calibration set, so that statistics of images do
    /// not depend on batches.</param>
    /// <exception cref="KernelException">A value is NaN, an image was added before, or the values do not divide into images.</exception>
    public void Add(ReadOnlySpan<float> values, int firstImage, int images)
    {
        RequireNewImages(firstImage, images);
        if (values.IsEmpty || values.Length % images != 0)
        {
            throw new KernelException(
                $"Tensor '{Name}' has {values.Length} values for {images} images; an equal number an image was expected.");
        }

        int length = values.Length / images;
        var scans = new ValueScan[images];
        var all = ValueScan.Empty;
        for (int i = 0; i < images; i++)
        {
            scans[i] = ValueScan.Of(values.Slice(i * length, length));
            if (scans[i].HasNaN)
            {
                throw new KernelException(
                    $"Tensor '{Name}' holds NaN for calibration image {firstImage + i}; numbers are expected: check that image's "
                    + "values and preprocessing.");
            }

            all = all.With(scans[i]);
        }

        if (HasInfinity || !all.IsFinite)
        {
            ForgetAllButInfinity();
            return;
        }

        Grow(all.Exponent, all.Minimum < 0);
        long counted = CountBins(values, all.Zeros);
        _counts[0] -= counted;
        for (int i = 0; i < images; i++)
        {
            _images.Set(firstImage + i, scans[i].Minimum, scans[i].Maximum);
        }

        AddTotals(values.Length, all.Zeros, all.Minimum, all.Maximum);
    }

    /// <summary>Adds the content of a histogram of the same tensor over other images. The result is bit-identical in any order.</summary>
    /// <exception cref="KernelException">Both have seen the same image.</exception>
    public void Merge(ActivationHistogram other)
    {
        for (int image = 0; image < other._images.Length; image++)
        {
            if (!float.IsNaN(other.ImageMinima[image]) && _images.FirstSeen(image, 1) >= 0)
            {
                throw AddedTwice(image);
            }
        }

        if (HasInfinity || other.HasInfinity)
        {
            ForgetAllButInfinity();
            return;
        }

        if (other.Count == 0)
        {
            return;
        }

        Restore(other.Exponent, other.Positive, other.Negative, other.ZeroCount, other.ImageMinima, other.ImageMaxima);
    }

    /// <summary>Adds what another histogram had counted, such as one in a file.</summary>
    /// <param name="exponent">Of the given bins: <see cref="ExponentFor"/> of the largest magnitude among the images, or less.</param>
    /// <param name="positive">Counts of positive numbers without the zeros; at most <see cref="BinsPerSide"/>.</param>
    /// <param name="negative">Counts of negative numbers by magnitude; may be empty.</param>
    /// <param name="minima">Smallest value of each image by number; NaN for an image that was not seen.</param>
    /// <param name="maxima">Largest value of each image.</param>
    /// <exception cref="KernelException">The arguments contradict each other.</exception>
    internal void Restore(
        int exponent,
        ReadOnlySpan<long> positive,
        ReadOnlySpan<long> negative,
        long zeros,
        ReadOnlySpan<float> minima,
        ReadOnlySpan<float> maxima)
    {
        float minimum = float.PositiveInfinity;
        float maximum = float.NegativeInfinity;
        for (int i = 0; i < Math.Min(minima.Length, maxima.Length); i++)
        {
            if (!float.IsNaN(minima[i]))
            {
                minimum = Math.Min(minimum, minima[i]);
                maximum = Math.Max(maximum, maxima[i]);
            }
        }

        int needed = minima.Length == maxima.Length && float.IsFinite(minimum) && float.IsFinite(maximum)
            ? ExponentFor(Math.Max(maximum, -minimum))
            : int.MinValue;
        if (exponent < SmallestExponent || exponent > needed || positive.Length > BinsPerSide || negative.Length > BinsPerSide)
        {
            throw new KernelException(
                $"Counts for tensor '{Name}' do not fit: exponent {exponent} for values in [{minimum}, {maximum}], "
                + $"{positive.Length} and {negative.Length} bins; count again with the tensor's own range.");
        }

        long count = zeros + TensorPrimitives.Sum(positive) + TensorPrimitives.Sum(negative);
        Grow(needed, !negative.IsEmpty);
        int shift = Shift(Exponent - exponent);
        Fold(positive, _counts.AsSpan(0, BinsPerSide), shift);
        Fold(negative, _counts.AsSpan(BinsPerSide), shift);
        for (int i = 0; i < minima.Length; i++)
        {
            if (!float.IsNaN(minima[i]))
            {
                _images.Set(i, minima[i], maxima[i]);
            }
        }

        AddTotals(count, zeros, minimum, maximum);
    }

    /// <summary>Leaves what one image with infinities leaves, whatever the others hold.</summary>
    internal void ForgetAllButInfinity()
    {
        HasInfinity = true;
        _images = new ImageRanges();
        _counts = new long[BinsPerSide];
        (Count, ZeroCount, Min, Max, Exponent) = (0, 0, 0, 0, SmallestExponent);
    }

    // A shift by more than all 13 bits of an index gives bin 0; C# would take the shift modulo 32.
    private static int Shift(int exponents) => Math.Min(exponents, BinsLog2);

    private static void Fold(ReadOnlySpan<long> source, Span<long> target, int shift)
    {
        for (int i = 0; i < source.Length; i++)
        {
            target[i >> shift] += source[i];
        }
    }

    /// <summary>Merges bins so that the exponent can grow by <paramref name="exponents"/>.</summary>
    private static void FoldInPlace(Span<long> counts, int exponents)
    {
        int shift = Shift(exponents);
        for (int i = 1; i < counts.Length; i++)
        {
            long count = counts[i];
            counts[i] = 0;
            counts[i >> shift] += count;
        }
    }

    private void Grow(int exponent, bool negative)
    {
        if (negative && _counts.Length == BinsPerSide)
        {
            Array.Resize(ref _counts, 2 * BinsPerSide);
        }

        if (exponent > Exponent)
        {
            if (Count > 0)
            {
                FoldInPlace(_counts.AsSpan(0, BinsPerSide), exponent - Exponent);
                FoldInPlace(_counts.AsSpan(BinsPerSide), exponent - Exponent);
            }

            Exponent = exponent;
        }
    }

    /// <returns>How many zeros were counted.</returns>
    private long CountBins(ReadOnlySpan<float> values, long zeros)
    {
        float scale = BinIndices.Scale(Exponent);
        Span<int> indices = stackalloc int[BinIndices.Room];
        long[] counts = _counts;
        long left = values.Length;
        while (!values.IsEmpty)
        {
            int seen = BinIndices.Fill(values, indices, scale, out int filled);
            foreach (int index in indices[..filled])
            {
                counts[index]++;
            }

            left -= filled;
            values = values[seen..];
        }

        return zeros - left;
    }

    private void AddTotals(long count, long zeros, float minimum, float maximum)
    {
        Min = Count == 0 ? minimum + 0f : Math.Min(Min, minimum + 0f);
        Max = Count == 0 ? maximum + 0f : Math.Max(Max, maximum + 0f);
        Count += count;
        ZeroCount += zeros;
    }

    private void RequireNewImages(int firstImage, int images)
    {
        if (firstImage < 0 || images < 1 || firstImage > ImageLimit - images)
        {
            throw new KernelException(
                $"Images {firstImage} to {(long)firstImage + images - 1} were given for tensor '{Name}'; numbers from 0 to "
                + $"{ImageLimit - 1} were expected.");
        }

        int seen = _images.FirstSeen(firstImage, images);
        if (seen >= 0)
        {
            throw AddedTwice(seen);
        }
    }

    private KernelException AddedTwice(int image) =>
        new($"Calibration image {image} was counted twice for tensor '{Name}'; each image must be added once.");
}
