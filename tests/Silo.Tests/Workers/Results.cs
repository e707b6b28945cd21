using Cluster.Plans;

namespace Cluster.Silo.Tests.Workers;

internal static class Results
{
    /// <summary>A result as text, without what depends on the clock.</summary>
    public static string Text(WorkResult result) => CanonicalJson.Serialize(result switch
    {
        AccuracyResult accuracy => accuracy with { Seconds = 0 },
        SensitivityResult sensitivity => sensitivity with { Seconds = 0 },
        CalibratorResult calibrators => calibrators with { Seconds = 0 },
        ParityResult parity => parity with { Seconds = 0 },
        _ => result,
    });
}
