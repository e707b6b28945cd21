namespace Cluster.Glyphs.Untrained;

/// <summary>A tensor between two layers.</summary>
internal readonly record struct Signal(string Tensor, long Channels);
