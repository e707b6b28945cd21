namespace Cluster.Evaluation.Setup;

/// <summary>
/// How long timings may take on this machine, in seconds for each file: more narrow an interval that a busy machine widens, few give a
/// quick look.
/// </summary>
internal static class TimingSeconds
{
    /// <summary>The environment variable with the seconds.</summary>
    public const string Variable = "CLUSTER_TIMING_SECONDS";

    private const double Most = 3600;

    /// <summary>This process's, 1 where the environment says nothing.</summary>
    /// <exception cref="JobException">It says something else than seconds.</exception>
    public static double Configured => Of(Environment.GetEnvironmentVariable(Variable));

    /// <param name="value">Such as 0.2; null or empty for the default.</param>
    /// <exception cref="JobException"><paramref name="value"/> is something else.</exception>
    public static double Of(string? value) =>
        string.IsNullOrEmpty(value) ? 1
        : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= Most
        ? seconds
        : throw new JobException($"{Variable} is '{value}', expected seconds above 0 and up to {Most}, such as 1 or 0.2.");
}
