using System.Reflection;
using System.Runtime.InteropServices;

namespace Cluster.Evaluation.Doctor;

/// <summary>What the program was built with: the build writes its choice of packages into the assembly.</summary>
internal static class PackageProbes
{
    public static IEnumerable<Finding> All()
    {
        var assembly = typeof(PackageProbes).Assembly;
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        yield return Finding.Ok("cluster", $"{version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");

        var built = assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .ToLookup(entry => entry.Key, entry => entry.Value ?? "", StringComparer.Ordinal);
        string Value(string key) => built[key].FirstOrDefault() ?? "";
        foreach (string name in new[] { "Orleans", "Grpc" })
        {
            // Absent until the program uses them.
            if (Value($"{name}Source") is { Length: > 0 } source)
            {
                yield return Describe(name, source, Value($"{name}Version"), "");
            }
        }
    }

    private static Finding Describe(string name, string source, string version, string flavour) => source switch
    {
        "package" => Finding.Ok(name, string.Join(' ', new[] { "package", version, flavour }.Where(text => text.Length > 0))),
        "polyfill" => Finding.Ok(name, "polyfill (the NuGet feed lacks the package)"),
        _ => Finding.Warn(name, "the build does not say whether package or polyfill", "build with ./cluster or `dotnet build Cluster.sln`"),
    };
}
