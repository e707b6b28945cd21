namespace Cluster.Kernels.Data;

/// <summary>One part of a <see cref="DataSpec"/>.</summary>
/// <param name="Path">A file, or a directory for <see cref="DataFormat.Folder"/>, as it was written.</param>
/// <param name="LabelsPath">The label file as it was written; null: found by name (<see cref="DataFormat.Idx"/>), in the records (<see cref="DataFormat.Cifar10"/>) or absent.</param>
public sealed record DataPart(DataFormat Format, string Path, string? LabelsPath, SampleSlice Slice)
{
    /// <summary>The canonical text of this part, which parses to an equal part.</summary>
    public override string ToString()
    {
        string labels = LabelsPath is null ? string.Empty : $"{DataSpecParser.LabelsOption}{LabelsPath}";
        return $"{DataSpecParser.SchemeOf(Format)}{Path}{labels}{Slice}";
    }
}
