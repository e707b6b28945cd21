namespace Cluster.Coordinator.Model.Options;

/// <summary>The unit of a metric's figures for people.</summary>
public enum MetricUnit
{
    /// <summary>Percent of images, of precision, of pixels or of strings; drops are in points.</summary>
    Share,

    /// <summary>Nats.</summary>
    Nats,

    /// <summary>Decibels.</summary>
    Decibels,

    /// <summary>A number without a unit here.</summary>
    Number,
}

/// <summary>
/// The meaning of a metric's losses for people. Decisions use the mean loss per sample, which is additive: a share of images for top-k,
/// nats for KL, noise over signal for SQNR, squared error for RMSE, the missing mAP, mIoU or strings (ADR 32), a command's own
/// number, negated for a score.
/// People read points, nats, decibels, a rise of RMSE, and the command's number.
/// </summary>
/// <param name="Metric">The metric.</param>
/// <param name="Float32">FP32's own level: its mean squared error for RMSE; otherwise used by bounds that are a share of it.</param>
public abstract record MetricScale(MetricKind Metric, double Float32)
{
    /// <summary>That of images right by top-1.</summary>
    public static MetricScale Default { get; } = default(MetricKind).Scale();

    /// <summary>The unit of figures.</summary>
    public abstract MetricUnit Unit { get; }

    /// <summary>Whether people read a figure where higher is better, although losses are stored.</summary>
    public virtual bool IsReversed => false;

    /// <summary>Digits of a figure in a table, where it is a number.</summary>
    public virtual int Digits => 4;

    /// <summary>What a drop in percent is called and counted in; null if FP32 has no own level.</summary>
    public virtual (string Noun, string Unit)? Percents => null;

    /// <summary>The largest accepted loss where none is asked for, as it is typed.</summary>
    public virtual double UsualDrop => 0;

    /// <summary>The largest accepted drop on the metric's scale.</summary>
    /// <param name="accepted">What the job accepts, as it is typed.</param>
    /// <param name="isRelative">Whether that is a share of what FP32 has.</param>
    public virtual double LargestDrop(double accepted, bool isRelative) => isRelative ? accepted * Float32 : accepted;

    /// <summary>Whether a loss can be accepted, what is expected, and advice.</summary>
    /// <param name="accepted">As it is typed.</param>
    public abstract (bool IsWithin, string Expected, string Advice) Check(double accepted);

    /// <summary>The job's bound: "0.05 nats of KL to FP32", "0.5 points of FP32".</summary>
    public abstract string Asked(JobOptions options);

    /// <summary>A drop with its unit: "0.75 points", "0.013 nats", "23.1 dB", "1.2 % of FP32's RMSE".</summary>
    public abstract string Drop(double drop);

    /// <summary>A drop in a sentence that has already named its unit: "0.75", but "0.013 nats".</summary>
    public virtual string Short(double drop) => Drop(drop);

    /// <summary>The largest possible loss: "at most 0.75 points", "at least 23.1 dB".</summary>
    public virtual string AtMost(double drop) => $"at most {Drop(drop)}";

    /// <summary>The least possible loss: "at least 0.75 points", "at most 23.1 dB".</summary>
    public virtual string AtLeast(double drop) => $"at least {Drop(drop)}";

    /// <summary>An interval of drops, from its smaller number to its larger one: "-0.65 to 1.89", "18.2 dB to 23.1 dB".</summary>
    /// <param name="low">The least drop.</param>
    /// <param name="high">The largest.</param>
    public virtual string Range(double low, double high) => $"{Short(low)} to {Short(high)}";

    /// <summary>An expected drop: "0.75 points", "0.013 nats", "no loss".</summary>
    public virtual string Expected(double drop) => drop > 0 && Drop(drop) != Drop(0) ? Drop(drop) : "no loss";

    /// <summary>A measured drop: "0.75 points lower", "as FP32", "1.2 % above FP32's RMSE".</summary>
    public virtual string Measured(double drop) => Drop(Math.Abs(drop)) == Drop(0) ? "as FP32" : Difference(drop);

    /// <summary>
    /// A plan compared with FP32 in words that never call noise a gain or a loss: "0.75 points less accurate than FP32", "as accurate as
    /// FP32 within 1.31 points" (the largest possible loss), "0.013 nats from FP32".
    /// </summary>
    /// <param name="low">The lower end of an interval of the drop.</param>
    /// <param name="high">Its upper end.</param>
    /// <param name="estimate">The drop.</param>
    public virtual string Compare(double low, double high, double estimate) =>
        low <= 0 && high >= 0 ? $"as accurate as FP32 within {Drop(high)}" : Differs(estimate, isLoss: low > 0);

    /// <summary>
    /// By how much one plan is better than another, signed, with its unit: "+0.75 points", "-0.0130 nats"; noise over signal in percent for
    /// SQNR and squared error for RMSE, as decibels and roots are not additive.
    /// </summary>
    public string Gain(double gain) => $"{GainFigure(gain)} {GainUnit}";

    /// <summary>The unit of <see cref="GainFigure"/>.</summary>
    public abstract string GainUnit { get; }

    /// <summary>The number of <see cref="Gain"/> alone.</summary>
    public abstract string GainFigure(double gain);

    /// <summary>The bound that a drop is just within, as it is typed: "--max-drop 1.25%", "--max-drop 18.2dB".</summary>
    public string Bound(double drop) => $"{JobLimits.MaxDrop.Name} {Typed(drop)}";

    /// <summary>A level, <see cref="Work.AccuracyResult.Level"/>, in its unit: a share, nats, decibels, RMSE or mAP.</summary>
    public virtual double Value(double level) => level;

    /// <summary>The level of a <see cref="Value"/>; null stands for an infinite one.</summary>
    public virtual double LevelOf(double? value) => value ?? double.PositiveInfinity;

    /// <summary>A level in the form for people: "0.0131 nats", "23.1 dB", "0.0812".</summary>
    public abstract string Level(double level);

    /// <summary>
    /// A drop relative to FP32 in percent: points of images or of mAP, or the rise of RMSE; null if FP32 has no own level.
    /// </summary>
    public virtual double? Percentage(double drop) => null;

    /// <summary>Where a chart draws a level: better is higher.</summary>
    public virtual double Height(double level) => -Value(level);

    /// <summary>The title of that axis.</summary>
    public virtual string AxisTitle => Metric.Title();

    /// <summary>A tick of that axis, with decimals that tell its ticks apart as numbers.</summary>
    public virtual string Tick(double height, int decimals) => Fixed(-height, decimals);

    /// <summary>A bound that is just above a drop, without its option: "1.25%".</summary>
    protected abstract string Typed(double drop);

    /// <summary>How a plan differs from FP32 in <see cref="Compare"/>, where it surely does.</summary>
    protected abstract string Differs(double estimate, bool isLoss);

    /// <summary>How a plan differs from FP32 in <see cref="Measured"/>.</summary>
    protected virtual string Difference(double drop) => Compare(drop, drop, drop);

    /// <summary>Three significant digits.</summary>
    protected static string Significant(double value) => value.ToString("G3");

    /// <summary>A number with its sign.</summary>
    protected static string Signed(double value, string format) => value.ToString($"+{format};-{format};{format}");

    /// <summary>A number with so many decimals.</summary>
    // Adding 0 makes a negative zero positive.
    protected static string Fixed(double value, int decimals) => (value + 0.0).ToString($"F{Math.Max(0, decimals)}");
}
