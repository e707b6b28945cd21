using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;

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
    private readonly int[] _sizes;

    /// <summary>Divides <paramref name="images"/> images; each is in either half with equal probability.</summary>
    public RandomHalves(int images, long seed)
    {
        var random = new SplitMix64((ulong)seed);
        _first = new ulong[images * Words];
        for (var i = 0; i < _first.Length; i++)
        {
            _first[i] = random.Next();
        }

        var sizes = new double[Count];
        for (var i = 0; i < images; i++)
        {
            AddToHalves(sizes, i, 1);
        }

        _sizes = [.. sizes.Select(size => (int)size)];
    }

    /// <summary>Images of the set.</summary>
    public int Images => _first.Length / Words;

    /// <summary>Images in the first half of a division.</summary>
    public int FirstSize(int division) => _sizes[division];

    /// <summary>A plan's loss in each half; both must be measured on all images.</summary>
    public HalvedDrop Halve(AccuracyResult reference, AccuracyResult candidate)
    {
        if (reference.Losses is null && candidate.Losses is null)
        {
            return Halve(reference.CorrectBits, candidate.CorrectBits, PairedCounts.Of(reference, candidate, ImageScope.Full));
        }

        var drop = PairedLosses.Of(reference, candidate, ImageScope.Full);
        var net = new double[Count];
        var sum = 0.0;
        for (var i = 0; i < Images; i++)
        {
            var loss = (double)SampleLosses.At(candidate.Losses!, i) - SampleLosses.At(reference.Losses!, i);
            sum += loss;
            AddToHalves(net, i, loss);
        }

        return new HalvedDrop(drop, net, sum, this);
    }

    /// <summary>A plan's loss in each half; the bits are as in <see cref="Work.AccuracyResult.CorrectBits"/>.</summary>
    public HalvedDrop Halve(byte[] reference, byte[] candidate) =>
        Halve(reference, candidate, PairedCounts.Of(reference, candidate, Images));

    private HalvedDrop Halve(byte[] reference, byte[] candidate, PairedCounts counts)
    {
        var net = new double[Count];
        var sum = 0;
        for (var i = 0; i < Images; i++)
        {
            var changed = (reference[i >> 3] ^ candidate[i >> 3]) >> (i & 7) & 1;
            if (changed == 0)
            {
                continue;
            }

            var sign = (reference[i >> 3] >> (i & 7) & 1) != 0 ? 1 : -1;
            sum += sign;
            AddToHalves(net, i, sign);
        }

        return new HalvedDrop(counts, net, sum, this);
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
