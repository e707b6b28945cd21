namespace Cluster.DataSpecs;

/// <summary>A file or folder that a data spec, or a label file of it, names and that is not there.</summary>
public sealed class MissingDataException(string message) : DataSpecException(message);
