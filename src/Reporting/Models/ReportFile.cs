namespace Cluster.Reporting.Models;

/// <summary>A file of the result.</summary>
/// <param name="Path">Its path, as the user would type it.</param>
/// <param name="What">A short description.</param>
/// <param name="SizeBytes">Its size, or null if not known yet.</param>
/// <param name="Sha256">Its digest, or null if it grows or is not one file.</param>
public sealed record ReportFile(string Path, string What, long? SizeBytes = null, string? Sha256 = null);
