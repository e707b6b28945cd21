namespace Cluster.DataSpecs.Names;

/// <summary>One file of a named data set.</summary>
/// <param name="Name">Name of the unpacked file; the file itself may be gzipped, with <c>.gz</c> at its end.</param>
/// <param name="Count">Samples in it.</param>
public sealed record KnownFile(string Name, int Count);
