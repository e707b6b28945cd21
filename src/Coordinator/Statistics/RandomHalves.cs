namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Divisions of an image set into two random halves, the same for every plan of a job. The difference of an estimate between the halves has
/// the covariance of its error on the whole set, for all plans together (half-sampling: McCarthy 1969; the multiplier bootstrap of
/// Chernozhukov, Chetverikov and Kato 2013 with random signs).
/// </summary>
internal sealed class RandomHalves
{
    /// <summary>Number of divisions.</summary>
    public const int Count = 64 * Words;

    private const int Words = 4;

    // Bit d of an image's words: the image is in the first half of division d.
    private readonly ulong[] _first;
    private readonly Dictionary<ImageScope, (int[] Images, int[] FirstSizes)> _scopes = [];

    /// <summary>Divides <paramref name="images"/> images; each is in either half with equal probability.</summary>
    public RandomHalves(int images, long seed)
    {
        var random = new SplitMix64((ulong)seed);
        _first = new ulong[images * Words];
        for (var i = 0; i < _first.Length; i++)
        {
            _first[i] = random.Next();
        }
    }

    /// <summary>Images of the set.</summary>
    public int Images => _first.Length / Words;

    /// <summary>A plan's loss in each half of its images.</summary>
    /// <param name="reference">FP32's result on all images.</param>
    /// <param name="candidate">The plan's, on all of them or a part.</param>
    public HalvedDrop Halve(AccuracyResult reference, AccuracyResult candidate)
    {
        var (images, sizes) = Scope(candidate.Part ?? ImageScope.Full);
        var net = new double[Count];
        var sum = 0.0;
        for (var i = 0; i < images.Length; i++)
        {
            if (Loss(reference, images[i], candidate, i) is not 0d and var loss)
            {
                sum += loss;
                AddToHalves(net, images[i], loss);
            }
        }

        return new HalvedDrop(PairedDrop.Of(reference, candidate), net, sum, sizes);
    }

    private static double Loss(AccuracyResult reference, int image, AccuracyResult candidate, int place) =>
        candidate.Losses is { } losses
            ? (double)SampleLosses.At(losses, place) - SampleLosses.At(reference.Losses!, image)
            : (PairedCounts.Bit(reference.CorrectBits, image) ? 1 : 0) - (PairedCounts.Bit(candidate.CorrectBits, place) ? 1 : 0);

    // The images of a scope and, by division, how many of them are in the first half.
    private (int[] Images, int[] FirstSizes) Scope(ImageScope scope)
    {
        if (_scopes.TryGetValue(scope, out var known))
        {
            return known;
        }

        var images = scope.Indices(Images);
        var sizes = new double[Count];
        foreach (var image in images)
        {
            AddToHalves(sizes, image, 1);
        }

        return _scopes[scope] = (images, [.. sizes.Select(size => (int)size)]);
    }

    private static void AddBits(Span<double> sums, ulong bits, double value)
    {
        for (var bit = 0; bit < sums.Length; bit++)
        {
            sums[bit] += (bits >> bit & 1) * value;
        }
    }

    private void AddToHalves(double[] sums, int image, double value)
    {
        for (var word = 0; word < Words; word++)
        {
            AddBits(sums.AsSpan(64 * word, 64), _first[(image * Words) + word], value);
        }
    }
}

/// <summary>A plan's drop on its images and on each of their <see cref="RandomHalves"/>.</summary>
internal sealed class HalvedDrop(PairedDrop counts, double[] net, double sum, int[] firstSizes)
{
    /// <summary>Draws: each division gives two, one from either half.</summary>
    public const int Draws = 2 * RandomHalves.Count;

    /// <summary>The drop on all of them.</summary>
    public PairedDrop Counts => counts;

    /// <summary>
    /// The advantage by chance in one draw from the error of its drop: Σ (xᵢ − x̄) rᵢ / n over the images, xᵢ the loss of image i, rᵢ = ±1
    /// its half.
    /// </summary>
    public double Flattery(int draw)
    {
        var division = draw >> 1;
        var difference = (2 * net[division]) - sum;
        var centred = difference - (counts.Drop * ((2 * firstSizes[division]) - counts.Total));
        return ((draw & 1) == 0 ? centred : -centred) / counts.Total;
    }
}
