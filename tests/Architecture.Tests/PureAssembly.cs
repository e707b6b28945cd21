using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Cluster.Architecture.Tests;

/// <summary>What an assembly uses that a pure one does not: files, processes, the network, native code.</summary>
internal static class PureAssembly
{
    private static readonly string[] Types =
    [
        "System.IO.File", "System.IO.Directory", "System.IO.FileStream", "System.IO.FileInfo", "System.IO.DirectoryInfo",
        "System.IO.FileSystemInfo", "System.IO.RandomAccess", "System.Diagnostics.Process",
    ];

    private static readonly string[] Namespaces =
    [
        "System.Net", "System.IO.Pipes", "System.IO.MemoryMappedFiles", "System.Runtime.InteropServices.Marshalling"
    ];

    /// <summary>One sentence each.</summary>
    public static IEnumerable<string> Violations(string path)
    {
        using var file = File.OpenRead(path);
        using var portable = new PEReader(file);
        var metadata = portable.GetMetadataReader();
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        var found = new List<string>();
        foreach (var handle in metadata.TypeReferences)
        {
            var type = metadata.GetTypeReference(handle);
            string space = metadata.GetString(type.Namespace);
            string full = $"{space}.{metadata.GetString(type.Name)}";
            if (Types.Contains(full, StringComparer.Ordinal)
                || Namespaces.Any(banned => space == banned || space.StartsWith(banned + ".", StringComparison.Ordinal)))
            {
                found.Add($"{name} uses {full}.");
            }
        }

        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.Attributes.HasFlag(System.Reflection.MethodAttributes.PinvokeImpl))
            {
                found.Add($"{name} calls native code ({metadata.GetString(method.Name)}).");
            }
        }

        return found;
    }
}
