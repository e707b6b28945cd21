namespace Cluster.Client.Remote;

/// <summary>Names of jobs as people type them.</summary>
internal static class JobName
{
    private const string Prefix = "jobs/";

    /// <summary>"x" and "jobs/x" are both "jobs/x".</summary>
    /// <exception cref="UsageException">The text cannot be a job's name.</exception>
    public static string Parse(string text)
    {
        string id = Id(text);
        return id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && id[0] != '.'
            ? Prefix + id
            : throw new UsageException($"'{text}' is not a job's name; write it as ./cluster list shows it, jobs/ID or ID.");
    }

    /// <summary>"jobs/x" is "x".</summary>
    public static string Id(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
}
