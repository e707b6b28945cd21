using Cluster.Coordinator.Model;

namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Divisions of an image set into two random halves, the same for every plan of a job. How an estimate differs between the halves has the
/// covariance of its error on the whole set, for all plans together (half-sampling: McCarthy 1969; the multiplier bootstrap of
/// Chernozhukov, Chetverikov and Kato 2013 with random signs), and what one half chose can be looked at on the other.
/// </summary>
internal sealed class RandomHalves
{
    /// <summary>Divisions.</summary>
    public const int Count = 64 * Words;

    private const int Words = 4;

    // Bit d of an image's words: the image is in the first half of division d.
    private readonly ulong[] _first;
    private readonly int[] _sizes = new int[Count];

    /// <summary>Divides <paramref name="images"/> images; each is in either half with equal probability.</summary>
    public RandomHalves(int images, long seed)
    {
        var random = new SplitMix64((ulong)seed);
        _first = new ulong[images * Words];
        for (var i = 0; i < _first.Length; i++)
        {
            _first[i] = random.Next();
            AddBits(_sizes, i % Words, _first[i], 1);
        }
    }

    /// <summary>Images of the set.</summary>
    public int Images => _first.Length / Words;

    /// <summary>Images in the first half of a division.</summary>
    public int FirstSize(int division) => _sizes[division];

    /// <summary>What a plan loses in each half; the bits are as in <see cref="Work.AccuracyResult.CorrectBits"/>.</summary>
    public HalvedDrop Halve(byte[] reference, byte[] candidate)
    {
        var net = new int[Count];
        int lost = 0, gained = 0;
        for (var i = 0; i < Images; i++)
        {
            var changed = (reference[i >> 3] ^ candidate[i >> 3]) >> (i & 7) & 1;
            if (changed == 0)
            {
                continue;
            }

            var sign = (reference[i >> 3] >> (i & 7) & 1) != 0 ? 1 : -1;
            lost += sign > 0 ? 1 : 0;
            gained += sign < 0 ? 1 : 0;
            for (var word = 0; word < Words; word++)
            {
                AddBits(net, word, _first[(i * Words) + word], sign);
            }
        }

        return new HalvedDrop(new PairedCounts(lost, gained, Images), net, this);
    }

    private static void AddBits(int[] sums, int word, ulong bits, int value)
    {
        var part = sums.AsSpan(64 * word, 64);
        for (var bit = 0; bit < part.Length; bit++)
        {
            part[bit] += (int)(bits >> bit & 1) * value;
        }
    }
}
