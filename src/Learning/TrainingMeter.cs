using System.Diagnostics.Metrics;

namespace Cluster.Learning;

/// <summary>How training goes while it runs, as instruments of .NET, for a listener in the same process.</summary>
public static class TrainingMeter
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Cluster.Training";

    private static readonly Meter Meter = new(Name);

    private static readonly Gauge<double> LossOfIteration = Meter.CreateGauge<double>("loss");
    private static readonly Gauge<double> RateOfIteration = Meter.CreateGauge<double>("rate");

    /// <summary>Gauge: loss of the last iteration, nats.</summary>
    public static Instrument Loss => LossOfIteration;

    /// <summary>Gauge: learning rate of the last iteration.</summary>
    public static Instrument Rate => RateOfIteration;

    /// <summary>An iteration has ended.</summary>
    /// <param name="loss">Its loss, nats.</param>
    /// <param name="rate">Its learning rate.</param>
    internal static void Record(double loss, double rate)
    {
        LossOfIteration.Record(loss);
        RateOfIteration.Record(rate);
    }
}
