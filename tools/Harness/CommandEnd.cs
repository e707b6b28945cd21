namespace Cluster.Harness;

/// <summary>How a client's command ended.</summary>
/// <param name="Verb">Which, such as "list".</param>
/// <param name="ExitCode">Zero where it did what it was asked for.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Said">The last line on its standard error.</param>
internal sealed record CommandEnd(string Verb, int ExitCode, double Seconds, string Said);
