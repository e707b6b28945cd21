namespace Cluster.Reproductions.Vitis;

/// <summary>A number of the text.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Text">As it is printed there, or follows from what is printed.</param>
/// <param name="Here">Computed by this program.</param>
/// <param name="Remark">Why the two differ; null where they agree.</param>
internal sealed record VitisExample(string Name, string Text, string Here, string? Remark = null);
