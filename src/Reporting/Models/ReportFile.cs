namespace Cluster.Reporting.Models;

/// <summary>A file of the result.</summary>
/// <param name="Path">Its path, as the user would type it.</param>
/// <param name="What">What it is, in a few words.</param>
/// <param name="SizeBytes">Its size, or null where it is not known yet.</param>
/// <param name="Sha256">Its digest, or null where it grows or is not one file.</param>
public sealed record ReportFile(string Path, string What, long? SizeBytes = null, string? Sha256 = null);
