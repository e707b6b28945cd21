using System.Numerics;

namespace Cluster.Coordinator.Statistics;

/// <summary>Two classifiers on the same images.</summary>
/// <param name="Lost">Images that the reference gets right and the candidate does not.</param>
/// <param name="Gained">Images that the candidate gets right and the reference does not.</param>
/// <param name="Total">Images.</param>
/// <param name="Open">Images on which their answers differ and that have no label: each may be lost, gained, or neither.</param>
public sealed record PairedCounts(int Lost, int Gained, int Total, int Open = 0) : PairedDrop(Total)
{
    /// <summary>Loss of accuracy as a fraction; negative if the candidate is better. With open images the most it can be.</summary>
    public override double Drop => (double)(Lost + Open - Gained) / Total;

    /// <summary>Standard error of <see cref="Drop"/>; 0 if both give the same answers.</summary>
    public override double StandardError =>
        Math.Sqrt(Math.Max(0, ((double)(Lost + Open + Gained) / Total) - (Drop * Drop)) / Total);

    /// <summary>The same if every open image is gained: the least that the loss can be.</summary>
    public PairedCounts AtBest => new(Lost, Gained + Open, Total);

    /// <summary>
    /// Two-sided mid-p of McNemar's exact test: the probability of a difference this large if both are equally good. Half the probability
    /// of the observed counts is left out, which brings the test's level close to the nominal one instead of far below.
    /// </summary>
    public double McNemarMidP
    {
        get
        {
            var n = Lost + Gained;
            if (Lost == Gained)
            {
                return 1;
            }

            // log C(n, k) − n log 2, summed over the smaller tail.
            var smaller = Math.Min(Lost, Gained);
            var logTerm = -n * Math.Log(2);
            var tail = 0.0;
            for (var k = 0; k <= smaller; k++)
            {
                tail += Math.Exp(logTerm) * (k == smaller ? 0.5 : 1);
                logTerm += Math.Log((double)(n - k) / (k + 1));
            }

            return Math.Min(1, 2 * tail);
        }
    }

    /// <inheritdoc/>
    public override double ChanceOfSuch => McNemarMidP;

    /// <inheritdoc/>
    public override string Words => $"of {Total} images {Changed(Lost, Gained)}{Unlabelled}";

    /// <summary>The counts for people: "13 newly wrong, 8 newly right".</summary>
    public static string Changed(int lost, int gained) => $"{lost} newly wrong, {gained} newly right";

    /// <summary>Counts lost and gained images of a candidate, on the images of its scope, against a reference on the whole set.</summary>
    /// <exception cref="JobException">The candidate was not measured on those images of the reference's set.</exception>
    public static new PairedCounts Of(AccuracyResult reference, AccuracyResult candidate, ImageScope images) =>
        Of(reference.CorrectBits, reference.Open, candidate.CorrectBits, candidate.Open, Samples(reference, candidate, images));

    /// <summary>
    /// Counts lost and gained images of a candidate on all images of a set; the bits are as in
    /// <see cref="AccuracyResult.CorrectBits"/>.
    /// </summary>
    public static PairedCounts Of(byte[] reference, byte[] candidate, int total) =>
        Of(reference, null, candidate, null, ImageScope.Full.Indices(total));

    /// <summary>
    /// Bonett and Price 2012, adjusted Wald: one image added to each of the two counts; as fractions. Open images widen it: its low end has
    /// all of them gained, its high end all of them lost.
    /// </summary>
    internal override Interval DropInterval(double below, double above)
    {
        var (low, lowError) = Adjusted(Lost, Gained + Open, Total);
        return new Interval(Math.Max(-1, low - (below * lowError)), UpperEnd(Total, above));
    }

    /// <inheritdoc/>
    internal override double UpperEnd(int samples, double above)
    {
        var more = (double)samples / Total;
        var (high, highError) = Adjusted((Lost + Open) * more, Gained * more, samples);
        return Math.Min(1, high + (above * highError));
    }

    internal static int Count(byte[] bits) => bits.Sum(b => BitOperations.PopCount(b));

    private static PairedCounts Of(byte[] reference, byte[]? openBefore, byte[] candidate, byte[]? openAfter, int[] indices)
    {
        int lost = 0, gained = 0, open = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if ((openBefore is not null && Bit(openBefore, indices[i])) || (openAfter is not null && Bit(openAfter, i)))
            {
                open++;
                continue;
            }

            var before = Bit(reference, indices[i]);
            var after = Bit(candidate, i);
            lost += before && !after ? 1 : 0;
            gained += after && !before ? 1 : 0;
        }

        return new PairedCounts(lost, gained, indices.Length, open);
    }

    internal static bool Bit(byte[] bits, int index) => (bits[index >> 3] >> (index & 7) & 1) != 0;

    private string Unlabelled => Open == 0 ? string.Empty : $", {Open} answered otherwise and without a label";

    private static (double Centre, double Error) Adjusted(double losses, double gains, int total)
    {
        double n = total + 2;
        var lost = (losses + 1) / n;
        var gained = (gains + 1) / n;
        var difference = lost - gained;
        return (difference, Math.Sqrt((lost + gained - (difference * difference)) / n));
    }
}
