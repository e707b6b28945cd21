namespace Cluster.Evaluation.Inputs;

/// <summary>This program's version.</summary>
internal static class ProgramVersion
{
    /// <summary>The version without the commit, such as "0.1.0".</summary>
    public static string Number { get; } =
        (typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0")
        .Split('+')[0];
}
