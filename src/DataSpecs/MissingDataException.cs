namespace Cluster.DataSpecs;

/// <summary>A file or folder that a data spec or its label file names does not exist.</summary>
public sealed class MissingDataException(string message) : DataSpecException(message);
