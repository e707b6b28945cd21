using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Two classifiers on all images that tell most and on a sample of the others: what all images of the set would show, without bias
/// (stratified sampling, one stratum of which is counted wholly: Cochran 1977, chapter 5). An error is one against the whole set, which
/// has none in the first stratum and ends as the sample becomes all of the second.
/// </summary>
/// <param name="NearLost">Images that tell, that the reference gets right and the candidate does not.</param>
/// <param name="NearGained">The other way round.</param>
/// <param name="Near">Images that tell.</param>
/// <param name="Lost">As <paramref name="NearLost"/>, of the sample.</param>
/// <param name="Gained">The other way round.</param>
/// <param name="Sampled">Images of the sample, at least 1.</param>
/// <param name="Whole">Images of the set.</param>
public sealed record StratifiedDrop(int NearLost, int NearGained, int Near, int Lost, int Gained, int Sampled, int Whole)
    : PairedDrop(Near + Sampled)
{
    /// <inheritdoc/>
    public override double Drop => Mean(Lost, Gained, Sampled);

    /// <inheritdoc/>
    public override double StandardError => Error(Lost, Gained, Sampled);

    /// <inheritdoc/>
    public override double ChanceOfSuch => Drop == 0 ? 1
        : StandardError == 0 ? 0
        : 2 * Normal.Cumulative(-Math.Abs(Drop) / StandardError);

    /// <inheritdoc/>
    public override string Words => string.Create(
        CultureInfo.InvariantCulture,
        $"of {Near} telling images {NearLost} lost and {NearGained} gained, of {Sampled} others {Lost} and {Gained}");

    private double Share => (double)(Whole - Near) / Whole;

    /// <summary>Pairs a candidate, on the images of a scope that tells, with a reference on the whole set.</summary>
    /// <exception cref="JobException">The candidate was not measured on those images of the reference's set.</exception>
    public static new StratifiedDrop Of(AccuracyResult reference, AccuracyResult candidate, ImageScope images)
    {
        var isNear = images.IsNear();
        var indices = Samples(reference, candidate, images);
        int nearLost = 0, nearGained = 0, near = 0, lost = 0, gained = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            var before = PairedCounts.Bit(reference.CorrectBits, indices[i]);
            var after = PairedCounts.Bit(candidate.CorrectBits, i);
            var (isLost, isGained) = (before && !after ? 1 : 0, after && !before ? 1 : 0);
            if (isNear(indices[i]))
            {
                (near, nearLost, nearGained) = (near + 1, nearLost + isLost, nearGained + isGained);
            }
            else
            {
                (lost, gained) = (lost + isLost, gained + isGained);
            }
        }

        return new StratifiedDrop(nearLost, nearGained, near, lost, gained, indices.Length - near, reference.Total);
    }

    /// <inheritdoc/>
    /// <remarks>As for <see cref="PairedCounts"/>, one image is added to each count of the sample.</remarks>
    internal override Interval DropInterval(double below, double above)
    {
        var (centre, error) = (Mean(Lost + 1, Gained + 1, Sampled + 2), Error(Lost + 1, Gained + 1, Sampled + 2));
        return new Interval(Math.Max(-1, centre - (below * error)), Math.Min(1, centre + (above * error)));
    }

    private double Mean(int lost, int gained, int sampled) =>
        ((double)(NearLost - NearGained) / Whole) + (Share * (lost - gained) / sampled);

    private double Error(int lost, int gained, int sampled)
    {
        var mean = (double)(lost - gained) / sampled;
        var unseen = Math.Max(0, 1 - ((double)Sampled / Math.Max(1, Whole - Near)));
        return Share * Math.Sqrt(Math.Max(0, ((double)(lost + gained) / sampled) - (mean * mean)) / sampled * unseen);
    }
}
