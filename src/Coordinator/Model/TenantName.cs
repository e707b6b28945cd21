namespace Cluster.Coordinator.Model;

/// <summary>The owners of jobs and uploads.</summary>
public static class TenantName
{
    /// <summary>The tenant of callers, jobs and uploads that name none.</summary>
    public const string Default = "default";

    private const int Longest = 63;

    /// <summary>Whether a text is the name of a tenant: 1 to 63 lower-case letters, digits and hyphens.</summary>
    public static bool IsValid(string text) => text.Length is > 0 and <= Longest
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>The form stored with a job: jobs of the default tenant are stored as in versions without tenants.</summary>
    public static string? Stored(string tenant) => tenant == Default ? null : tenant;

    /// <summary>The tenant of a job.</summary>
    public static string Of(JobEntry job) => job.Tenant ?? Default;
}
