namespace Cluster.Reproductions.Vitis;

/// <summary>
/// Vitis AI's `diffs`: a power of two as the scale, and 0 as the zero point, so that a shift does for a multiplication. Of each batch it
/// takes the finest scale that no value overflows and the five finer ones, and keeps the one with the least sum of squared differences, of
/// equal ones the coarser; of all batches the scale that most of them kept, of equally many the coarser.
/// </summary>
/// <param name="bits">Of a signed code, 2 to 16.</param>
internal sealed class DiffsObserver(int bits)
{
    private const int Finer = 5;

    // Beyond 2^100 nothing of a float32 is left of the point.
    private const int Most = 100;

    private readonly double _least = -Math.ScaleB(1, bits - 1);
    private readonly double _most = Math.ScaleB(1, bits - 1) - 1;
    private readonly SortedDictionary<int, int> _kept = [];

    /// <summary>Takes a batch.</summary>
    /// <returns>Its position p, of the scale 2^-p.</returns>
    public int Add(IReadOnlyList<float> values)
    {
        int first = Math.Min(Position(_most, values.Max()), Position(_least, values.Min()));
        int position = Enumerable.Range(first, Finer + 1).MinBy(candidate => Differences(values, candidate));
        _kept[position] = _kept.GetValueOrDefault(position) + 1;
        return position;
    }

    /// <summary>The position p of the scale 2^-p that most batches kept.</summary>
    /// <exception cref="InvalidOperationException">Nothing was observed.</exception>
    public int Choose() => _kept.Count > 0
        ? _kept.MaxBy(pair => pair.Value).Key
        : throw new InvalidOperationException("The observer has seen no values.");

    // The largest p of which value * 2^p does not pass the end; Most where the value is on the other side of 0.
    private static int Position(double end, double value) =>
        value / end > 0 ? Math.Min(Most, (int)Math.Floor(Math.Log2(end / value))) : Most;

    private double Differences(IReadOnlyList<float> values, int position)
    {
        double scale = Math.ScaleB(1, -position);
        return values.Sum(value =>
        {
            double difference = value - (Math.Clamp(Math.Round(value / scale), _least, _most) * scale);
            return difference * difference;
        });
    }
}
