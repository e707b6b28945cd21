namespace Cluster.Client.Remote;

/// <summary>A command's environment besides its command line, so that tests can replace it.</summary>
/// <param name="Variable">Reads an environment variable; null if it is not set.</param>
/// <param name="Time">The clock of progress and of waiting before another attempt.</param>
/// <param name="Jitter">Draws a number from 0 to below 1, for the lengths of these waits.</param>
internal sealed record ClientContext(Func<string, string?> Variable, TimeProvider Time, Func<double> Jitter)
{
    public static ClientContext OfProcess { get; } = new(Environment.GetEnvironmentVariable, TimeProvider.System, Random.Shared.NextDouble);
}
