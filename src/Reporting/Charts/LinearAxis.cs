namespace Cluster.Reporting.Charts;

/// <summary>Maps values to coordinates along one direction.</summary>
/// <param name="Low">The value at <paramref name="From"/>.</param>
/// <param name="High">The value at <paramref name="To"/>; above <paramref name="Low"/>.</param>
/// <param name="From">A coordinate.</param>
/// <param name="To">The other coordinate; below <paramref name="From"/> for an upright axis.</param>
internal readonly record struct LinearAxis(double Low, double High, double From, double To)
{
    /// <summary>
    /// The axis over some values, with a margin as a share of their range; a single value gets a range around it. Values
    /// of at least zero, such as times, get no margin below it.
    /// </summary>
    public static LinearAxis Over(IEnumerable<double> values, double margin, double from, double to)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        var (low, high) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        var range = high - low;
        if (range <= 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)) || range == 0)
        {
            range = Math.Max(Math.Abs(low), 1) * 0.1;
        }

        var below = low - (margin * range);
        return new LinearAxis(low >= 0 ? Math.Max(0, below) : below, high + (margin * range), from, to);
    }

    /// <summary>The coordinate of a value; values beyond the axis are clamped to its ends.</summary>
    public double At(double value) => From + (Math.Clamp((value - Low) / (High - Low), 0, 1) * (To - From));

    /// <summary>
    /// About <paramref name="count"/> round values on the axis: multiples of 1, 2 or 5 times a power of ten.
    /// </summary>
    public IReadOnlyList<double> Ticks(int count)
    {
        var step = Step((High - Low) / count);
        var ticks = new List<double>();
        for (var k = Math.Ceiling(Low / step); k * step <= High; k++)
        {
            ticks.Add(k * step);
        }

        return ticks;
    }

    /// <summary>Decimal places needed to tell the ticks apart.</summary>
    public int Digits(int count) => (int)Math.Clamp(-Math.Floor(Math.Log10(Step((High - Low) / count))), 0, 9);

    /// <summary>A tick with the decimal places that tell it apart.</summary>
    public string Text(double tick, int count) => tick.ToString($"F{Digits(count)}");

    private static double Step(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * ((least / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }
}
