namespace Cluster.Evaluation.Doctor;

/// <summary>One line of the doctor's report.</summary>
/// <param name="What">What was checked.</param>
/// <param name="Found">What was found.</param>
/// <param name="Remedy">What to do; null if nothing.</param>
public sealed record Finding(FindingLevel Level, string What, string Found, string? Remedy = null)
{
    internal static Finding Ok(string what, string found) => new(FindingLevel.Ok, what, found);

    internal static Finding Warn(string what, string found, string remedy) => new(FindingLevel.Warn, what, found, remedy);

    internal static Finding Fail(string what, string found, string remedy) => new(FindingLevel.Fail, what, found, remedy);
}

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>In order.</summary>
    Ok,

    /// <summary>Works, but slower, less exactly, or with less test data.</summary>
    Warn,

    /// <summary>A job cannot run.</summary>
    Fail,
}
