using System.Globalization;

namespace Cluster.Plans;

/// <summary>Divergences in nats for people, the same in sentences and tables.</summary>
public static class NatsText
{
    /// <summary>A smaller divergence is the rounding of sums.</summary>
    public const double Least = 1e-12;

    /// <summary>"0.162", "0.0028", "3.1e-5".</summary>
    public static string Of(double kl) => double.Abs(kl) switch
    {
        < Least => "0",
        < 1e-4 => kl.ToString("0.0e-0", CultureInfo.InvariantCulture),
        < 1e-3 => kl.ToString("0.00000", CultureInfo.InvariantCulture),
        < 0.1 => kl.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => kl.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
