namespace Cluster.Coordinator.Statistics;

/// <summary>
/// The decisions that a number of evaluation images allows. The measured drop of a plan that loses nothing is normal around 0; its standard
/// error follows from the images that the plan answers differently from FP32, with one added to each count as in
/// <see cref="PairedCounts"/>'s interval (Bonett and Price 2012).
/// </summary>
/// <param name="Images">Evaluation images, at least 1.</param>
/// <param name="Discordant">Share of them that only one of the two answers rightly, 0 to 1.</param>
/// <param name="Margin">How many standard errors the job's rule adds to a measured drop before comparing it with the bound.</param>
public sealed record DecisionPower(int Images, double Discordant, double Margin)
{
    /// <summary>
    /// The share assumed before a plan was measured: plans that a search accepted changed this share of mobilenet_v1_0.25's answers on
    /// ImageNet images.
    /// </summary>
    public const double UsualDiscordant = 0.03;

    /// <summary>The least share of accepted good plans that counts as enough.</summary>
    public const double Enough = 0.9;

    // A search evaluates about this many plans on all images before it accepts one.
    private const int Looks = 5;

    // By default the first plan is accepted if a quantile of its posterior is: measurement and prior are as uncertain as each other.
    private static readonly double OfTheFirst = Normal.Quantile(DropPosterior.Confidence) / Math.Sqrt(2);

    private const double Told95 = 1.645;

    /// <summary>For a job's rule.</summary>
    public static DecisionPower Of(int images, JobOptions options, double discordant = UsualDiscordant) => new(
        images,
        discordant,
        options.Confidence is { } confidence ? Normal.Quantile(Math.Pow(confidence, 1.0 / Looks)) : OfTheFirst);

    /// <summary>Standard error of the measured drop, a fraction.</summary>
    public double StandardError => Math.Sqrt((Discordant * Images) + 2) / (Images + 2);

    /// <summary>The smallest measured drop that is distinguished from none, at 95 % one-sided confidence.</summary>
    public double Told => Told95 * StandardError;

    /// <summary>The smallest bound within which a plan that loses nothing is accepted with probability <see cref="Enough"/>.</summary>
    public double Bound => Errors * StandardError;

    private double Errors => Margin + Normal.Quantile(Enough);

    /// <summary>The probability that a plan that loses nothing is accepted.</summary>
    /// <param name="bound">The largest accepted drop, a fraction.</param>
    public double ChanceAccepted(double bound) => Normal.Cumulative((bound / StandardError) - Margin);

    /// <summary>Whether that probability reaches <see cref="Enough"/>.</summary>
    public bool Suffices(double bound) => ChanceAccepted(bound) >= Enough;

    /// <summary>How many images make that probability <see cref="Enough"/>, rounded up to two digits; null if no number does.</summary>
    public int? ImagesFor(double bound)
    {
        // The positive root of (bound · x)² = errors² · (discordant · (x − 2) + 2), x being images + 2.
        var (errors, square) = (Errors * Errors, bound * bound);
        var linear = errors * Discordant;
        var images = ((linear + Math.Sqrt((linear * linear) + (8 * square * errors * (1 - Discordant)))) / (2 * square)) - 2;
        if (!(images < 1e7))
        {
            return null;
        }

        var digits = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, images))) - 1));
        return (int)(Math.Ceiling(images / digits) * digits);
    }

    /// <summary>All of it in a sentence, with advice if it is not enough.</summary>
    /// <param name="bound">The largest accepted drop, a fraction.</param>
    public string Words(double bound)
    {
        var remedy = Suffices(bound)
            ? "."
            : $": for {Rejected(Enough)}, give {(ImagesFor(bound) is { } images ? Count(images) : string.Empty)}"
                + $"{JobLimits.MaxDrop.Name} {100 * UpToTenths(Bound):0.#}%.";
        return $"{Images:N0} evaluation image{(Images == 1 ? string.Empty : "s")} detect drops above {ShareScale.Points(Told)} points, and "
            + $"reject {Rejected(ChanceAccepted(bound))} of harmless plans at {JobLimits.MaxDrop.Name} {100 * bound:0.###}% "
            + $"(where quantization changes {100 * Discordant:0.#} % of the answers)"
            + remedy;
    }

    /// <summary>A bound, a fraction, rounded up to tenths of a percent.</summary>
    public static double UpToTenths(double bound) => Math.Ceiling((1000 * bound) - 1e-9) / 1000;

    private static string Count(int images) => $"about {images:N0} images or ";

    private static string Rejected(double accepted) => $"{100 - Math.Floor((100 * accepted) + 1e-9):0} %";
}
