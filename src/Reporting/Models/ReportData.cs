namespace Cluster.Reporting.Models;

/// <summary>The images of one role.</summary>
/// <param name="Role">What they are for.</param>
/// <param name="Spec">As typed, such as "cifar10:data/test.bin@0..2000".</param>
/// <param name="Images">Number of images.</param>
/// <param name="Sha256">Digest of images and labels.</param>
public sealed record ReportData(DataRole Role, string Spec, int Images, string Sha256);
