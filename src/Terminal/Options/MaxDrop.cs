namespace Cluster.Terminal.Options;

/// <summary>A loss as it is typed for `--max-drop`: 0.5%, 0.005, 1%-of-fp32, 20dB, 0.05nats.</summary>
/// <param name="Value">The number, in the unit of the metric.</param>
/// <param name="Unit">What was written behind it: empty, %, dB or nats.</param>
/// <param name="IsRelative">Whether it is a share of what FP32 has.</param>
public readonly record struct MaxDrop(double Value, string Unit = "", bool IsRelative = false)
{
    // Useful plans lose less: a larger bound is probably half a percent written as 0.5.
    private const double Usual = 0.05;

    // Without %, nobody means so many points. Fractions with more decimals are no slip: job.yaml has them where points are not the same
    // number.
    private const double MostFraction = 0.1;
    private const int Decimals = 2;

    /// <summary>The option; null if it was not given.</summary>
    /// <param name="description">What it is for; the forms are said after it.</param>
    public static Option<MaxDrop?> Option(string description) => NumberOptions.Parsed<MaxDrop>(
        JobLimits.MaxDrop.Name,
        $"{description}: a share such as 0.5% or 0.005 (top1, top5, map50, miou, ctc; a rise of rmse), or 1%{JobLimits.OfFloat32} of what "
        + "FP32 has; nats (output-kl); 20dB of signal to noise that stay (output-sqnr); the unit of a command's numbers",
        "LOSS",
        Parse);

    /// <summary>Reads a text.</summary>
    /// <exception cref="FormatException">It is no such number; the message says what is expected.</exception>
    public static MaxDrop Parse(string text)
    {
        bool isRelative = text.EndsWith(JobLimits.OfFloat32, StringComparison.Ordinal);
        string number = isRelative ? text[..^JobLimits.OfFloat32.Length] : text;
        foreach (string unit in new[] { "dB", "nats" })
        {
            if (number.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                return new MaxDrop(Fraction.Parse(number[..^unit.Length]), unit);
            }
        }

        return new MaxDrop(Fraction.Parse(number), number.EndsWith('%') ? "%" : string.Empty, isRelative);
    }

    /// <summary>The options with this bound.</summary>
    /// <exception cref="UsageException">
    /// The metric has another unit, or the number is out of its limits, or surely meant as percent.
    /// </exception>
    public JobOptions In(JobOptions options)
    {
        var metric = options.Measure;
        string own = metric.Scale().Unit switch { MetricUnit.Decibels => "dB", MetricUnit.Nats => "nats", _ => "%" };
        if ((Unit is "dB" or "nats" || (Unit == "%" && own != "%")) && Unit != own)
        {
            throw new UsageException(
                $"{JobLimits.MaxDrop.Name} is given in {Unit}, and {metric.Word()} is bounded in "
                + $"{(own == "%" ? "shares or numbers" : own)}; correct it, or choose another {JobLimits.Metric.Name}.");
        }

        if (Unit.Length == 0 && metric.IsShare() && Value is >= MostFraction and < 1 && Value == Math.Round(Value, Decimals))
        {
            string written = Value.ToString(CultureInfo.InvariantCulture);
            string points = (100 * Value).ToString("0.###", CultureInfo.InvariantCulture);
            string end = IsRelative ? JobLimits.OfFloat32 : string.Empty;
            throw new UsageException(
                $"{JobLimits.MaxDrop.Name} {written}{end} is a fraction, {points} %: write {written}%{end}, or {points}%{end} if so much "
                + "may be lost.");
        }

        var bounded = options with { MaxDrop = Value, MaxDropIsRelative = IsRelative ? true : null };
        return bounded.DropFault() is { } fault ? throw new UsageException(fault.Sentence()) : bounded;
    }

    /// <summary>A sentence if so many points are unusual, else null.</summary>
    public string? Warning(JobOptions options)
    {
        if (!options.Measure.IsShare() || IsRelative || Value <= Usual)
        {
            return null;
        }

        string points = (100 * Value).ToString("0.###", CultureInfo.InvariantCulture);
        string fraction = Value.ToString(CultureInfo.InvariantCulture);
        return Unit == "%"
            ? $"{JobLimits.MaxDrop.Name} {points}% accepts a loss of up to {points} points; 0.5% is usual."
            : $"{JobLimits.MaxDrop.Name} {fraction} accepts a loss of up to {points} points: write {fraction}% for {fraction} points.";
    }
}

/// <summary>Parses shares as people write them.</summary>
internal static class Fraction
{
    /// <summary>"0.5%" and "0.005" are both 0.005.</summary>
    /// <exception cref="FormatException">The text is neither a finite number nor a percentage; the message says so to
    /// the user.</exception>
    public static double Parse(string text)
    {
        bool isPercentage = text.EndsWith('%');
        string digits = isPercentage ? text[..^1] : text;
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? isPercentage ? number / 100 : number
            : throw new FormatException($"'{text}' is not a share; write 0.5% or 0.005.");
    }
}
