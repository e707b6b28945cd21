namespace Cluster.Client.Data;

/// <summary>A file to upload.</summary>
/// <param name="Name">Its name in the tar, with '/'.</param>
/// <param name="Path">Its full path.</param>
internal readonly record struct PackedFile(string Name, string Path);
