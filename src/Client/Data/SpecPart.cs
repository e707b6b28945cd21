namespace Cluster.Client.Data;

/// <summary>One part of a data spec, as far as it takes to know its files.</summary>
/// <param name="Scheme">"folder", "cifar10" or "idx".</param>
/// <param name="Path">The file or folder, as written.</param>
/// <param name="Labels">The file of labels, as written; null where none is named.</param>
/// <param name="Slice">"@a..b" as written, or empty.</param>
internal sealed record SpecPart(string Scheme, string Path, string? Labels, string Slice)
{
    public const string Folder = "folder";
    public const string Cifar10 = "cifar10";
    public const string Idx = "idx";

    public override string ToString() => $"{Scheme}:{Path}{(Labels is null ? "" : $"{SpecText.LabelsOption}{Labels}")}{Slice}";
}
