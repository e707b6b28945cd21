namespace Cluster.Kernels.Calibration;

/// <summary>
/// Smallest and largest value of each calibration image, by the image's number; NaN where an image has not been seen.
/// </summary>
internal sealed class ImageRanges
{
    private float[] _minima = [];
    private float[] _maxima = [];

    /// <summary>One more than the largest number seen.</summary>
    public int Length { get; private set; }

    /// <summary>Images seen.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<float> Minima => _minima.AsSpan(0, Length);

    public ReadOnlySpan<float> Maxima => _maxima.AsSpan(0, Length);

    /// <summary>The first of these images that was already seen, or -1.</summary>
    public int FirstSeen(int firstImage, int images)
    {
        for (int image = firstImage; image < Math.Min(firstImage + images, Length); image++)
        {
            if (!float.IsNaN(_minima[image]))
            {
                return image;
            }
        }

        return -1;
    }

    public void Set(int image, float minimum, float maximum)
    {
        if (image >= Length)
        {
            Grow(image + 1);
        }

        // + 0 turns -0 into 0: which of the two a minimum returns depends on the order of the values.
        _minima[image] = minimum + 0f;
        _maxima[image] = maximum + 0f;
        Count++;
    }

    private void Grow(int length)
    {
        if (length > _minima.Length)
        {
            int capacity = Math.Max(length, 2 * _minima.Length);
            int old = _minima.Length;
            Array.Resize(ref _minima, capacity);
            Array.Resize(ref _maxima, capacity);
            Array.Fill(_minima, float.NaN, old, capacity - old);
            Array.Fill(_maxima, float.NaN, old, capacity - old);
        }

        Length = length;
    }
}
