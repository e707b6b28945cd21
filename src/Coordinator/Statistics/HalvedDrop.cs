namespace Cluster.Coordinator.Statistics;

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
